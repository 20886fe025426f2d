package io.roundtable.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    private static final int NOBODY = 65_534;

    @TempDir
    Path place;

    private static void assertRefused(String word, Executable action) {
        String reason = assertThrows(IOException.class, action).getMessage();
        assertTrue(reason.contains(word), reason);
        assertEquals(1, reason.lines().count(), reason);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void giveAway(Path path) {
        try {
            Files.setAttribute(path, "unix:uid", NOBODY);
        } catch (IOException | RuntimeException e) {
            assumeTrue(false, "only root gives folders to other users");
        }
    }

    @Test
    void whatIsMadeIsForItsUserAlone() throws IOException {
        DataFolder folder = DataFolder.open(place.resolve("a/b"));
        Path inner = folder.folder("c/d");
        Path file = inner.resolve("file");
        DataFolder.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .close();
        assertEquals("rwx------", mode(place.resolve("a/b")));
        assertEquals("rwx------", mode(place.resolve("a/b/c")));
        assertEquals("rwx------", mode(inner));
        assertEquals("rw-------", mode(file));
        assertEquals(List.of(folder.root().resolve("c")), Folders.list(folder.root()), "nothing is left of the checks");
    }

    @Test
    void whatOthersMadeThereIsTakenAwayFromOtherUsers() throws IOException {
        Path inner = Files.createDirectories(place.resolve("folder/in"));
        Path file = Files.createFile(inner.resolve("file"));
        Path kept = Files.createFile(place.resolve("kept"));
        Files.createSymbolicLink(inner.resolve("link"), kept);
        for (Path each : List.of(inner, file, kept)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Folders.makePrivate(place.resolve("folder"));
        assertEquals("rwx------", mode(inner));
        assertEquals("rw-------", mode(file));
        assertEquals("rwxr-xr-x", mode(kept));
    }

    @Test
    void aFolderThatIsNamedByALinkIsFollowedOnce() throws IOException {
        Path real = Files.createDirectories(place.resolve("real"));
        Path link = Files.createSymbolicLink(place.resolve("link"), real);
        assertEquals(real.toRealPath(), DataFolder.open(link).root());
    }

    @Test
    void aLinkThatLeadsNowhereOrInACircleIsRefused() throws IOException {
        Path nowhere = Files.createSymbolicLink(place.resolve("nowhere"), place.resolve("nothing"));
        assertRefused("leads nowhere", () -> DataFolder.open(nowhere));
        assertFalse(Files.exists(place.resolve("nothing")));
        Path circle = Files.createSymbolicLink(place.resolve("circle"), place.resolve("circle"));
        assertRefused("cannot be had", () -> DataFolder.open(circle));
    }

    /** Where a system has such a place. */
    @Test
    void whereNoFoldersCanBeMadeIsNoLink() {
        if (Files.isDirectory(Path.of("/proc/self"))) {
            assertRefused("no folders can be made there", () -> DataFolder.open(Path.of("/proc/x")));
        }
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Path file = Files.createFile(place.resolve("file"));
        assertRefused("is a file; name a folder", () -> DataFolder.open(file));
        assertRefused("cannot be looked at", () -> DataFolder.open(file.resolve("in")));
        DataFolder folder = DataFolder.open(place.resolve("folder"));
        Files.createFile(folder.root().resolve("in"));
        assertRefused("where a folder belongs", () -> folder.folder("in"));
    }

    @Test
    void linksInItAreRefusedAndWhatTheyLeadToIsLeftAlone() throws IOException {
        Path kept = Files.createDirectories(place.resolve("kept"));
        Path file = Files.writeString(kept.resolve("file"), "kept");
        DataFolder folder = DataFolder.open(place.resolve("folder"));
        Files.createSymbolicLink(folder.root().resolve("tmp"), kept);
        assertRefused("is a link", () -> folder.folder("tmp"));
        assertRefused("is a link", () -> folder.folder("tmp/in"));
        assertRefused("is a link", () -> folder.requireNoLinks("tmp"));

        Path link = Files.createSymbolicLink(folder.folder("a/b").resolve("link"), file);
        assertRefused("is a link", () -> folder.requireNoLinks("a"));
        assertRefused("is a link", () -> DataFolder.open(link, StandardOpenOption.WRITE));
        Files.delete(link);
        folder.requireNoLinks("a");
        folder.requireNoLinks("not-there");
        try (Stream<Path> left = Files.list(kept)) {
            assertEquals(List.of(file), left.toList());
        }
        assertEquals("kept", Files.readString(file));
    }

    @Test
    void aFolderOfAnotherUserIsRefused() throws IOException {
        Path others = Files.createDirectories(place.resolve("others"));
        giveAway(others);
        assertRefused("belongs to the user", () -> DataFolder.open(others));
        assertEquals(List.of(), Folders.list(others), "nothing is left there");

        DataFolder folder = DataFolder.open(place.resolve("ours"));
        giveAway(folder.folder("log"));
        assertRefused("chown", () -> folder.folder("log"));
        assertRefused("chown", () -> folder.requireNoLinks("log"));
    }

    @Test
    void whatCannotBeLookedAtIsNotTakenForAbsent() throws IOException {
        Path file = Files.createFile(place.resolve("file"));
        assertRefused("cannot be looked at", () -> DataFolder.isThere(file.resolve("below")));
        Path circle = Files.createSymbolicLink(place.resolve("circle"), place.resolve("circle"));
        assertRefused("cannot be looked at", () -> DataFolder.isThere(circle.resolve("below")));
        assertRefused("cannot be looked at", () -> DataFolder.isThere(place.resolve("n".repeat(300))));
        assertTrue(DataFolder.isThere(circle));
        assertFalse(DataFolder.isThere(place.resolve("nothing")));
        try (FileChannel made =
                DataFolder.open(place.resolve("new"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertTrue(made.isOpen());
        }
    }
}
