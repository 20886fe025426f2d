package io.roundtable.cli;

import io.roundtable.protocol.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file under another name until it is whole. One that does not become whole is deleted: after an error, and by Ctrl-C
 * and SIGTERM too. What {@code kill -9} leaves is deleted by the next that writes the same file.
 */
final class PartFile implements Closeable {
    private static final String MARK = ".roundtable-part-";
    /** Of the whole file's name; with what comes behind it there must be room in the 255 bytes of a name. */
    private static final int NAME_BYTES_MAX = 200;

    private static final int TRIES = 8;

    private final Path whole;
    private final Path path;
    private final LifeLock lock;
    private final Thread hook = new Thread(this::drop, "part-file");

    private PartFile(Path whole, Path path, LifeLock lock) {
        this.whole = whole;
        this.path = path;
        this.lock = lock;
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends already.
            drop();
        }
    }

    /** @throws java.nio.file.NoSuchFileException if there is no folder for it */
    static PartFile begin(Path whole) throws IOException {
        String prefix = prefix(whole);
        for (int tries = 0; tries < TRIES; tries++) {
            Path path = whole.resolveSibling(prefix
                    + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
            LifeLock lock = LifeLock.make(path);
            if (lock != null) {
                PartFile part = new PartFile(whole, path, lock);
                sweep(path, prefix);
                return part;
            }
            Files.deleteIfExists(path);
        }
        throw new IOException("'" + whole + "' cannot be begun: somebody locks every new file beside it");
    }

    /** What all parts of a file begin with that were made since this machine was started. */
    private static String prefix(Path whole) {
        StringBuilder name = new StringBuilder();
        int bytes = 0;
        for (int character : whole.getFileName().toString().codePoints().toArray()) {
            String text = Character.toString(character);
            bytes += text.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > NAME_BYTES_MAX) {
                break;
            }
            name.append(text);
        }
        return name + MARK + HexFormat.of().toHexDigits(boot()) + "-";
    }

    /** Locks of files on a network may be known to their own machine only, so only its parts are looked at. */
    private static int boot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).hashCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Deletes parts of the same file whose processes are dead. */
    private static void sweep(Path mine, String prefix) {
        Path folder = mine.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(
                folder, each -> each.getFileName().toString().startsWith(prefix))) {
            UserPrincipal user = Files.getOwner(mine, LinkOption.NOFOLLOW_LINKS);
            for (Path each : all) {
                try (LifeLock dead = LifeLock.ofDead(each, user)) {
                    if (dead != null) {
                        Files.deleteIfExists(each);
                    }
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Files can be made here, and not be looked at or deleted: they stay.
            return;
        }
    }

    FileChannel channel() {
        return lock.channel();
    }

    /** It is whole: it takes its name, in place of what has that. */
    void finish() throws IOException {
        Files.move(path, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes it unless it is {@link #finish finished}. */
    @Override
    public void close() throws IOException {
        try {
            Files.deleteIfExists(path);
        } finally {
            lock.close();
            forget();
        }
    }

    private void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs just now.
            return;
        }
    }

    private void drop() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            Roundtable.fail("'" + path + "' is left over: " + Reason.of(e), Roundtable.FAILURE);
        }
    }
}
