package io.roundtable.dss;

import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gets every position of a DSS ready for its user. One whose disk is away, hangs, or lacks its shares is served by the peer
 * of another disk of the DSS, on a port of its own for that: users write and check the parity of all n.
 */
final class Seating {
    private final Floor floor;

    Seating(Floor floor) {
        this.floor = floor;
    }

    /**
     * Orders all.
     *
     * @param lacking positions that a stand-in is to serve in any case
     * @param failed told the reason; the hold is not released by that
     * @param then told the answers, all of them {@link DssMessage.Ready}
     */
    void ready(
            Hold hold,
            Set<Integer> lacking,
            Floor.Orders orders,
            Consumer<String> failed,
            Consumer<List<@Nullable Message>> then) {
        List<VolumeInfo.Seat> seats = hold.volume.disks();
        floor.orderEach(
                seats,
                at -> lacking.contains(at) ? null : orders.order(at, seats.get(at), false),
                floor.options.orderMs(),
                answers -> {
                    String reason = seatStandIns(hold, answers);
                    if (!floor.holds.isOpen(hold)) {
                        failed.accept(Floor.MANAGER_CHANGED);
                    } else if (reason != null) {
                        failed.accept(reason);
                    } else if (hold.standIns.isEmpty()) {
                        then.accept(answers);
                    } else {
                        orderStandIns(hold, orders, answers, failed, then);
                    }
                });
    }

    /** @return why that cannot be; null if it can */
    private static @Nullable String seatStandIns(Hold hold, List<@Nullable Message> answers) {
        Set<Integer> open = new TreeSet<>();
        for (int at = 0; at < answers.size(); at++) {
            Message answer = answers.get(at);
            if (answer instanceof DiskMessage.DiskRefusal refusal
                    && refusal.fault() != DiskMessage.Fault.OUT_OF_SERVICE) {
                return Floor.diskReason(hold.volume, at, answer);
            }
            if (!(answer instanceof DssMessage.Ready)) {
                open.add(at);
            }
        }
        if (open.size() > hold.volume.parity()) {
            return Refusals.TOO_MANY_AWAY;
        }
        for (int at : open) {
            int host = at;
            do {
                host = (host + 1) % answers.size();
            } while (open.contains(host));
            hold.standIns.put(at, hold.volume.disks().get(host));
        }
        return null;
    }

    private void orderStandIns(
            Hold hold,
            Floor.Orders orders,
            List<@Nullable Message> answers,
            Consumer<String> failed,
            Consumer<List<@Nullable Message>> then) {
        List<VolumeInfo.Seat> seats = new ArrayList<>();
        for (int at = 0; at < answers.size(); at++) {
            seats.add(hold.seat(at));
        }
        floor.orderEach(
                seats,
                at -> hold.isStandIn(at) ? orders.order(at, seats.get(at), true) : null,
                floor.options.orderMs(),
                more -> {
                    for (int at : hold.standIns.keySet()) {
                        answers.set(at, more.get(at));
                        if (!(more.get(at) instanceof DssMessage.Ready)) {
                            failed.accept(Floor.diskReason(hold.volume, at, more.get(at)));
                            return;
                        }
                    }
                    if (floor.holds.isOpen(hold)) {
                        then.accept(answers);
                    } else {
                        failed.accept(Floor.MANAGER_CHANGED);
                    }
                });
    }

    /** The order that makes a disk, or a peer in its place, serve files of a volume. */
    DssMessage expose(
            Hold hold, int position, VolumeInfo.Seat seat, boolean isStandIn, List<DssMessage.Exposed> files) {
        VolumeInfo volume = hold.volume;
        return new DssMessage.Expose(
                seat.disk(),
                floor.epoch(),
                hold.id,
                volume.name(),
                volume.id(),
                position,
                volume.disks().size(),
                volume.parity(),
                volume.unitBytes(),
                hold.operation,
                files,
                hold.holdUser(),
                hold.readId,
                isStandIn ? volume.disks() : List.of());
    }
}
