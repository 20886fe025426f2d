package io.roundtable.client;

import io.roundtable.protocol.FileInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many small files at once: while one waits for its disks to sync, others are on their way. */
final class ManyWrites {
    private static final int AT_ONCE_MAX = 16;
    private static final int END_S = 10;

    private final VolumeClient client;
    private final String volume;

    ManyWrites(VolumeClient client, String volume) {
        this.client = client;
        this.volume = volume;
    }

    List<FileInfo> write(List<VolumeClient.Content> contents) throws GroupException, IOException {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, Math.min(AT_ONCE_MAX, contents.size())));
        try {
            List<Future<FileInfo>> begun = new ArrayList<>();
            for (VolumeClient.Content each : contents) {
                begun.add(threads.submit(() -> client.write(volume, each.file(), each.bytes())));
            }
            List<FileInfo> written = new ArrayList<>();
            for (Future<FileInfo> each : begun) {
                written.add(each.get());
            }
            return written;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GroupException("interrupted");
        } catch (ExecutionException e) {
            throw failure(e);
        } finally {
            threads.shutdownNow();
            awaitEnd(threads);
        }
    }

    /** What is still on its way after a failure ends before the caller goes on. */
    private static void awaitEnd(ExecutorService threads) {
        try {
            threads.awaitTermination(END_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static IOException failure(ExecutionException e) throws GroupException, IOException {
        Throwable cause = e.getCause();
        if (cause instanceof GroupException group) {
            throw group;
        }
        if (cause instanceof IOException io) {
            throw io;
        }
        throw new IllegalStateException(e);
    }
}
