package io.roundtable.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A file that a process made and keeps locked while it lives: whoever else gets the lock knows that the process is dead,
 * for the system lets go of locks at every end, {@code kill -9} too.
 */
final class LifeLock implements Closeable {
    /** Of this process, which would lose its lock by closing the file a second time. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private Path file;
    private final FileChannel channel;

    private LifeLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Makes a file and locks it. Where the file system has no locks, nobody else gets one either.
     *
     * @return null if somebody who looked for dead ones was faster: take another name
     */
    static @Nullable LifeLock make(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        OWN.add(absolute);
        boolean isMade = false;
        try {
            FileChannel channel = FileChannel.open(absolute, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            if (isFree(channel)) {
                isMade = true;
                return new LifeLock(absolute, channel);
            }
            channel.close();
            return null;
        } finally {
            if (!isMade) {
                OWN.remove(absolute);
            }
        }
    }

    /** Locks what a process of this user left behind; null if that lives, is another's, or nobody can tell. */
    static @Nullable LifeLock ofDead(Path file, UserPrincipal user) {
        Path absolute = file.toAbsolutePath();
        if (OWN.contains(absolute)) {
            return null;
        }
        try {
            // Another kind of file might wait for somebody when it is opened.
            if (!Files.isRegularFile(absolute, LinkOption.NOFOLLOW_LINKS)
                    || !Files.getOwner(absolute, LinkOption.NOFOLLOW_LINKS).equals(user)) {
                return null;
            }
            FileChannel channel = FileChannel.open(absolute, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            boolean isDead = false;
            try {
                isDead = channel.tryLock() != null;
            } finally {
                if (!isDead) {
                    channel.close();
                }
            }
            return isDead ? new LifeLock(absolute, channel) : null;
        } catch (IOException | OverlappingFileLockException e) {
            // Gone meanwhile, or not ours to know.
            return null;
        }
    }

    private static boolean isFree(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (IOException e) {
            // No locks here.
            return true;
        }
    }

    /** It lies elsewhere now, or a folder above it has another name. */
    void moved(Path to) {
        Path before = file;
        file = to.toAbsolutePath();
        OWN.add(file);
        OWN.remove(before);
    }

    FileChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        OWN.remove(file);
    }
}
