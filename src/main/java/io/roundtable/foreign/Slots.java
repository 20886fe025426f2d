package io.roundtable.foreign;

import io.roundtable.foreign.BlockTree.Ref;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for blocks of data. One whose block is not needed any more is not used again while a datagram of its old block may
 * still be on its way, and before that its block is made small: the protocol cannot delete one. Thread-safe.
 */
final class Slots {
    /** Whoever reads a block that was replaced meanwhile is done by then. */
    private static final long CLEAR_AFTER_MS = 6_000;
    /** A datagram that was delayed for longer than that is assumed to have died. */
    private static final long REUSE_AFTER_MS = 120_000;

    private record Old(Ref ref, long sinceMs) {}

    private final long term;
    private final LongSupplier nowMs;
    private final Deque<Old> freed = new ArrayDeque<>();
    private final Deque<Old> cleared = new ArrayDeque<>();
    private long next;
    private long taken;

    /** @param taken blocks that files have already */
    Slots(long term, LongSupplier nowMs, long taken) {
        this.term = term;
        this.nowMs = nowMs;
        this.taken = taken;
    }

    static String file(long term) {
        return Long.toHexString(term);
    }

    /** @return -1 if so many are taken already */
    synchronized long take(int most) {
        if (taken >= most) {
            return -1;
        }
        taken++;
        Old reusable = cleared.peek();
        if (reusable != null && nowMs.getAsLong() - reusable.sinceMs > REUSE_AFTER_MS) {
            cleared.remove();
            return reusable.ref.number();
        }
        return next++;
    }

    /** Blocks that files have, or that are not small yet. */
    synchronized long taken() {
        return taken;
    }

    synchronized void free(List<Ref> refs) {
        long now = nowMs.getAsLong();
        refs.forEach(ref -> freed.add(new Old(ref, now)));
    }

    private synchronized @Nullable Old due() {
        return isAnyDue() ? freed.remove() : null;
    }

    private synchronized void cleared(Old old) {
        taken--;
        if (old.ref.term() == term) {
            cleared.add(new Old(old.ref, nowMs.getAsLong()));
        }
    }

    /** Makes one block small that has been needed by nobody for a while. */
    boolean clearOne(RemoteBlocks blocks) throws IOException {
        Old old = due();
        if (old == null) {
            return false;
        }
        try {
            blocks.write(file(old.ref.term()), old.ref.number(), new byte[0]);
        } catch (IOException e) {
            free(List.of(old.ref));
            throw e;
        }
        cleared(old);
        return true;
    }

    synchronized boolean isAnyDue() {
        Old first = freed.peek();
        return first != null && nowMs.getAsLong() - first.sinceMs > CLEAR_AFTER_MS;
    }
}
