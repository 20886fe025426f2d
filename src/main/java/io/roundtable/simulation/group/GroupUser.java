package io.roundtable.simulation.group;

import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.EventLoop;
import io.roundtable.net.SocketState;
import io.roundtable.net.TimerHandle;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.simulation.net.SimulatedProcess;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A user's process at a machine of its own: asks whoever manages, over real connections, and works on one file at a time. */
final class GroupUser implements ConnectionHandler {
    static final String NAME = "ann";
    private static final int ANSWER_MS = 700;
    private static final int CONNECT_MS = 400;

    private record Asked(Consumer<@Nullable Message> then, TimerHandle limit) {}

    final GroupWorld world;
    final StoredFiles files;
    final SplittableRandom random;
    final SimulatedProcess process;
    final EventLoop loop;
    private final Map<Long, Asked> asked = new TreeMap<>();
    private Address target;
    private @Nullable Connection connection;
    private long lastRequest;
    private boolean isBusy;

    GroupUser(GroupWorld world, StoredFiles files, int number) {
        this.world = world;
        this.files = files;
        this.random = world.random.split();
        this.process = new SimulatedProcess(
                world.network, world.network.addMachine(), random.split(), world.options.peers() + 1 + number);
        this.loop = world.loop(process, "user" + number);
        this.target = anybody();
    }

    private Address anybody() {
        return world.peers.get(random.nextInt(world.peers.size())).address();
    }

    void start() {
        loop.start();
        loop.post(this::next);
    }

    // ---- one thing after the other

    /** Chooses what to do next, in a moment. */
    void next() {
        isBusy = false;
        loop.schedule(random.nextInt(5, 120), () -> {
            if (isBusy || files.isOver()) {
                return;
            }
            isBusy = true;
            if (!files.isConfigured()) {
                new UserSetUp(this).begin();
            } else if (random.nextInt(3) == 0) {
                files.any(random)
                        .ifPresentOrElse(name -> new UserRead(this, name, ignored -> next()).begin(), this::next);
            } else {
                new UserWrite(this).begin();
            }
        });
    }

    boolean isBusy() {
        return isBusy;
    }

    /** Reads a file whatever else it is about. */
    void verify(String name, Consumer<Boolean> then) {
        loop.post(() -> new UserRead(this, name, then).begin());
    }

    void text(String what) {
        if (world.trace.keepsText()) {
            world.text("user" + (process.number() - world.options.peers() - 1), what);
        }
    }

    // ---- questions to the manager

    /** @param then told the manager's answer once; null if there was none, and then somebody else is asked the next time */
    void ask(VolumeMessage question, Consumer<@Nullable Message> then) {
        Connection open = open();
        long request = ++lastRequest;
        TimerHandle limit = loop.schedule(ANSWER_MS, () -> {
            open.close(CloseReason.EXPIRED);
            answered(request, null);
        });
        asked.put(request, new Asked(then, limit));
        open.send(loop.nativeCodec().encode(FrameKind.REQUEST, request, question));
    }

    private Connection open() {
        Connection kept = connection;
        if (kept != null && kept.isOpen()) {
            return kept;
        }
        try {
            Connection made = loop.connect(target, SocketState.KEPT, CONNECT_MS, this);
            connection = made;
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answered(long request, @Nullable Message answer) {
        Asked question = asked.remove(request);
        if (question == null) {
            return;
        }
        question.limit.cancel();
        if (answer instanceof VolumeMessage.Elsewhere elsewhere) {
            turnTo(elsewhere.manager().map(Member::address).orElseGet(this::anybody));
            question.then.accept(null);
        } else {
            if (answer == null) {
                turnTo(anybody());
            }
            question.then.accept(answer);
        }
    }

    private void turnTo(Address other) {
        target = other;
        Connection kept = connection;
        connection = null;
        if (kept != null) {
            kept.close(CloseReason.DONE);
        }
    }

    @Override
    public void onMessage(Connection from, Inbound message) {
        if (message.kind() == FrameKind.ANSWER) {
            answered(message.requestId(), message.message());
        }
    }

    @Override
    public void onClosed(Connection from, CloseReason reason) {
        if (from == connection) {
            connection = null;
            List.copyOf(asked.keySet()).forEach(request -> answered(request, null));
        }
    }
}
