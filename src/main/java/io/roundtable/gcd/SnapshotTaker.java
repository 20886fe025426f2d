package io.roundtable.gcd;

import io.roundtable.catalog.Catalog;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * Writes snapshots of the catalog beside the log, every so many entries, on a thread of its own: whoever applies entries only
 * makes a {@link Catalog#copy}.
 */
final class SnapshotTaker {
    /** After a snapshot that could not be written, for want of room say, the next one is tried so many entries later. */
    private static final int RETRY_PART = 10;

    private static final int CLOSE_S = 5;

    private final Target target;
    private final int everyEntries;
    private final Consumer<Throwable> onFault;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "gcd-snapshot");
        thread.setDaemon(true);
        return thread;
    });
    private boolean isWriting;
    private long nextIndex;
    private long written = -1;
    /** Of the newest one that was not written here: whoever follows the log must not go back behind it. */
    private long had = -1;

    /** Where snapshots go. */
    interface Target {
        /** Returns when it is whole and durable. */
        void write(TermIndex last, Catalog catalog) throws IOException;
    }

    /**
     * @param everyEntries how many entries there are from one snapshot to the next
     * @param onFault told of what should never happen
     */
    SnapshotTaker(Target target, int everyEntries, Consumer<Throwable> onFault) {
        this.target = target;
        this.everyEntries = everyEntries;
        this.onFault = onFault;
        this.nextIndex = everyEntries;
    }

    /** There is a snapshot up to this entry: it was read, or came from another GCD. */
    synchronized void has(long index) {
        had = index;
        written = written < index ? -1 : written;
        nextIndex = index + everyEntries;
    }

    /**
     * An entry was applied.
     *
     * @param copy makes a copy of the catalog as it is now
     * @param then told, on the writer's thread, when a snapshot of it is whole and durable, and none has come that is newer
     */
    void onApplied(TermIndex last, Supplier<Catalog> copy, Runnable then) {
        if (isDue(last.getIndex())) {
            write(last, copy.get()).whenComplete((isNewest, fault) -> {
                if (fault == null && isNewest) {
                    then.run();
                } else if (fault != null && !(cause(fault) instanceof IOException)) {
                    onFault.accept(cause(fault));
                }
            });
        }
    }

    private synchronized boolean isDue(long index) {
        boolean isDue = !isWriting && index >= nextIndex;
        isWriting |= isDue;
        return isDue;
    }

    /** @return whether none is newer by now */
    private CompletableFuture<Boolean> write(TermIndex last, Catalog catalog) {
        return CompletableFuture.supplyAsync(
                () -> {
                    boolean isDone = false;
                    try {
                        target.write(last, catalog);
                        isDone = true;
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    } finally {
                        ended(last.getIndex(), isDone);
                    }
                    return isNewest(last.getIndex());
                },
                writer);
    }

    private synchronized void ended(long index, boolean isDone) {
        isWriting = false;
        if (isNewest(index)) {
            nextIndex = index + (isDone ? everyEntries : everyEntries / RETRY_PART);
            written = isDone ? index : written;
        }
    }

    private synchronized boolean isNewest(long index) {
        return index >= had;
    }

    private static Throwable cause(Throwable fault) {
        return fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
    }

    /** The last entry of a snapshot that was written since this was asked the last time; -1 if there is none. */
    synchronized long takeWritten() {
        long taken = written;
        written = -1;
        return taken;
    }

    /**
     * Writes one now, and waits for that.
     *
     * @return the entry up to which it goes; -1 if a newer one has come meanwhile
     */
    long writeNow(TermIndex last, Catalog copy) throws IOException {
        try {
            write(last, copy).join();
        } catch (CompletionException e) {
            Throwable cause = cause(e);
            if (cause instanceof IOException io) {
                throw io;
            }
            throw e;
        }
        return takeWritten();
    }

    /** Waits for the snapshot that is being written, if there is one. */
    void close() {
        writer.shutdown();
        try {
            writer.awaitTermination(CLOSE_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
