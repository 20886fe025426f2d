package io.roundtable.dss;

import io.roundtable.catalog.Refusals;
import io.roundtable.net.EventLoop;
import io.roundtable.net.TimerHandle;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Carries out DSS commands at the manager (docs/PROTOCOL.md, DSS).
 *
 * <p>Every peer has one; it does something only while its peer manages. A copy, a disk-failure or a decommission holds its
 * DSS for other users of this protocol until its {@code -complete}, or until its user was silent for {@link
 * DssOptions#holdMs}; native users are not held up. All that is remembered is soft: the next manager learns it from the disks.
 *
 * <p>For the loop's thread only.
 */
public final class ManagerDesk {
    /** Commands in progress. */
    private static final int OPEN_MAX = 1_024;

    /** Longer than this, and whoever passed a command on is told that it is being worked at. */
    private static final long WORKING_MS = 700;

    static final String TOO_MANY = "too many commands at a time: send it again in a moment";

    private static final byte[] NOTHING = {};

    private record Sent(Address from, long requestId, ByteBuffer json) {}

    /** Whoever passed a command on; told once. */
    private static final class Asker {
        private final Consumer<Message> then;
        private boolean isTold;

        Asker(Consumer<Message> then) {
            this.then = then;
        }

        void tell(Message answer) {
            if (!isTold) {
                isTold = true;
                then.accept(answer);
            }
        }
    }

    private final EventLoop loop;
    private final Floor floor;
    private final Registrations registrations;
    private final Listings listings;
    private final Copies copies;
    private final Reads reads;
    private final Recoveries recoveries;
    private final Decommissions decommissions;
    private final Map<Sent, List<Asker>> open = new HashMap<>();
    private @Nullable TimerHandle timer;
    private long knownEpoch;

    /** @param random for the numbers of requests */
    public ManagerDesk(EventLoop loop, DssGroup group, DssOptions options, RandomGenerator random) {
        this.loop = loop;
        this.floor = new Floor(loop, group, options, random);
        EndedVolumes ended = new EndedVolumes(loop, floor);
        Endings endings = new Endings(loop, floor, ended);
        this.registrations = new Registrations(loop, floor);
        this.listings = new Listings(loop, floor);
        this.copies = new Copies(floor);
        this.reads = new Reads(floor);
        this.recoveries = new Recoveries(loop, floor, endings);
        this.decommissions = new Decommissions(floor, endings, ended);
    }

    /** Begins to look after holds. */
    public void start() {
        timer = loop.schedule(floor.options.keepMs(), this::tick);
    }

    public void stop() {
        if (timer != null) {
            timer.cancel();
        }
    }

    // ---- input

    /**
     * A command, from this peer's DSS port or passed on by another's.
     *
     * @param then told once, as {@link DssMessage.Datagram} says; empty for no answer at all
     */
    public void onDatagram(DssMessage.Datagram datagram, Consumer<Message> then) {
        JsonLoading.whenDone(loop, () -> take(datagram, then));
    }

    private void take(DssMessage.Datagram datagram, Consumer<Message> then) {
        Sent sent = new Sent(datagram.from(), datagram.requestId(), ByteBuffer.wrap(datagram.json()));
        Asker asker = new Asker(then);
        List<Asker> waiting = open.get(sent);
        if (waiting != null) {
            // Passed on again before it was answered: carried out once.
            waiting.removeIf(each -> each.isTold);
            waiting.add(asker);
            loop.schedule(WORKING_MS, () -> asker.tell(new DssMessage.Working()));
            return;
        }
        if (open.size() >= OPEN_MAX) {
            asker.tell(reply(Answer.failure(TOO_MANY)));
            return;
        }
        List<Asker> askers = new ArrayList<>(List.of(asker));
        open.put(sent, askers);
        carryOut(datagram, answer -> {
            open.remove(sent);
            List.copyOf(askers).forEach(each -> each.tell(answer));
        });
        if (!asker.isTold) {
            loop.schedule(WORKING_MS, () -> asker.tell(new DssMessage.Working()));
        }
    }

    private void carryOut(DssMessage.Datagram datagram, Consumer<Message> tell) {
        noteEpoch();
        try {
            DssJson.Command command = DssJson.parse(datagram.json());
            if (command == null) {
                tell.accept(new DssMessage.Reply(NOTHING));
            } else if (floor.group.epoch().isEmpty()) {
                tell.accept(new Message.Refusal(DssPort.NO_MANAGER));
            } else {
                Args args = command.args().of(datagram);
                serve(datagram.from(), command.name(), args, answer -> tell.accept(reply(answer)));
            }
        } catch (CommandException e) {
            tell.accept(reply(Answer.failure(e)));
        }
    }

    /** Where the manager changed in the middle, the next one is to carry out the command, and answers it. */
    private static Message reply(Answer answer) {
        boolean isUndecided =
                answer instanceof Answer.Failure failure && failure.error().equals(Floor.MANAGER_CHANGED);
        return isUndecided ? new Message.Refusal(Floor.MANAGER_CHANGED) : new DssMessage.Reply(DssJson.encode(answer));
    }

    /** A disk was told to fail. */
    public void onFailed(DssMessage.Failed failed, Consumer<Message> then) {
        noteEpoch();
        if (floor.group.epoch().isEmpty()) {
            then.accept(new Message.Refusal(DssPort.NO_MANAGER));
        } else {
            recoveries.onFailed(failed, loop.nowMs(), then);
        }
    }

    private void serve(Address from, String command, Args args, Consumer<Answer> reply) throws CommandException {
        long nowMs = loop.nowMs();
        switch (command) {
            case "register-user" -> registrations.registerUser(from, args, reply);
            case "register-disk" -> registrations.registerDisk(from, args, reply);
            case "configure-dss" -> registrations.configure(args, reply);
            case "ls" -> listings.list(reply);
            case "copy-prepare" -> copies.prepare(from, args, nowMs, reply);
            case "copy-complete" -> copies.complete(args, nowMs, reply);
            case "read-prepare" -> reads.prepare(from, args, nowMs, reply);
            case "read-complete" -> reads.complete(from, args, reply);
            case "disk-failure" -> recoveries.prepare(from, args, nowMs, reply);
            case "recovery-complete" -> recoveries.complete(from, args, reply);
            case "decommission-dss" -> decommissions.prepare(from, args, nowMs, reply);
            case "decommission-complete" -> decommissions.complete(from, args, reply);
            case "deregister-user" -> registrations.deregisterUser(args, reply);
            case "deregister-disk" -> registrations.deregisterDisk(args, reply);
            default -> throw new CommandException(Refusals.UNSUPPORTED);
        }
    }

    // ---- time

    /** Holds belong to the manager of one epoch; their orders would be refused in the next. */
    private void noteEpoch() {
        long epoch = floor.epoch();
        if (epoch != knownEpoch) {
            knownEpoch = epoch;
            floor.begin();
        }
    }

    private void tick() {
        timer = loop.schedule(floor.options.keepMs(), this::tick);
        noteEpoch();
        if (floor.group.epoch().isPresent()) {
            floor.recallAll();
        }
        for (Hold hold : floor.holds.all()) {
            // What is being ended goes on, however long that takes.
            if (!hold.isEnding && hold.idleMs(loop.nowMs()) > floor.options.holdMs()) {
                giveUp(hold);
            } else {
                keep(hold);
            }
        }
    }

    private void giveUp(Hold hold) {
        switch (hold.operation) {
            case COPY -> copies.giveUp(hold);
            case READ -> reads.end(hold);
            case DISK_FAILURE, DECOMMISSION -> floor.release(hold);
        }
    }

    private void keep(Hold hold) {
        floor.orderAll(
                hold,
                (position, seat, isStandIn) -> new DssMessage.Pulse(seat.disk(), floor.epoch(), hold.id, isStandIn),
                floor.options.orderMs(),
                answers -> answers.forEach(answer -> heard(hold, answer)));
        if (hold.operation == DssMessage.Operation.COPY && hold.fileId != 0 && !hold.isRecalled) {
            floor.group.ask(new VolumeMessage.KeepWrite(hold.volume.id(), hold.fileId, 1), answer -> {
                if (answer instanceof Message.Refusal && !hold.isEnding) {
                    copies.giveUp(hold);
                }
            });
        } else if (hold.operation == DssMessage.Operation.READ) {
            floor.group.ask(
                    new VolumeMessage.KeepRead(hold.readId, hold.volume.id(), hold.file, hold.fileId), kept -> {});
        }
    }

    private void heard(Hold hold, @Nullable Message answer) {
        if (answer instanceof DssMessage.Heard heard && heard.idleMs() >= 0) {
            hold.heard(loop.nowMs() - heard.idleMs());
        }
    }
}
