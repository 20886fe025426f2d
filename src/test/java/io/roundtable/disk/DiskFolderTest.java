package io.roundtable.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies in a disk's data folder is the disk's, and its user's alone; what a link there leads to is not. */
class DiskFolderTest {
    @TempDir
    private Path above;

    private final AtomicLong random = new AtomicLong(42);

    private DiskStore open(Path folder) throws IOException {
        return DiskStore.open(new FileMedium(folder), DiskOptions.defaults(), () -> 1, random::incrementAndGet);
    }

    private static void assertRefused(org.junit.jupiter.api.function.Executable request) {
        String said = assertThrows(IOException.class, request).getMessage();
        assertTrue(said.contains("is a link, and links in a data folder are not followed"), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tmp", "packs", "shares"})
    void aFolderThatIsALinkIsRefusedAndNothingBehindItIsTouched(String name) throws Exception {
        Path folder = Files.createDirectory(above.resolve("disk"));
        Path foreign = Files.createDirectory(above.resolve("foreign"));
        Files.writeString(foreign.resolve("precious.txt"), "keep");
        Files.createSymbolicLink(folder.resolve(name), foreign);
        assertRefused(() -> open(folder));
        assertEquals("keep", Files.readString(foreign.resolve("precious.txt")));
        try (Stream<Path> all = Files.list(foreign)) {
            assertEquals(1, all.count());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock", "disk", "epoch", "probe"})
    void aFileThatIsALinkIsNeitherReadNorWritten(String name) throws Exception {
        Path folder = above.resolve("disk");
        open(folder).close();
        Path foreign = Files.move(folder.resolve(name), above.resolve("foreign"));
        byte[] before = Files.readAllBytes(foreign);
        Files.createSymbolicLink(folder.resolve(name), foreign);
        assertRefused(() -> open(folder));
        assertEquals(List.of(before.length), List.of(Files.readAllBytes(foreign).length));
    }

    @Test
    void aFolderOfSharesThatIsALinkIsRefusedToo() throws Exception {
        Path folder = above.resolve("disk");
        try (DiskStore store = open(folder)) {
            Shares.write(store, Shares.key(1, 1, 0), 1, Shares.content(1, 5_000));
        }
        Path shares = folder.resolve("shares/0000001");
        Files.createSymbolicLink(shares, Files.move(shares, above.resolve("foreign")));
        assertRefused(() -> open(folder));
    }

    /** While it runs, too: a link in the place of a folder is not that folder. */
    @Test
    void aFolderThatBecomesALinkIsNoticed() throws Exception {
        Path folder = above.resolve("disk");
        try (DiskStore store = open(folder)) {
            Path packs = folder.resolve("packs");
            Files.createSymbolicLink(packs, Files.move(packs, above.resolve("foreign")));
            assertThrows(DiskFaultException.class, store::probe);
        }
    }

    @Test
    void theFolderItselfMayBeNamedByALink() throws Exception {
        Path folder = Files.createDirectory(above.resolve("disk"));
        Path link = Files.createSymbolicLink(above.resolve("link"), folder);
        try (DiskStore store = open(link)) {
            store.probe();
            assertTrue(Files.exists(folder.resolve("disk")));
        }
    }

    @Test
    void filesAreForTheUserAlone() throws Exception {
        assumeTrue(above.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Path folder = above.resolve("disk");
        // One that was made by a program that did not mind.
        Files.createDirectories(folder.resolve("packs"));
        Files.setPosixFilePermissions(folder.resolve("packs"), PosixFilePermissions.fromString("rwxr-xr-x"));
        try (DiskStore store = open(folder)) {
            Shares.put(store, Shares.key(1, 1, 0), 1, Shares.content(1, 5_000));
            Shares.write(store, Shares.key(1, 2, 0), 1, Shares.content(1, 5_000));
            try (ShareWriter writer = Shares.begin(store, Shares.key(1, 3, 0), 1, Shares.content(1, 5_000));
                    Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.filter(path -> !path.equals(folder)).toList()) {
                    String mode = PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(each, LinkOption.NOFOLLOW_LINKS));
                    assertEquals(
                            Files.isDirectory(each) ? "rwx------" : "rw-------", mode, each + " of " + writer.key());
                }
            }
        }
    }

    @Test
    void anotherUsersFolderIsRefused() throws Exception {
        Path folder = above.resolve("disk");
        open(folder).close();
        try {
            Files.setOwner(
                    folder,
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        } catch (IOException | UnsupportedOperationException e) {
            assumeTrue(false, "only root may give a folder away: " + e);
        }
        String said = assertThrows(IOException.class, () -> open(folder)).getMessage();
        assertTrue(said.contains("belongs to the user nobody"), said);
    }
}
