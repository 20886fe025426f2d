package io.roundtable.dss;

import io.roundtable.catalog.Refusals;
import io.roundtable.net.SelectorLoop;
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
 * DssOptions#holdMs}; native users are not held up. All that is remembered is soft: the next manager begins without.
 *
 * <p>For the loop's thread only.
 */
public final class ManagerDesk {
    /** Commands in progress. */
    private static final int OPEN_MAX = 1_024;

    private static final byte[] NOTHING = {};

    private record Sent(Address from, ByteBuffer json) {}

    private final SelectorLoop loop;
    private final Floor floor;
    private final Registrations registrations;
    private final Listings listings;
    private final Copies copies;
    private final Reads reads;
    private final Recoveries recoveries;
    private final Decommissions decommissions;
    private final Map<Sent, List<Consumer<byte[]>>> open = new HashMap<>();
    private @Nullable TimerHandle timer;
    private long knownEpoch;

    /** @param random for the numbers of requests */
    public ManagerDesk(SelectorLoop loop, DssGroup group, DssOptions options, RandomGenerator random) {
        this.loop = loop;
        this.floor = new Floor(group, options, random);
        Endings endings = new Endings(loop, floor);
        this.registrations = new Registrations(floor);
        this.listings = new Listings(floor);
        this.copies = new Copies(floor);
        this.reads = new Reads(floor);
        this.recoveries = new Recoveries(floor, endings);
        this.decommissions = new Decommissions(floor, endings);
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
     * @param from the user's socket
     * @param reply told the answer once; empty for none
     */
    public void onDatagram(Address from, byte[] json, Consumer<byte[]> reply) {
        Sent sent = new Sent(from, ByteBuffer.wrap(json));
        List<Consumer<byte[]>> waiting = open.get(sent);
        if (waiting != null && waiting.size() < OPEN_MAX) {
            // Sent again before it was answered: carried out once.
            waiting.add(reply);
            return;
        }
        if (open.size() >= OPEN_MAX) {
            reply.accept(DssJson.encode(Answer.failure("too many commands at a time: send it again in a moment")));
            return;
        }
        waiting = new ArrayList<>();
        waiting.add(reply);
        open.put(sent, waiting);
        List<Consumer<byte[]>> told = waiting;
        Consumer<byte[]> tell = answer -> {
            open.remove(sent);
            List.copyOf(told).forEach(each -> each.accept(answer));
        };
        noteEpoch();
        try {
            DssJson.Command command = DssJson.parse(json);
            if (command == null) {
                tell.accept(NOTHING);
            } else if (floor.group.epoch().isEmpty()) {
                tell.accept(DssJson.encode(Answer.failure(DssPort.NO_MANAGER)));
            } else {
                serve(from, command, answer -> tell.accept(DssJson.encode(answer)));
            }
        } catch (CommandException e) {
            tell.accept(DssJson.encode(Answer.failure(e.error())));
        }
    }

    /** A command that another peer passed on. */
    public void onDatagram(DssMessage.Datagram datagram, Consumer<Message> then) {
        JsonLoading.whenDone(
                loop,
                () -> onDatagram(
                        datagram.from(), datagram.json(), answer -> then.accept(new DssMessage.Reply(answer))));
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

    private void serve(Address from, DssJson.Command command, Consumer<Answer> reply) throws CommandException {
        Args args = command.args();
        long nowMs = loop.nowMs();
        switch (command.name()) {
            case "register-user" -> registrations.registerUser(from, args, reply);
            case "register-disk" -> registrations.registerDisk(args, reply);
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
            floor.holds.clear();
        }
    }

    private void tick() {
        timer = loop.schedule(floor.options.keepMs(), this::tick);
        noteEpoch();
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
                hold.volume,
                position ->
                        new DssMessage.Pulse(hold.volume.disks().get(position).disk(), floor.epoch(), hold.id),
                floor.options.orderMs(),
                answers -> answers.forEach(answer -> heard(hold, answer)));
        if (hold.operation == Hold.Operation.COPY && hold.fileId != 0) {
            floor.group.ask(new VolumeMessage.KeepWrite(hold.volume.id(), hold.fileId, 1), answer -> {
                if (answer instanceof Message.Refusal && !hold.isEnding) {
                    copies.giveUp(hold);
                }
            });
        } else if (hold.operation == Hold.Operation.READ) {
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
