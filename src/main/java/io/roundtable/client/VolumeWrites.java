package io.roundtable.client;

import io.roundtable.protocol.Control;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.stream.ShareTarget;
import io.roundtable.stream.StreamException;
import io.roundtable.stream.VolumeWriter;
import io.roundtable.stream.Written;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** The writes of a {@link VolumeClient}: granted, streamed, committed, or given up. */
final class VolumeWrites implements AutoCloseable {
    /** Contents that are surely shorter than this take numbers from the stash. */
    private static final int SMALL_BYTES = 256 << 10;

    private static final int ATTEMPTS_MAX = 3;

    private final ManagerLink manager;
    private final KeepAlive keepAlive;
    private final VolumeWriter writer;
    private final Waits waits;
    private final String user;
    private final Map<String, GrantStash> stashes = new ConcurrentHashMap<>();

    VolumeWrites(ManagerLink manager, KeepAlive keepAlive, VolumeWriter writer, Waits waits, String user) {
        this.manager = manager;
        this.keepAlive = keepAlive;
        this.writer = writer;
        this.waits = waits;
        this.user = user;
    }

    FileInfo write(String volume, String file, ReadableByteChannel from, long sizeHint, LongConsumer progress)
            throws GroupException, IOException {
        if (sizeHint >= 0 && sizeHint < SMALL_BYTES) {
            return writeSmall(volume, file, from, sizeHint, progress);
        }
        long start = startOf(from);
        VolumeMessage.PrepareWrite request = new VolumeMessage.PrepareWrite(volume, user, 1, Optional.of(file));
        OpenWrite grant = OpenWrite.prepare(manager, keepAlive, request);
        for (int attempt = 1; ; attempt++) {
            OpenWrite failed = grant;
            try (failed) {
                return write(failed, 0, file, from, sizeHint, progress);
            } catch (StreamException e) {
                if (start < 0 || !(from instanceof SeekableByteChannel seekable) || attempt == ATTEMPTS_MAX) {
                    throw e;
                }
                // Another manager, or other disks: from the beginning. With the same ones it would fail again.
                grant = OpenWrite.prepare(manager, keepAlive, request);
                if (grant.isLike(failed)) {
                    grant.close();
                    throw e;
                }
                seekable.position(start);
            }
        }
    }

    private FileInfo writeSmall(
            String volume, String file, ReadableByteChannel from, long sizeHint, LongConsumer progress)
            throws GroupException, IOException {
        while (true) {
            GrantStash stash = stashes.computeIfAbsent(volume, name -> new GrantStash(manager, keepAlive, name, user));
            GrantStash.Ticket ticket = stash.take();
            if (ticket != null) {
                try {
                    return write(ticket.grant(), ticket.index(), file, from, sizeHint, progress);
                } finally {
                    stash.release(ticket);
                }
            }
            stashes.remove(volume, stash);
        }
    }

    /** Where to begin again; -1 if that is not possible. */
    private static long startOf(ReadableByteChannel from) {
        try {
            return from instanceof SeekableByteChannel seekable ? seekable.position() : -1;
        } catch (IOException e) {
            // A pipe or a terminal has a file's channel, too.
            return -1;
        }
    }

    private FileInfo write(
            OpenWrite grant, int index, String file, ReadableByteChannel from, long sizeHint, LongConsumer progress)
            throws GroupException, IOException {
        ShareTarget target = grant.target(index);
        Written written;
        try (Waits.Wait wait = waits.begin("the disks of " + target.volume().name() + " to take '" + file + "'")) {
            written = writer.write(target, new WaitedSource(from, wait), sizeHint, progress);
        } catch (IOException | RuntimeException e) {
            manager.tell(new VolumeMessage.Abort(target.volume().id(), target.fileId()));
            throw e;
        }
        return commit(target, file, written);
    }

    private FileInfo commit(ShareTarget target, String file, Written written) throws GroupException {
        Answers.expect(
                manager.ask(new VolumeMessage.Commit(
                        ThreadLocalRandom.current().nextLong(),
                        target.volume().id(),
                        file,
                        user,
                        target.fileId(),
                        written.sizeBytes(),
                        written.sha256(),
                        written.sealed())),
                Control.Done.class);
        List<Integer> missing = IntStream.range(0, written.sealed().size())
                .filter(position -> written.sealed().get(position).isEmpty())
                .boxed()
                .toList();
        return new FileInfo(file, target.fileId(), written.sizeBytes(), written.sha256(), user, missing);
    }

    /** Gives back numbers that were not used lately. */
    void tidy() {
        stashes.values().forEach(GrantStash::tidy);
    }

    /** What the stash of a volume holds would keep the volume busy. */
    void giveBack(String volume) {
        GrantStash stash = stashes.remove(volume);
        if (stash != null) {
            stash.close();
        }
    }

    @Override
    public void close() {
        new ArrayList<>(stashes.keySet()).forEach(this::giveBack);
    }
}
