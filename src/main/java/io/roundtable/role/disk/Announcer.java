package io.roundtable.role.disk;

import io.roundtable.disk.DiskStatistics;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.net.TimerHandle;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.RefusalCode;
import io.roundtable.role.RoleContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells the manager, whoever that is, of a disk: where it is and how full, or that it is away; again and again. */
final class Announcer {
    private static final int HELLO_EVERY_MS = 1_000;
    private static final int HELLO_ANSWER_MS = 1_000;
    private static final int HELLO_RETRY_MS = 50;

    /**
     * A disk that is open.
     *
     * @param start a number of this opening
     */
    record Here(DiskId disk, long start, DiskStatistics statistics) {}

    /** A disk that has lost its medium. */
    record Away(DiskId disk, String reason) {}

    /** What there is to tell, and who is told the answers. */
    interface Disk {
        Optional<Here> here();

        /** Asked if it is not here. */
        Optional<Away> away();

        /** From now on a former manager's orders are refused, whether or not the new one has given any. */
        void learnEpoch(long epoch);

        /** A foreign one is another peer's by now, or none of the group's. */
        void notWanted(String reason);
    }

    private final RoleContext context;
    private final HostedDisk which;
    private final Disk disk;
    private Optional<Member> managing = Optional.empty();
    private @Nullable Member self;
    private @Nullable TimerHandle timer;
    private String name = "";
    private String refused = "";
    private boolean isDeregistered;
    private boolean isFeigning;
    private boolean isStopped;

    Announcer(RoleContext context, HostedDisk which, Disk disk) {
        this.context = context;
        this.which = which;
        this.disk = disk;
    }

    void start(Member host) {
        self = host;
    }

    void stop() {
        isStopped = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    void feign(boolean feigns) {
        isFeigning = feigns;
        if (!feigns) {
            announce();
        }
    }

    void onManager(Optional<Member> now) {
        managing = now;
        announce();
    }

    void announce() {
        announceIn(HELLO_EVERY_MS);
        Member host = self;
        if (host == null || isStopped || isDeregistered || isFeigning || managing.isEmpty()) {
            return;
        }
        Member manager = managing.get();
        Optional<Here> here = disk.here();
        if (here.isPresent()) {
            context.peers().request(manager, hello(here.get(), host), HELLO_ANSWER_MS, this::onAnswer);
        } else {
            away(host)
                    .ifPresent(
                            message -> context.peers().request(manager, message, HELLO_ANSWER_MS, this::onAwayAnswer));
        }
    }

    private DiskMessage.DiskHello hello(Here here, Member host) {
        DiskStatistics now = here.statistics;
        return new DiskMessage.DiskHello(
                here.disk,
                host,
                which.wantedName(),
                here.start,
                now.room(),
                now.shares(),
                now.highestEpoch(),
                which.term(),
                which.place().map(DiskPlace::program).orElse(0L));
    }

    /** That the peer is there and its disk is not, and why. */
    private Optional<DiskMessage.DiskAway> away(Member host) {
        return disk.away()
                .map(away -> new DiskMessage.DiskAway(away.disk, host, shortened(away.reason)))
                .or(() -> which.place().flatMap(place -> place.reading(host)));
    }

    private static String shortened(String reason) {
        return reason.substring(0, Math.min(reason.length(), DiskMessage.DiskAway.REASON_CHARS_MAX));
    }

    private void announceIn(long delayMs) {
        if (timer != null) {
            timer.cancel();
        }
        if (!isStopped && which.place().isPresent()) {
            timer = context.loop().schedule(delayMs, this::announce);
        }
    }

    private void onAwayAnswer(@Nullable Message answer) {
        if (answer instanceof Message.Refusal refusal) {
            onRefused(refusal);
        } else if (!(answer instanceof Control.Done)) {
            announceIn(HELLO_RETRY_MS);
        }
    }

    private void onAnswer(@Nullable Message answer) {
        if (answer instanceof DiskMessage.Welcome welcome) {
            if (!welcome.name().equals(name)) {
                name = welcome.name();
                context.events().report(EventKind.DISK_NAMED, Fact.of("disk", name));
            }
            disk.learnEpoch(welcome.epoch());
        } else if (answer instanceof Message.Refusal refusal) {
            onRefused(refusal);
        } else {
            // It does not manage yet, or does not any more.
            announceIn(HELLO_RETRY_MS);
        }
    }

    private void onRefused(Message.Refusal refusal) {
        String reason = refusal.reason();
        if (!reason.equals(refused)) {
            refused = reason;
            context.events().report(EventKind.DISK_PROBLEM, Fact.of("reason", reason));
        }
        isDeregistered |= refusal.code() == RefusalCode.DISK_DEREGISTERED;
        boolean isAnothers =
                refusal.code() == RefusalCode.PRESENTED_ELSEWHERE || refusal.code() == RefusalCode.SAME_PROGRAM;
        if (which.isForeign() && (isDeregistered || isAnothers)) {
            disk.notWanted(reason);
        }
    }
}
