package io.roundtable.manager;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads that are going on. Soft state: the next manager learns of them from {@code KeepWrite} and
 * {@code KeepRead}.
 */
final class Grants {
    /** @param sinceMs when it was granted, or first heard of in this epoch */
    private record Write(int volumeId, long sinceMs, long heardAtMs) {}

    record Read(int volumeId, String file, long fileId, long heardAtMs) {}

    /** The counter of a number has 32 bits. */
    static final long FILES_MAX = 0xFFFF_FFFFL;

    private final Context context;
    private final FileIndex index;
    private final Map<Long, Write> writes = new TreeMap<>();
    private final Map<Long, Read> reads = new HashMap<>();
    private long lastFile;
    private long lastRead;

    Grants(Context context, FileIndex index) {
        this.context = context;
        this.index = index;
    }

    // ---- writes

    /** Whether this epoch has so many numbers left: a counter that ran over would give another epoch's. */
    boolean canAllot(int count) {
        return lastFile + count <= FILES_MAX;
    }

    /** Numbers for this many new contents, if {@link #canAllot}; the first one. */
    long allot(int volumeId, int count) {
        if (!canAllot(count)) {
            throw new IllegalStateException("no numbers left in epoch " + context.epoch);
        }
        long first = context.epoch << 32 | (lastFile + 1);
        lastFile += count;
        for (long id = first; id < first + count; id++) {
            writes.put(id, new Write(volumeId, context.nowMs(), context.nowMs()));
        }
        return first;
    }

    /**
     * Goes on with a write.
     *
     * @return false if it is too late: its shares may have been swept away
     */
    boolean keep(int volumeId, long first, int count) {
        long granted = first >>> 32;
        if (granted < 1 || granted > context.epoch || first + count - 1 >>> 32 != granted) {
            return false;
        }
        boolean isLearnt =
                granted < context.epoch && context.nowMs() - context.leasedAtMs <= context.options.deadAfterMs();
        boolean isAlive = false;
        for (long id = first; id < first + count; id++) {
            if (index.file(volumeId, id) != null) {
                // Committed already: as a write that goes on it would be swept away when the writer falls silent.
                isAlive = true;
            } else if (isWriting(volumeId, id) || (isLearnt && !writes.containsKey(id))) {
                Write before = writes.get(id);
                long sinceMs = before == null ? context.nowMs() : before.sinceMs;
                writes.put(id, new Write(volumeId, sinceMs, context.nowMs()));
                isAlive = true;
            }
        }
        return isAlive;
    }

    boolean isWriting(int volumeId, long fileId) {
        Write write = writes.get(fileId);
        return write != null && write.volumeId == volumeId;
    }

    /** When a write that goes on was granted, or first heard of in this epoch. */
    long writingSinceMs(long fileId) {
        Write write = writes.get(fileId);
        return write == null ? Long.MIN_VALUE : write.sinceMs;
    }

    /** Goes on behind this number of this epoch. */
    void skipTo(long counter) {
        lastFile = counter;
    }

    /** The last number that this manager has allotted. */
    long lastAllotted() {
        return context.epoch << 32 | lastFile;
    }

    boolean isWritingTo(int volumeId) {
        return writes.values().stream().anyMatch(write -> write.volumeId == volumeId);
    }

    /** @return whether there was such a write */
    boolean endWrite(long fileId) {
        return writes.remove(fileId) != null;
    }

    // ---- reads

    long open(int volumeId, String file, long fileId) {
        long readId = context.epoch << 32 | ++lastRead;
        reads.put(readId, new Read(volumeId, file, fileId, context.nowMs()));
        return readId;
    }

    void keepRead(long readId, int volumeId, String file, long fileId) {
        reads.put(readId, new Read(volumeId, file, fileId, context.nowMs()));
    }

    void close(long readId) {
        reads.remove(readId);
    }

    boolean isReading(int volumeId, long fileId) {
        return reads.values().stream().anyMatch(read -> read.volumeId == volumeId && read.fileId == fileId);
    }

    /** Whether a content is read that was removed or replaced meanwhile: a share of it that goes is not computed again. */
    boolean isReadingBygone(int volumeId) {
        return reads.values().stream()
                .anyMatch(read -> read.volumeId == volumeId && index.file(volumeId, read.fileId) == null);
    }

    boolean isReadingFrom(int volumeId) {
        return reads.values().stream().anyMatch(read -> read.volumeId == volumeId);
    }

    /**
     * Forgets writers and readers that were silent for too long.
     *
     * @param isCommitting whether a write waits for the log: it is not the writer who is silent then
     */
    void expire(LongPredicate isCommitting, BiConsumer<Integer, Long> abandoned) {
        long before = context.nowMs() - context.options.deadAfterMs();
        reads.values().removeIf(read -> read.heardAtMs < before);
        List<Map.Entry<Integer, Long>> given = new ArrayList<>();
        Iterator<Map.Entry<Long, Write>> each = writes.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Long, Write> write = each.next();
            if (write.getValue().heardAtMs < before && !isCommitting.test(write.getKey())) {
                given.add(Map.entry(write.getValue().volumeId, write.getKey()));
                each.remove();
            }
        }
        given.forEach(gone -> abandoned.accept(gone.getKey(), gone.getValue()));
    }

    @Nullable
    Read read(long readId) {
        return reads.get(readId);
    }
}
