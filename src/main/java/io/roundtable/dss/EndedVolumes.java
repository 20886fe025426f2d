package io.roundtable.dss;

import io.roundtable.net.EventLoop;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decommissions that an earlier manager carried out, and whose users are not done: of such a DSS the catalog knows nothing any
 * more, but its disks do.
 */
final class EndedVolumes {
    /** At a position whose disk did not answer. */
    private static final VolumeInfo.Seat NOBODY = new VolumeInfo.Seat(new DiskId(0, 0), "", Optional.empty());

    private final EventLoop loop;
    private final Floor floor;

    EndedVolumes(EventLoop loop, Floor floor) {
        this.loop = loop;
        this.floor = floor;
    }

    /**
     * Looks for the latest decommission of a DSS of that name.
     *
     * @param then told null if there is none
     */
    void find(String dss, Consumer<Answer> reply, Consumer<@Nullable Hold> then) {
        long ageMs = floor.ageMs();
        if (ageMs > floor.options.diskSilentMs()) {
            // The disks have forgotten by now what nobody reminded them of.
            then.accept(null);
        } else if (ageMs < Recalls.ALL_DISKS_MS) {
            // They say where they are once they hear of the new manager.
            loop.schedule(Recalls.ALL_DISKS_MS - ageMs, () -> ask(dss, reply, then));
        } else {
            ask(dss, reply, then);
        }
    }

    private void ask(String dss, Consumer<Answer> reply, Consumer<@Nullable Hold> then) {
        floor.ask(new VolumeMessage.ListVolumes(), VolumeMessage.Listing.class, reply, listing -> {
            List<VolumeInfo.Seat> seats = listing.disks().stream()
                    .map(line -> new VolumeInfo.Seat(line.disk(), line.name(), line.address()))
                    .toList();
            floor.orderEach(
                    seats,
                    at -> new DssMessage.Recall(seats.get(at).disk(), floor.epoch(), 0, dss),
                    Recalls.ANSWER_MS,
                    answers -> then.accept(learn(dss, seats, answers)));
        });
    }

    private @Nullable Hold learn(String dss, List<VolumeInfo.Seat> seats, List<@Nullable Message> answers) {
        DssMessage.Kept latest = null;
        List<VolumeInfo.Seat> disks = List.of();
        for (int at = 0; at < answers.size(); at++) {
            for (DssMessage.Kept kept : decommissions(answers.get(at))) {
                if (latest == null || kept.holdId() > latest.holdId()) {
                    latest = kept;
                    disks = new ArrayList<>(Collections.nCopies(kept.disks(), NOBODY));
                }
                if (kept.holdId() == latest.holdId()) {
                    disks.set(kept.position(), seats.get(at));
                }
            }
        }
        if (latest == null) {
            return null;
        }
        Hold known = floor.holds.get(latest.holdId());
        if (known != null) {
            return known;
        }
        Hold hold = new Hold(
                latest.holdId(),
                latest.operation(),
                new VolumeInfo(latest.volumeId(), dss, 1, latest.unitBytes(), disks),
                latest.user().name(),
                latest.user().from(),
                "",
                loop.nowMs() - latest.idleMs());
        hold.isRecalled = true;
        floor.holds.restore(hold);
        return hold;
    }

    private static List<DssMessage.Kept> decommissions(@Nullable Message answer) {
        if (!(answer instanceof DssMessage.Recalled recalled)) {
            return List.of();
        }
        return recalled.holds().stream()
                .filter(kept -> kept.operation() == DssMessage.Operation.DECOMMISSION
                        && kept.position() >= 0
                        && kept.position() < kept.disks()
                        && kept.disks() <= Registrations.DISKS_MAX)
                .toList();
    }
}
