package io.roundtable.manager;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which peer's word for a foreign disk counts: that of the latest term; and which of a program's disks: one. */
final class ForeignClaims {
    private final Context context;
    private final Map<DiskId, Long> leastTerms = new HashMap<>();
    private final Map<DiskId, Long> programs = new HashMap<>();

    ForeignClaims(Context context) {
        this.context = context;
    }

    /**
     * Why a peer is not to present a disk.
     *
     * @param isThere whether another disk is
     * @return null if it is
     */
    @Nullable
    String refusal(DiskEntry disk, DiskMessage.DiskHello hello, Predicate<DiskId> isThere) {
        if (isBygone(disk.disk(), hello.term())) {
            return Refusals.PRESENTED_ELSEWHERE;
        }
        programs.put(disk.disk(), hello.program());
        // One that has a place may hold what nothing else does, so it stays; what it survives is counted by programs.
        DiskEntry twin = disk.volumeId() == 0 ? twin(disk.disk(), isThere) : null;
        return twin == null ? null : Refusals.SAME_PROGRAM + twin.name();
    }

    /** Another disk that is there, at the same program; null if there is none. */
    @Nullable
    DiskEntry twin(DiskId disk, Predicate<DiskId> isThere) {
        long program = program(disk);
        for (DiskEntry other : context.catalog.disks()) {
            boolean isSame = program != 0
                    && program == program(other.disk())
                    && !other.disk().equals(disk);
            if (isSame && isThere.test(other.disk())) {
                return other;
            }
        }
        return null;
    }

    /** Whether a later term counts by now. */
    boolean isBygone(DiskId disk, long term) {
        return term < leastTerms.getOrDefault(disk, 0L);
    }

    void accepted(DiskMessage.DiskHello hello) {
        leastTerms.merge(hello.disk(), hello.term(), Math::max);
    }

    /** Whoever presents it now does so no more. */
    void demandLaterTerm(DiskId disk) {
        leastTerms.computeIfPresent(disk, (any, term) -> term + 1);
    }

    /** Which program a disk is at; 0 if that is not known, or it is no foreign one. */
    long program(DiskId disk) {
        return programs.getOrDefault(disk, 0L);
    }

    void retire(DiskId disk) {
        leastTerms.remove(disk);
        programs.remove(disk);
    }
}
