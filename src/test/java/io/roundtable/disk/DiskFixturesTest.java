package io.roundtable.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.protocol.DiskMessage.ShareLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk's folder as a program of long ago left it: a share with a file of its own, and small ones in a pack. */
class DiskFixturesTest {
    private static final long FILES = 0x100000000L;

    @TempDir
    private Path folder;

    private void unzip() throws IOException {
        String name = "/fixtures/formats/disk/disk-folder.zip";
        try (InputStream raw = DiskFixturesTest.class.getResourceAsStream(name);
                ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(raw, name))) {
            for (ZipEntry each = zip.getNextEntry(); each != null; each = zip.getNextEntry()) {
                Path at = folder.resolve(each.getName());
                if (each.isDirectory()) {
                    Files.createDirectories(at);
                } else {
                    Files.copy(zip, at);
                }
            }
        }
    }

    private static byte[] content(int bytes) {
        byte[] content = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            content[i] = (byte) (i / 1024);
        }
        return content;
    }

    @Test
    void theSharesOfAFolderOfThatTimeAreRead() throws Exception {
        unzip();
        try (DiskStore store =
                DiskStore.open(new FileMedium(folder), DiskOptions.defaults(), () -> 2_000_000, () -> 1)) {
            assertEquals(
                    List.of(Shares.key(1, FILES + 1, 2), Shares.key(1, FILES + 2, 2), Shares.key(1, FILES + 3, 2)),
                    store.list(Optional.empty(), 10).shares().stream()
                            .map(ShareLine::key)
                            .toList());
            assertArrayEquals(content(300_000), Shares.read(store, Shares.key(1, FILES + 1, 2)));
            assertArrayEquals(content(5_000), Shares.read(store, Shares.key(1, FILES + 2, 2)));
            assertArrayEquals(content(0), Shares.read(store, Shares.key(1, FILES + 3, 2)));
            assertEquals(3, store.highestEpoch());
            assertEquals(List.of(), store.startReport().problems());
        }
    }
}
