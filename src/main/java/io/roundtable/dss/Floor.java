package io.roundtable.dss;

import io.roundtable.catalog.Refusals;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What all commands of the desk share: the way to the manager and to the disks, and the holds. */
final class Floor {
    /** The largest unit whose block fits a datagram in base64. */
    static final int UNIT_BYTES_MAX = 32 * 1024;

    static final String MANAGER_CHANGED = "the manager has changed: begin again";

    final DssGroup group;
    final DssOptions options;
    final Speakers speakers = new Speakers();
    final Holds holds = new Holds(speakers);
    private final Recalls recalls;
    private final RandomGenerator random;

    Floor(EventLoop loop, DssGroup group, DssOptions options, RandomGenerator random) {
        this.group = group;
        this.options = options;
        this.random = random;
        this.recalls = new Recalls(loop, this);
    }

    /** A number for a request that changes something, and that no command of a user stands for. */
    long requestId() {
        return random.nextLong();
    }

    long epoch() {
        return group.epoch().orElse(0);
    }

    /** Another epoch: holds of this manager's own memory are over, and those that go on are learned from the disks. */
    void begin() {
        holds.clear();
        recalls.begin();
    }

    /** Since this manager began. */
    long ageMs() {
        return recalls.ageMs();
    }

    /** Learns what goes on, of all volumes, before anybody asks. */
    void recallAll() {
        recallAll(() -> {});
    }

    /** @param then once that is known */
    void recallAll(Runnable then) {
        recalls.recallAll(then);
    }

    // ---- the manager

    /**
     * Asks the manager for one kind of answer; anything else fails the command.
     *
     * @param then not told anything if it failed
     */
    <T extends Message> void ask(VolumeMessage request, Class<T> expected, Consumer<Answer> reply, Consumer<T> then) {
        group.ask(request, answer -> {
            if (expected.isInstance(answer)) {
                then.accept(expected.cast(answer));
            } else {
                reply.accept(Answer.failure(reason(answer)));
            }
        });
    }

    static String reason(@Nullable Message answer) {
        if (answer instanceof Message.Refusal refusal) {
            return refusal.reason();
        } else if (answer instanceof VolumeMessage.Elsewhere) {
            return MANAGER_CHANGED;
        }
        return "the manager gave no answer that makes sense: begin again";
    }

    /** Finds a DSS by name, and all that goes on in it. */
    void find(String dss, Consumer<Answer> reply, Consumer<VolumeInfo> then) {
        ask(new VolumeMessage.ListVolumes(), VolumeMessage.Listing.class, reply, listing -> {
            VolumeInfo found = named(listing, dss);
            if (found == null) {
                reply.accept(Answer.failure(Refusals.NO_SUCH_VOLUME));
            } else if (recalls.isKnown(found)) {
                then.accept(found);
            } else {
                recalls.recall(found, reply, then);
            }
        });
    }

    static boolean isNoSuchVolume(Answer answer) {
        return answer instanceof Answer.Failure failure && failure.error().equals(Refusals.NO_SUCH_VOLUME);
    }

    static @Nullable VolumeInfo named(VolumeMessage.Listing listing, String dss) {
        return listing.volumes().stream()
                .filter(volume -> volume.name().equals(dss))
                .findFirst()
                .orElse(null);
    }

    // ---- checks

    /** Refuses what a DSS user could not do with its own hands, and names the command that can. */
    static void checkReach(VolumeInfo volume, String command) throws CommandException {
        if (volume.unitBytes() > UNIT_BYTES_MAX) {
            throw new CommandException(tooLong(volume.unitBytes(), command));
        }
        if (volume.parity() != 1) {
            throw new CommandException(Refusals.UNSUPPORTED + ": " + volume.name() + " has parity " + volume.parity()
                    + ", for which this protocol has no words; use roundtable " + command);
        }
        long away = volume.disks().stream().filter(seat -> !seat.isThere()).count();
        if (away > volume.parity()) {
            throw new CommandException(Refusals.TOO_MANY_AWAY);
        }
    }

    static String tooLong(int unitBytes, String command) {
        return Refusals.UNSUPPORTED + ": a block of " + unitBytes + " bytes does not fit a datagram; use roundtable "
                + command;
    }

    /** Refuses while another operation holds the DSS. */
    void checkFree(VolumeInfo volume) throws CommandException {
        Hold holder = holds.holder(volume);
        if (holder != null) {
            throw new CommandException(Refusals.busy(holder.operation.phrase()));
        }
    }

    /**
     * Ends what a user began under an earlier manager, which did not live to answer: it begins anew, and does one thing at a
     * time.
     */
    void giveUpOwn(VolumeInfo volume, DssMessage.Operation operation, String user) {
        Hold before = holds.holder(volume);
        if (before != null && before.isRecalled && before.operation == operation && before.user.equals(user)) {
            release(before);
        }
    }

    void checkUnread(VolumeInfo volume) throws CommandException {
        if (holds.isRead(volume)) {
            throw new CommandException(Refusals.READS_IN_PROGRESS);
        }
    }

    // ---- the disks

    /** An order for the disk at a position, or for the peer that stands in for it. */
    interface Orders {
        DssMessage order(int position, VolumeInfo.Seat seat, boolean isStandIn);
    }

    /**
     * Sends an order to every disk of a volume that is there.
     *
     * @param order for one position
     * @param then told the answers by position, null for none
     */
    void orderAll(
            VolumeInfo volume,
            Function<Integer, @Nullable DssMessage> order,
            long timeoutMs,
            Consumer<List<@Nullable Message>> then) {
        orderEach(volume.disks(), order, timeoutMs, then);
    }

    /** As {@link #orderAll}, with the peers that stand in. */
    void orderAll(Hold hold, Orders orders, long timeoutMs, Consumer<List<@Nullable Message>> then) {
        List<VolumeInfo.Seat> seats = new ArrayList<>();
        for (int position = 0; position < hold.volume.disks().size(); position++) {
            seats.add(hold.seat(position));
        }
        orderEach(seats, at -> orders.order(at, seats.get(at), hold.isStandIn(at)), timeoutMs, then);
    }

    /** @param order null where there is none */
    void orderEach(
            List<VolumeInfo.Seat> seats,
            Function<Integer, @Nullable DssMessage> order,
            long timeoutMs,
            Consumer<List<@Nullable Message>> then) {
        List<@Nullable Message> answers = new ArrayList<>(Collections.nCopies(seats.size(), null));
        int[] open = {seats.size()};
        for (int position = 0; position < seats.size(); position++) {
            int at = position;
            Consumer<@Nullable Message> one = answer -> {
                answers.set(at, answer);
                if (--open[0] == 0) {
                    then.accept(answers);
                }
            };
            VolumeInfo.Seat seat = seats.get(position);
            DssMessage message = seat.isThere() ? order.apply(position) : null;
            if (message != null) {
                group.order(seat, message, timeoutMs, one);
            } else {
                one.accept(null);
            }
        }
    }

    /** Why the disk at a position did not do it. */
    static String diskReason(VolumeInfo volume, int position, @Nullable Message answer) {
        String name = volume.disks().get(position).name();
        if (answer instanceof DiskMessage.DiskRefusal refusal) {
            return "disk " + name + ": " + refusal.reason();
        } else if (answer instanceof Message.Refusal refusal) {
            return "disk " + name + ": " + refusal.reason();
        }
        return "disk " + name + " does not answer: begin again in a moment";
    }

    /** Ends a hold: its disks forget all of it. */
    void release(Hold hold) {
        release(hold, () -> {});
    }

    /**
     * Ends a hold. Its user may be told once most of the disks have forgotten it, for then the next manager does not take it for
     * open, should this one stop before the others hear of it.
     *
     * @param then called once: then, or when all have been waited for
     */
    void release(Hold hold, Runnable then) {
        if (!holds.isOpen(hold)) {
            then.run();
            return;
        }
        holds.end(hold);
        int disks = hold.volume.disks().size();
        int[] open = {disks};
        int[] awaited = {disks / 2 + 1};
        Consumer<@Nullable Message> one = answer -> {
            open[0]--;
            awaited[0] -= answer instanceof Control.Done ? 1 : 0;
            boolean isLast = open[0] == 0 && awaited[0] > 0;
            if (isLast || (awaited[0] == 0 && answer instanceof Control.Done)) {
                then.run();
            }
        };
        for (int position = 0; position < disks; position++) {
            VolumeInfo.Seat seat = hold.seat(position);
            if (seat.isThere()) {
                DssMessage order = new DssMessage.Release(seat.disk(), epoch(), hold.id, hold.isStandIn(position));
                group.order(seat, order, options.orderMs(), one);
            } else {
                one.accept(null);
            }
        }
    }

    // ---- what users are shown

    static Map<String, Object> shape(VolumeInfo volume) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("dss_name", volume.name());
        fields.put("n", volume.disks().size());
        fields.put("striping_unit", volume.unitBytes());
        return fields;
    }

    static List<String> diskNames(VolumeInfo volume) {
        return volume.disks().stream().map(VolumeInfo.Seat::name).toList();
    }

    /** The volume with where its disks take blocks; those that did not say so are left out. */
    static Map<String, Object> withPorts(Hold hold, List<@Nullable Message> answers) {
        List<Map<String, Object>> disks = new ArrayList<>();
        for (int position = 0; position < answers.size(); position++) {
            VolumeInfo.Seat seat = hold.seat(position);
            if (answers.get(position) instanceof DssMessage.Ready ready
                    && seat.address().isPresent()) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("disk_name", hold.volume.disks().get(position).name());
                fields.put("ip", seat.address().get().host());
                fields.put("c_port", ready.blockPort());
                disks.add(fields);
            }
        }
        Map<String, Object> fields = shape(hold.volume);
        fields.put("disks", disks);
        return fields;
    }
}
