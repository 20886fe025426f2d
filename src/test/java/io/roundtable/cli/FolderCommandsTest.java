package io.roundtable.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.client.FakeGroup;
import io.roundtable.protocol.DiskMessage.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole folders in and out, and nothing ever outside of the folder that was named. */
class FolderCommandsTest {
    @TempDir
    Path folder;

    private FakeGroup group;
    private Path photos;
    private Path back;

    @BeforeEach
    void start() throws Exception {
        group = new FakeGroup(3);
        photos = Files.createDirectory(folder.resolve("photos"));
        back = Files.createDirectory(folder.resolve("back"));
        Files.createDirectories(photos.resolve("2026/\u00e4"));
        Files.createDirectory(photos.resolve("empty"));
        write(photos.resolve("a.jpg"));
        write(photos.resolve("2026/b.jpg"));
        write(photos.resolve("2026/\u00e4/c d.jpg"));
        write(photos.resolve(".hidden"));
        assertEquals(0, run("configure", "dss1", "3", "1024").code());
    }

    @AfterEach
    void stop() {
        group.close();
    }

    private static Path write(Path file) throws IOException {
        return Files.writeString(file, "content of " + file.getFileName());
    }

    private Captured run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--gcd", group.gcd().toString(), "--user", "U1"));
        return Captured.run(all.toArray(String[]::new));
    }

    private String succeed(String... args) {
        Captured ran = run(args);
        assertEquals(new Captured(0, ran.out(), ""), ran);
        return ran.out();
    }

    /** @return what stderr said, the last line of which is the reason */
    private List<String> fail(String... args) {
        Captured ran = run(args);
        assertEquals(1, ran.code(), ran::toString);
        assertTrue(ran.err().lines().allMatch(line -> line.startsWith("roundtable: ")), ran::err);
        return ran.err().lines().toList();
    }

    private List<String> names(String... args) {
        return succeed(args)
                .lines()
                .filter(line -> line.startsWith("  "))
                .map(line -> line.substring(2, line.indexOf(" ", line.indexOf(".jpg"))))
                .toList();
    }

    private List<String> under(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(each -> !each.equals(root))
                    .map(each -> root.relativize(each).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aFolderGoesInIsListedAndComesOut() throws Exception {
        Files.delete(photos.resolve(".hidden"));
        assertEquals("3 files, 50 B, copied\n", succeed("copy", "dss1", photos.toString()));
        write(folder.resolve("photos.jpg"));
        succeed("copy", "dss1", folder.resolve("photos.jpg").toString());

        assertEquals(
                List.of("photos.jpg", "photos/2026/b.jpg", "photos/2026/\u00e4/c d.jpg", "photos/a.jpg"),
                names("ls", "dss1"));
        assertEquals(
                List.of("photos/2026/b.jpg", "photos/2026/\u00e4/c d.jpg", "photos/a.jpg"),
                names("ls", "dss1", "photos/"));
        assertEquals(List.of("photos/2026/b.jpg"), names("ls", "dss1", "photos/2026/b"));
        assertEquals(List.of("photos/a.jpg"), names("ls", "dss1", "photos/a.jpg"));
        assertEquals(List.of(), names("ls", "dss1", "z"));

        assertEquals("3 files, 50 B, read\n", succeed("read", "dss1", "photos/", back.toString()));
        assertEquals(
                List.of(
                        "photos",
                        "photos/2026",
                        "photos/2026/b.jpg",
                        "photos/2026/\u00e4",
                        "photos/2026/\u00e4/c d.jpg",
                        "photos/a.jpg"),
                under(back));
        assertEquals("content of c d.jpg", Files.readString(back.resolve("photos/2026/\u00e4/c d.jpg")));

        Path made = folder.resolve("made");
        assertEquals("2 files, 34 B, read\n", succeed("get", "dss1", "photos/2026/", made.toString()));
        assertEquals("content of b.jpg", Files.readString(made.resolve("photos/2026/b.jpg")));
    }

    @Test
    void aFileGoesIntoAFolderUnderItsName() throws Exception {
        succeed("copy", "dss1", photos.toString(), "--as", "x/y/");

        succeed("read", "dss1", "x/y/2026/b.jpg", back.toString());
        succeed("read", "dss1", "x/y/2026/b.jpg", back.toString());

        assertEquals(List.of("x", "x/y", "x/y/2026", "x/y/2026/b.jpg"), under(back));
    }

    @Test
    void theNameOfAFolderIsItsOwn() throws Exception {
        succeed("copy", "dss1", photos.resolve("2026/..").toString());
        assertTrue(names("ls", "dss1", "photos/a").contains("photos/a.jpg"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), photos);
        succeed("copy", "dss1", link + "/");
        assertTrue(names("ls", "dss1", "link/a").contains("link/a.jpg"));
        assertTrue(
                fail("copy", "dss1", photos.toString(), "--as", "../x").get(0).contains("bad file name"));
    }

    @Test
    void whatIsNotCopiedIsToldAndTheRestIs() throws Exception {
        write(folder.resolve("secret.jpg"));
        Files.createSymbolicLink(photos.resolve("link.jpg"), folder.resolve("secret.jpg"));
        Files.createSymbolicLink(photos.resolve("up"), folder);
        write(photos.resolve("bad\nname.jpg"));
        new ProcessBuilder("mkfifo", photos.resolve("pipe").toString()).start().waitFor();

        List<String> said = fail("copy", "dss1", photos.toString());

        assertEquals(5, said.size(), said::toString);
        assertTrue(said.contains("roundtable: 'link.jpg' is not copied: it is a link"), said::toString);
        assertTrue(said.contains("roundtable: 'up' is not copied: it is a link"), said::toString);
        assertTrue(
                said.contains("roundtable: 'pipe' is not copied: it is neither a file nor a folder"), said::toString);
        assertTrue(
                said.stream().anyMatch(line -> line.contains("'bad\\nname.jpg' is not copied: bad file name")),
                said::toString);
        assertEquals("roundtable: 4 were not copied; 4 files, 68 B, copied", said.get(4));
        assertEquals(
                3,
                names("ls", "dss1", "photos/2").size()
                        + names("ls", "dss1", "photos/a").size());
    }

    @Test
    void aGroupThatCannotTakeAnyFileIsToldOnce() {
        List<String> said = fail("copy", "dss9", photos.toString());
        assertEquals(2, said.size(), said::toString);
        assertEquals("roundtable: no such dss", said.get(1));

        assertTrue(fail("read", "dss1", "nothing/", folder.resolve("new").toString())
                .get(0)
                .contains("begins with 'nothing/'"));
        assertFalse(Files.exists(folder.resolve("new")));
        assertEquals(2, run("read", "dss1", "photos/", "-").code());
    }

    @Test
    void disksThatTakeNothingEndTheCopyAfterThree() {
        group.disks.forEach(disk -> disk.refusesWrites = Fault.FULL);

        List<String> said = fail("copy", "dss1", photos.toString());

        assertEquals(4, said.size(), said::toString);
        assertTrue(said.get(3).contains("given up after 3 files in a row; 0 files, 0 B, copied"), said::toString);
    }

    /** Names that an older build, or another program, has put there. */
    @ParameterizedTest
    @ValueSource(strings = {"/tmp/x", "../x", "a/../../x", "a//x", "..", "a/.."})
    void aNameThatLeadsOutIsNotWrittenIntoAFolder(String name) throws Exception {
        group.rename(uploaded(), name);

        assertTrue(fail("read", "dss1", name, back.toString()).get(0).contains("name a file to read it to"));
        assertEquals(List.of(), under(back));
        assertEquals(List.of("back", "photos"), shallow(folder));
        if (name.indexOf('/') > 0) {
            List<String> said = fail("read", "dss1", name.substring(0, name.indexOf('/') + 1), back.toString());
            assertEquals("roundtable: 1 was not read; 0 files, 0 B, read", said.get(said.size() - 1));
            assertEquals(List.of(), under(back));
        }

        Path named = folder.resolve("named");
        succeed("read", "dss1", name, named.toString());
        assertEquals("content of a.jpg", Files.readString(named));
    }

    private String uploaded() {
        succeed("copy", "dss1", photos.resolve("a.jpg").toString());
        return "a.jpg";
    }

    private static List<String> shallow(Path root) throws IOException {
        try (Stream<Path> all = Files.list(root)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void noLinkInTheFolderLeadsOut() throws Exception {
        succeed("copy", "dss1", photos.toString());
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Path target = Files.writeString(outside.resolve("target"), "old");
        Files.createDirectory(back.resolve("photos"));
        Files.createSymbolicLink(back.resolve("photos/2026"), outside);
        Files.createSymbolicLink(back.resolve("photos/a.jpg"), target);

        List<String> said = fail("read", "dss1", "photos/", back.toString());

        assertEquals(4, said.size(), said::toString);
        assertEquals("roundtable: 3 were not read; 1 file, 18 B, read", said.get(3));
        assertTrue(
                said.stream()
                                .filter(line -> line.contains("a link that leads out of"))
                                .count()
                        == 2,
                said::toString);
        assertTrue(
                said.stream().anyMatch(line -> line.contains("a.jpg' is a link, which is not followed")),
                said::toString);
        assertEquals(List.of("target"), under(outside));
        assertEquals("old", Files.readString(target));
        assertTrue(fail("read", "dss1", "photos/2026/b.jpg", back.toString())
                .get(0)
                .contains("leads out of"));
        assertEquals(List.of("target"), under(outside));
    }

    @Test
    void aLinkWithinTheFolderIsAFolderOfIt() throws Exception {
        succeed("copy", "dss1", photos.toString());
        Files.createDirectories(back.resolve("photos"));
        Path within = Files.createDirectory(back.resolve("within"));
        Files.createSymbolicLink(back.resolve("photos/2026"), within);

        succeed("read", "dss1", "photos/2026/b.jpg", back.toString());

        assertEquals("content of b.jpg", Files.readString(within.resolve("b.jpg")));
    }

    @Test
    void aFileThatDoesNotComeLeavesNoFolders() throws Exception {
        fail("read", "dss1", "x/y/nothing", back.toString());
        assertEquals(List.of(), under(back));
        Files.writeString(back.resolve("x"), "a file");
        assertTrue(fail("read", "dss1", "x/y/nothing", back.toString()).get(0).contains("is no folder"));
    }
}
