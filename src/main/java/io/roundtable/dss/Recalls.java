package io.roundtable.dss;

import io.roundtable.catalog.Refusals;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a manager that has just begun learns of the holds that go on: every disk of a DSS knows all of them, so before the
 * first command for it, and soon in any case, its disks are asked.
 */
final class Recalls {
    /** The disks say where they are once they hear of the new manager; for so long all are waited for. */
    static final long ALL_DISKS_MS = 300;
    /** For so long, as many as are needed. */
    static final long ENOUGH_DISKS_MS = 1_200;

    static final long LOOK_AGAIN_MS = 50;
    static final long ANSWER_MS = 700;

    private record Waiting(Consumer<Answer> reply, Consumer<VolumeInfo> then) {}

    private final EventLoop loop;
    private final Floor floor;
    private final Set<Integer> known = new HashSet<>();
    private final Map<Integer, List<Waiting>> waiting = new HashMap<>();
    private long sinceMs;

    Recalls(EventLoop loop, Floor floor) {
        this.loop = loop;
        this.floor = floor;
    }

    /** Of another epoch nothing is known. */
    void begin() {
        known.clear();
        sinceMs = loop.nowMs();
        List<List<Waiting>> open = List.copyOf(waiting.values());
        waiting.clear();
        open.forEach(each -> each.forEach(one -> one.reply.accept(Answer.failure(Floor.MANAGER_CHANGED))));
    }

    boolean isKnown(VolumeInfo volume) {
        return known.contains(volume.id());
    }

    /** @param then once what goes on is known of all volumes, as far as it can be learned */
    void recallAll(Runnable then) {
        floor.group.ask(new VolumeMessage.ListVolumes(), answer -> {
            List<VolumeInfo> unknown = answer instanceof VolumeMessage.Listing listing
                    ? listing.volumes().stream()
                            .filter(volume -> !isKnown(volume))
                            .toList()
                    : List.of();
            int[] open = {unknown.size()};
            Runnable one = () -> {
                if (--open[0] == 0) {
                    then.run();
                }
            };
            unknown.forEach(volume -> recall(volume, failure -> one.run(), found -> one.run()));
            if (unknown.isEmpty()) {
                then.run();
            }
        });
    }

    /** Since this manager began. */
    long ageMs() {
        return loop.nowMs() - sinceMs;
    }

    /** @param then told the volume with its disks where they are now */
    void recall(VolumeInfo volume, Consumer<Answer> reply, Consumer<VolumeInfo> then) {
        List<Waiting> open = waiting.get(volume.id());
        Waiting one = new Waiting(reply, then);
        if (open != null) {
            open.add(one);
            return;
        }
        open = new ArrayList<>(List.of(one));
        waiting.put(volume.id(), open);
        look(volume, open);
    }

    private void look(VolumeInfo volume, List<Waiting> open) {
        if (waiting.get(volume.id()) != open) {
            return;
        }
        if (mustWait(volume)) {
            loop.schedule(
                    LOOK_AGAIN_MS,
                    () -> floor.group.ask(new VolumeMessage.ListVolumes(), answer -> {
                        VolumeInfo now = answer instanceof VolumeMessage.Listing listing
                                ? Floor.named(listing, volume.name())
                                : null;
                        if (now != null && now.id() == volume.id()) {
                            look(now, open);
                        } else if (waiting.remove(volume.id(), open)) {
                            String reason = answer instanceof VolumeMessage.Listing
                                    ? Refusals.NO_SUCH_VOLUME
                                    : Floor.reason(answer);
                            open.forEach(each -> each.reply.accept(Answer.failure(reason)));
                        }
                    }));
            return;
        }
        floor.orderAll(
                volume,
                position -> new DssMessage.Recall(volume.disks().get(position).disk(), floor.epoch(), volume.id(), ""),
                ANSWER_MS,
                answers -> {
                    if (waiting.remove(volume.id(), open)) {
                        learn(volume, answers);
                        known.add(volume.id());
                        open.forEach(each -> each.then.accept(volume));
                    }
                });
    }

    private boolean mustWait(VolumeInfo volume) {
        long away = volume.disks().stream().filter(seat -> !seat.isThere()).count();
        return away > 0 && ageMs() < ALL_DISKS_MS || away > volume.parity() && ageMs() < ENOUGH_DISKS_MS;
    }

    private void learn(VolumeInfo volume, List<@Nullable Message> answers) {
        Set<Long> open = open(answers);
        for (int at = 0; at < answers.size(); at++) {
            if (answers.get(at) instanceof DssMessage.Recalled recalled) {
                VolumeInfo.Seat from = volume.disks().get(at);
                for (DssMessage.Kept kept : recalled.holds()) {
                    if (open.contains(kept.holdId())) {
                        learn(volume, from, kept);
                    } else {
                        release(from, kept);
                    }
                }
            }
        }
    }

    /**
     * The holds that most of the disks know. One that few know has ended while these did not hear of it, or was never
     * answered to its user; one that a few do not know goes on: they have been started anew.
     */
    private static Set<Long> open(List<@Nullable Message> answers) {
        Map<Long, Integer> known = new HashMap<>();
        int answered = 0;
        for (Message answer : answers) {
            if (answer instanceof DssMessage.Recalled recalled) {
                answered++;
                recalled.holds().stream()
                        .map(DssMessage.Kept::holdId)
                        .distinct()
                        .forEach(hold -> known.merge(hold, 1, Integer::sum));
            }
        }
        int most = answered / 2 + 1;
        known.values().removeIf(count -> count < most);
        return known.keySet();
    }

    private void release(VolumeInfo.Seat from, DssMessage.Kept kept) {
        DssMessage.Release order = new DssMessage.Release(from.disk(), floor.epoch(), kept.holdId(), kept.isStandIn());
        floor.group.order(from, order, ANSWER_MS, released -> {});
    }

    private void learn(VolumeInfo volume, VolumeInfo.Seat from, DssMessage.Kept kept) {
        if (kept.position() < 0 || kept.position() >= volume.disks().size()) {
            return;
        }
        Hold hold = floor.holds.get(kept.holdId());
        if (hold == null) {
            hold = new Hold(
                    kept.holdId(),
                    kept.operation(),
                    volume,
                    kept.user().name(),
                    kept.user().from(),
                    kept.file(),
                    loop.nowMs() - kept.idleMs());
            hold.isRecalled = true;
            hold.readId = kept.readId();
            hold.fileId = kept.fileId();
            floor.holds.restore(hold);
            if (kept.operation() == DssMessage.Operation.READ) {
                floor.group.ask(
                        new VolumeMessage.KeepRead(kept.readId(), volume.id(), kept.file(), kept.fileId()),
                        ignored -> {});
            }
        }
        if (!hold.isRecalled) {
            return;
        }
        hold.heard(loop.nowMs() - kept.idleMs());
        if (kept.isStandIn()) {
            hold.standIns.put(kept.position(), from);
        }
        if (kept.isFailed()) {
            hold.failedDisk = volume.disks().get(kept.position()).name();
        }
    }
}
