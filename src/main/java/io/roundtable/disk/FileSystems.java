package io.roundtable.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Tells which folders lie on one file system. */
final class FileSystems {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private FileSystems() {}

    /**
     * The same for two folders if they lie on one file system of one machine, whose name for others does not matter: it is
     * told by the number that Linux draws when it starts.
     *
     * @return 0 if that cannot be told
     */
    static long numberOf(Path folder) {
        try {
            UUID boot = UUID.fromString(Files.readString(BOOT).strip());
            long device = ((Number) Files.getAttribute(folder, "unix:dev")).longValue();
            long machine = boot.getMostSignificantBits() ^ boot.getLeastSignificantBits();
            // Only to look less alike.
            return Math.max(1, (machine ^ device * 0x9E37_79B9_7F4A_7C15L) >>> 1);
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            return 0;
        }
    }
}
