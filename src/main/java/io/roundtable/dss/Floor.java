package io.roundtable.dss;

import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.storage.StripeLayout;
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
    private final RandomGenerator random;

    Floor(DssGroup group, DssOptions options, RandomGenerator random) {
        this.group = group;
        this.options = options;
        this.random = random;
    }

    /** A number for a request that changes something. */
    long requestId() {
        return random.nextLong();
    }

    long epoch() {
        return group.epoch().orElse(0);
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

    /** Finds a DSS by name. */
    void find(String dss, Consumer<Answer> reply, Consumer<VolumeInfo> then) {
        ask(new VolumeMessage.ListVolumes(), VolumeMessage.Listing.class, reply, listing -> {
            VolumeInfo found = listing.volumes().stream()
                    .filter(volume -> volume.name().equals(dss))
                    .findFirst()
                    .orElse(null);
            if (found != null) {
                then.accept(found);
            } else {
                reply.accept(Answer.failure(
                        listing.volumes().isEmpty() ? Refusals.NO_VOLUME_AT_ALL : Refusals.NO_SUCH_VOLUME));
            }
        });
    }

    // ---- checks

    /** Refuses what a DSS user could not do with its own hands, and names the command that can. */
    static void checkReach(VolumeInfo volume, String command) throws CommandException {
        if (volume.unitBytes() > UNIT_BYTES_MAX) {
            throw new CommandException(Refusals.UNSUPPORTED + ": a block of " + volume.unitBytes()
                    + " bytes does not fit a datagram; use roundtable " + command);
        }
        if (volume.parity() != 1) {
            throw new CommandException(Refusals.UNSUPPORTED + ": " + volume.name() + " has parity " + volume.parity()
                    + ", for which this protocol has no words; use roundtable " + command);
        }
        for (VolumeInfo.Seat seat : volume.disks()) {
            if (!seat.isThere()) {
                throw new CommandException(
                        "disk " + seat.name() + " of " + volume.name() + " is away; use roundtable " + command);
            }
        }
    }

    /** Refuses while another operation holds the DSS. */
    void checkFree(VolumeInfo volume) throws CommandException {
        Hold holder = holds.holder(volume);
        if (holder != null) {
            throw new CommandException(Refusals.busy(holder.operation.word));
        }
    }

    void checkUnread(VolumeInfo volume) throws CommandException {
        if (holds.isRead(volume)) {
            throw new CommandException(Refusals.READS_IN_PROGRESS);
        }
    }

    // ---- the disks

    /**
     * Sends an order to every disk of a volume that is there.
     *
     * @param order for one position
     * @param then told the answers by position, null for none
     */
    void orderAll(
            VolumeInfo volume,
            Function<Integer, DssMessage> order,
            long timeoutMs,
            Consumer<List<@Nullable Message>> then) {
        int n = volume.disks().size();
        List<@Nullable Message> answers = new ArrayList<>(Collections.nCopies(n, null));
        int[] open = {n};
        for (int position = 0; position < n; position++) {
            int at = position;
            Consumer<@Nullable Message> one = answer -> {
                answers.set(at, answer);
                if (--open[0] == 0) {
                    then.accept(answers);
                }
            };
            VolumeInfo.Seat seat = volume.disks().get(position);
            if (seat.isThere()) {
                group.order(seat, order.apply(position), timeoutMs, one);
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
        if (!holds.isOpen(hold)) {
            return;
        }
        holds.end(hold);
        orderAll(
                hold.volume,
                position ->
                        new DssMessage.Release(hold.volume.disks().get(position).disk(), epoch(), hold.id),
                options.orderMs(),
                answers -> {});
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
    static Map<String, Object> withPorts(VolumeInfo volume, List<@Nullable Message> answers) {
        List<Map<String, Object>> disks = new ArrayList<>();
        for (int position = 0; position < answers.size(); position++) {
            VolumeInfo.Seat seat = volume.disks().get(position);
            if (answers.get(position) instanceof DssMessage.Ready ready
                    && seat.address().isPresent()) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("disk_name", seat.name());
                fields.put("ip", seat.address().get().host());
                fields.put("c_port", ready.blockPort());
                disks.add(fields);
            }
        }
        Map<String, Object> fields = shape(volume);
        fields.put("disks", disks);
        return fields;
    }

    /** The position of the first disk that is not ready; -1 if all are. */
    static int notReady(List<@Nullable Message> answers) {
        for (int position = 0; position < answers.size(); position++) {
            if (!(answers.get(position) instanceof DssMessage.Ready)) {
                return position;
            }
        }
        return -1;
    }

    static StripeLayout layout(VolumeInfo volume) {
        return new StripeLayout(volume.disks().size(), volume.parity(), volume.unitBytes());
    }

    /** The order that makes a disk serve files of a volume. */
    DssMessage expose(Hold hold, int position, List<DssMessage.Exposed> files) {
        VolumeInfo volume = hold.volume;
        return new DssMessage.Expose(
                volume.disks().get(position).disk(),
                epoch(),
                hold.id,
                volume.name(),
                volume.id(),
                position,
                volume.disks().size(),
                volume.parity(),
                volume.unitBytes(),
                hold.operation == Hold.Operation.DISK_FAILURE,
                files);
    }
}
