package io.roundtable.role.manager;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.SnapshotBytes;
import io.roundtable.codec.CodecException;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.manager.LeaseKeeper;
import io.roundtable.manager.Manager;
import io.roundtable.manager.ManagerOptions;
import io.roundtable.net.Connection;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.role.Call;
import io.roundtable.role.MessageTable;
import io.roundtable.role.OpenQuestions;
import io.roundtable.role.Role;
import io.roundtable.role.RoleContext;
import io.roundtable.role.RoleMaker;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Keeps the lease while its peer should manage, and has a manager act under it. */
public class ManagerRole implements Role {
    public static final String NAME = "manager";

    private static final int TICK_MS = 50;
    /** A claim that comes so much later than another finds it in the log: ticks, the way, and a flush of the log's disk. */
    private static final long YIELD_STEP_MS = 150;

    private static final long YIELD_MAX_MS = 1_500;

    private final RoleContext context;
    private final ManagerOptions options;
    private final SplittableRandom random;
    private final OpenQuestions open = new OpenQuestions();
    private final ActingManager.Lease lease = new Lease();
    private @Nullable LeaseKeeper keeper;
    /** The one that is being made, or that is made. */
    private @Nullable ActingManager coming;

    private @Nullable ActingManager manager;
    private Optional<Member> told = Optional.empty();
    private boolean isStopped;
    private boolean wasWanted;
    private long begunEpoch;

    public ManagerRole(RoleContext context, ManagerOptions options) {
        this.context = context;
        this.options = options;
        this.random = context.random().split();
        context.management().servedBy(this::epoch);
    }

    public static RoleMaker with(ManagerOptions options) {
        return new RoleMaker(NAME, context -> new ManagerRole(context, options));
    }

    @Override
    public void register(MessageTable fromOthers, MessageTable fromGcd) {
        fromOthers.on(VolumeMessage.class, this::onVolume);
        fromOthers.on(DiskMessage.DiskHello.class, this::onHello);
        fromOthers.on(DiskMessage.DiskAway.class, this::onAway);
        fromGcd.on(LeaseMessage.Manages.class, (manages, call) -> onManages(manages));
    }

    @Override
    public void start(Member self) {
        keeper = new LeaseKeeper(self);
        context.loop().schedule(TICK_MS, this::tick);
    }

    @Override
    public void stop() {
        if (keeper != null && wasWanted) {
            wasWanted = false;
            keep(keeper().onStopped(nowMs()));
        }
        isStopped = true;
    }

    /** Real time, that goes on while this process is stopped. */
    protected long nowMs() {
        return context.loop().nanoTime() / 1_000_000;
    }

    private LeaseKeeper keeper() {
        LeaseKeeper made = keeper;
        if (made == null) {
            throw new IllegalStateException("not started");
        }
        return made;
    }

    private void tick() {
        if (isStopped) {
            return;
        }
        context.loop().schedule(TICK_MS, this::tick);
        look();
        keep(keeper().onTick(nowMs()));
        ActingManager managing = managing();
        if (managing != null) {
            managing.onTick();
        }
    }

    // ---- the lease

    @Override
    public void onElection() {
        look();
    }

    /** The election may have changed whether this peer should manage. */
    protected void look() {
        if (!isStopped && keeper != null) {
            boolean wanted = context.election().shouldManage();
            if (wanted) {
                keeper.yieldFor(Math.min(
                        YIELD_MAX_MS, YIELD_STEP_MS * context.election().goFirst()));
            }
            want(wanted);
        }
    }

    private void want(boolean wanted) {
        if (keeper != null && wanted != wasWanted) {
            wasWanted = wanted;
            keep(keeper().onWanted(wanted, nowMs()));
        }
    }

    @Override
    public void onFeigning(boolean feigns) {
        if (feigns) {
            wasWanted = false;
            keep(keeper().onFeigned(nowMs()));
        }
    }

    @Override
    public void onGcd(boolean isConnected) {
        keep(keeper().onGcd(isConnected, nowMs()));
    }

    protected void onManages(LeaseMessage.Manages manages) {
        keep(keeper().onManages(manages, nowMs()));
    }

    private void keep(List<LeaseKeeper.Effect> todo) {
        for (LeaseKeeper.Effect each : todo) {
            if (each instanceof LeaseKeeper.Effect.Ask ask) {
                context.gcd().ask(ask.question(), ask.timeoutMs(), answer -> {
                    if (!isStopped) {
                        keep(keeper().onAnswer(ask.token(), answer, nowMs()));
                    }
                });
            } else if (each instanceof LeaseKeeper.Effect.Begin begin) {
                begin(begin);
            } else if (each instanceof LeaseKeeper.Effect.End end) {
                end(end.epoch(), end.reason());
            }
        }
        Optional<Member> before = told;
        // Taken even if they are equal: every answer of the log comes by here, and the same object is compared at once.
        told = keeper().manager();
        if (!told.equals(before)) {
            context.management().changed(told);
        }
    }

    /** A big catalog takes its time to read, and the loop has none to spare. */
    private void begin(LeaseKeeper.Effect.Begin begin) {
        begunEpoch = begin.epoch();
        SplittableRandom ownRandom = random.split();
        ActingManager made = new ActingManager(context, begin.epoch(), lease);
        coming = made;
        made.make(
                () -> {
                    Catalog catalog = CatalogCodec.readSnapshot(new SnapshotBytes(begin.snapshot()));
                    return new Manager(begin.epoch(), catalog, options, ownRandom, nowMs());
                },
                () -> manage(made),
                fault -> failToRead(begin.epoch(), fault));
    }

    private void failToRead(long epoch, Throwable fault) {
        if (epoch == begunEpoch) {
            boolean isItsFault = fault instanceof IOException || fault instanceof CodecException;
            lease.stepDown("the GCD's catalog cannot be read: "
                    + (isItsFault ? String.valueOf(fault.getMessage()) : fault.toString()));
        }
    }

    /** Reading a catalog takes its time, and the lease may have ended and come back meanwhile. */
    protected boolean isPresent(long epoch) {
        return epoch == begunEpoch;
    }

    private void manage(ActingManager made) {
        if (!isPresent(made.epoch()) || !keeper().isManaging(nowMs())) {
            return;
        }
        manager = made;
        context.events().report(EventKind.MANAGING, Fact.of("epoch", made.epoch()));
        // Those who saw the lease before the manager was ready asked in vain.
        context.management().changed(told);
        made.onTick();
    }

    private void end(long epoch, String reason) {
        begunEpoch = 0;
        ActingManager ended = coming;
        boolean wasReady = manager != null;
        coming = null;
        manager = null;
        if (wasReady) {
            context.events().report(EventKind.MANAGING_ENDED, Fact.of("epoch", epoch), Fact.of("reason", reason));
        }
        if (ended != null) {
            ended.end();
        }
    }

    private final class Lease implements ActingManager.Lease {
        @Override
        public long nowMs() {
            return ManagerRole.this.nowMs();
        }

        @Override
        public void look() {
            keep(keeper().onTick(nowMs()));
        }

        @Override
        public void fail(String reason) {
            keep(keeper().onFailed(reason, nowMs()));
        }

        @Override
        public void stepDown(String reason) {
            context.events().report(EventKind.BAD_INPUT, Fact.of("peer", "gcd"), Fact.of("reason", reason));
            fail(reason);
        }
    }

    /** The manager if this peer may act as such at this moment. */
    private @Nullable ActingManager managing() {
        return keeper != null && keeper.isManaging(nowMs()) ? manager : null;
    }

    /** The epoch in which this peer manages at this moment. */
    private OptionalLong epoch() {
        ActingManager acting = managing();
        return acting == null ? OptionalLong.empty() : OptionalLong.of(acting.epoch());
    }

    // ---- input

    private void onVolume(VolumeMessage message, Call call) {
        ActingManager managing = managing();
        if (!call.isAsked()) {
            if (managing != null) {
                managing.onTold(message);
            }
        } else if (managing == null) {
            call.answer(elsewhere());
        } else {
            onRequest(managing, message, call);
        }
    }

    private void onRequest(ActingManager managing, VolumeMessage message, Call call) {
        Connection asker = call.connection().orElse(null);
        if (asker == null) {
            managing.onRequest(message, call::answer);
        } else if (open.begin(asker)) {
            managing.onRequest(message, answer -> {
                open.end(asker);
                call.answer(answer);
            });
        } else {
            call.answer(new Message.Refusal(OpenQuestions.TOO_MANY));
        }
    }

    private void onHello(DiskMessage.DiskHello hello, Call call) {
        call.isFrom(hello.host().identity());
        ActingManager managing = managing();
        if (managing == null) {
            call.answer(elsewhere());
        } else {
            managing.onHello(hello, call::answer);
        }
    }

    private void onAway(DiskMessage.DiskAway away, Call call) {
        call.isFrom(away.host().identity());
        ActingManager managing = managing();
        if (managing == null) {
            call.answer(elsewhere());
        } else {
            managing.onAway(away, call::answer);
        }
    }

    private VolumeMessage.Elsewhere elsewhere() {
        // A manager that is not ready yet is nowhere.
        return new VolumeMessage.Elsewhere(keeper().isManaging(nowMs()) ? Optional.empty() : told);
    }

    @Override
    public void onPeerGone(Identity peer) {
        ActingManager managing = managing();
        if (managing != null) {
            managing.onPeerGone(peer);
        }
    }
}
