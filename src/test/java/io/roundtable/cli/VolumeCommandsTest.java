package io.roundtable.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.client.FakeGroup;
import io.roundtable.protocol.DiskMessage.Fault;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeCommandsTest {
    @TempDir
    Path folder;

    private FakeGroup group;

    @BeforeEach
    void start() throws Exception {
        group = new FakeGroup(3);
    }

    @AfterEach
    void stop() {
        group.close();
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

    private void fail(int code, String words, String... args) {
        Captured ran = run(args);
        assertEquals(code, ran.code(), ran::err);
        assertEquals(1, ran.err().lines().count(), ran::err);
        assertTrue(ran.err().contains(words), ran::err);
        assertEquals("", ran.out());
    }

    private Path file(String name, int bytes) throws Exception {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return Files.write(folder.resolve(name), content);
    }

    @Test
    void aFileGoesInIsListedAndComesOut() throws Exception {
        Path in = file("a.txt", 3_600);
        Path out = folder.resolve("out.txt");

        assertEquals("no DSS configured\n", succeed("ls"));
        assertEquals(
                "dss1: Disk array with n=3 (D1, D2, D3) with striping-unit 1 KB.\n",
                succeed("configure", "dss1", "3", "1024"));
        assertEquals("", succeed("copy", "dss1", in.toString()));
        assertEquals("", succeed("put", "dss1", in.toString(), "--as", "dir/b c.txt"));
        assertEquals("""
                dss1: Disk array with n=3 (D1, D2, D3) with striping-unit 1 KB.
                  a.txt 3,600 B U1
                  dir/b c.txt 3,600 B U1
                """, succeed("ls", "dss1"));
        assertEquals("", succeed("read", "dss1", "a.txt", out.toString()));
        assertArrayEquals(Files.readAllBytes(in), Files.readAllBytes(out));
        assertEquals("", succeed("rm", "dss1", "a.txt"));
        assertTrue(succeed("ls", "--json")
                .contains("\"files\":[{\"name\":\"dir/b c.txt\",\"size\":3600,\"owner\":\"U1\""));
        assertTrue(succeed("disks").contains("InDSS:dss1"));
        assertTrue(succeed("disks", "--json").startsWith("{\"disk\":\"D1\""));
        assertEquals(
                "dss1: every file survives the loss of any one more disk (as of 3 s ago).\n",
                succeed("explain", "dss1"));
        assertTrue(succeed("explain", "dss1", "--json")
                .startsWith("{\"volume\":\"dss1\",\"known\":true,\"survives\":1,\"looked_ms\":3000,\"awaited\":[],"));
    }

    @Test
    void damageOnTheWayIsReadAgainAndCounted() throws Exception {
        succeed("configure", "dss1", "3", "1024");
        Path in = file("a.bin", 5_000_000);
        succeed("copy", "dss1", in.toString());
        Path out = folder.resolve("out");

        Captured ran = run("get", "dss1", "a.bin", out.toString(), "100");

        assertEquals(0, ran.code(), ran::err);
        // Every data and parity block: all groups hold both.
        assertEquals("damaged blocks that were read again: 7325\n", ran.err());
        assertArrayEquals(Files.readAllBytes(in), Files.readAllBytes(out));
    }

    @Test
    void aReadThatFailsLeavesTheOldFile() throws Exception {
        succeed("configure", "dss1", "3", "1024");
        succeed("copy", "dss1", file("a.bin", 5_000_000).toString());
        Path out = Files.writeString(folder.resolve("out"), "old");
        group.disks.get(0).refusesReads = Fault.NO_SUCH_SHARE;
        group.disks.get(1).refusesReads = Fault.NO_SUCH_SHARE;
        group.disks.get(2).refusesReads = Fault.NO_SUCH_SHARE;
        group.keepEvery(1_000);

        group.close();
        fail(1, "", "read", "dss1", "a.bin", out.toString());

        assertEquals("old", Files.readString(out));
        try (var left = Files.list(folder)) {
            assertEquals(2, left.count());
        }
    }

    @Test
    void jobsAreWaitedFor() {
        succeed("configure", "dss1", "3", "1024");

        assertEquals("rebuilding D2 of dss1: done, 100 B\n", succeed("disk-failure", "dss1", "--disk", "D2"));
        assertEquals("rebuilding D2 of dss1: done, 100 B\n", succeed("scrub", "dss1"));
        assertEquals("rebuilding D2 of dss1: done, 100 B\n", succeed("decommission", "dss1"));
        assertEquals("", succeed("deregister", "U1"));
        assertEquals("", succeed("deregister-disk", "D1"));
    }

    @Test
    void whatGoesWrongIsOneLineAndACode() throws Exception {
        succeed("configure", "dss1", "3", "1024");

        fail(1, "bad or duplicate dss_name", "configure", "dss1", "3", "1024");
        fail(1, "no such dss", "ls", "dss9");
        fail(1, "no such dss", "copy", "dss9", file("a", 1).toString());
        fail(1, "there is no file", "copy", "dss1", folder.resolve("nothing").toString());
        fail(1, "file not found", "read", "dss1", "nothing", folder.resolve("x").toString());
        fail(1, "file not found", "read", "dss1", "nothing", folder.toString());
        fail(2, "--as", "copy", "dss1", "-");
        fail(2, "percentage", "read", "dss1", "a", "-", "101");
        fail(2, "", "configure", "dss1", "three", "1024");
        fail(2, "such as 1024 or 64K, not 'x'", "configure", "dss1", "3", "x");
        fail(1, "a volume is called dss1 already", "configure", "dss1", "3", "1024");
        assertFalse(Files.exists(folder.resolve("x")));
    }

    private Captured runAs(String login, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--gcd", group.gcd().toString()));
        String before = System.setProperty("user.name", login);
        try {
            return Captured.run(all.toArray(String[]::new));
        } finally {
            System.setProperty("user.name", before);
        }
    }

    /** Cut to 15 characters, or without what is no letter, these would be one. */
    @ParameterizedTest
    @CsvSource({
        "anna.of-the-long-name-1, anna.of-the-long-name-2",
        "a+b, ab",
        "EXAMPLE\\ann, EXAMPLEann",
        "ann@example.org, annexample.org",
        "𝒶nn, nn"
    })
    void twoLoginNamesAreTwoUsers(String one, String other) throws Exception {
        assertEquals(0, runAs(one, "configure", "dss1", "3", "1024").code());
        Path in = file("a.txt", 100);

        assertEquals(0, runAs(one, "copy", "dss1", in.toString(), "--as", "one").code());
        assertEquals(
                0, runAs(other, "copy", "dss1", in.toString(), "--as", "other").code());

        assertEquals(one, group.file("one").owner());
        assertEquals(other, group.file("other").owner());
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "", "ann\tb", "ann\uFFFD"})
    void aLoginWithoutAnExactNameIsAskedForOne(String login) {
        Captured ran = runAs(login, "configure", "dss1", "3", "1024");

        assertEquals(2, ran.code(), ran::err);
        assertEquals(1, ran.err().lines().count(), ran::err);
        assertTrue(ran.err().contains("--user NAME"), ran::err);
        assertEquals(
                0,
                runAs(login, "configure", "dss1", "3", "1024", "--user", "ann").code());
    }

    @Test
    void whoHasNoNameMayLook() {
        for (String command : List.of("ls", "disks")) {
            assertEquals(0, runAs("?", command).code(), command);
        }
    }

    @Test
    void aUserNameThatCannotBeIsRefused() {
        for (String name : List.of("", "x".repeat(256), "a\nb", "ä".repeat(128))) {
            Captured ran =
                    Captured.run("ls", "--user", name, "--gcd", group.gcd().toString());

            assertEquals(2, ran.code(), name);
            assertTrue(ran.err().contains("1 to 255 bytes"), ran::err);
        }
    }

    @Test
    void theShellTakesLineAfterLineAndOutlivesErrors() throws Exception {
        Path in = file("a.txt", 3_600);
        Path out = folder.resolve("out.txt");
        String script = String.join(
                "\n",
                "ls",
                "nonsense",
                "configure dss1 3 1024",
                "configure dss1 3 1024",
                "configure dss1 three",
                "configure dss1 three 1 1",
                "",
                "copy dss1 " + in,
                "copy dss1 " + folder.resolve("nothing"),
                "  ls   dss1  ",
                "read dss1 a.txt " + out,
                "disk-failure dss1",
                "help",
                "quit",
                "ls");
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)));
        try {
            Captured ran = run("shell");

            assertEquals(1, ran.code(), "lines failed, and they did not come from a terminal");
            assertTrue(ran.out().startsWith("""
                                    no DSS configured
                                    dss1: Disk array with n=3 (D1, D2, D3) with striping-unit 1 KB.
                                    dss1: Disk array with n=3 (D1, D2, D3) with striping-unit 1 KB.
                                      a.txt 3,600 B U1
                                    rebuilding D2 of dss1: done, 100 B
                                    ls [VOLUME [PREFIX]]
                                    """), ran::out);
            assertEquals(5, ran.err().lines().count(), ran::err);
            assertTrue(ran.err().contains("unknown command 'nonsense': try help"), ran::err);
            assertArrayEquals(Files.readAllBytes(in), Files.readAllBytes(out));
        } finally {
            System.setIn(before);
        }
    }

    private Captured shell(String script, String... more) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)));
        try {
            List<String> args = new ArrayList<>(List.of("shell"));
            args.addAll(List.of(more));
            return run(args.toArray(String[]::new));
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void aShellThatCannotAskDeletesOnlyWhatItIsToldTo() throws Exception {
        String refusal = "roundtable: dss1 holds 1 file of all its users: delete it for good? Say so with --yes\n";
        succeed("configure", "dss1", "3", "1024");
        succeed("copy", "dss1", file("a.txt", 100).toString());

        fail(1, "delete it for good? Say so with --yes", "decommission", "dss1");
        assertEquals(new Captured(1, "", refusal), shell("decommission dss1\n"));
        assertTrue(succeed("ls").contains("a.txt"));
        assertEquals(0, shell("decommission dss1 --yes\n").code());
        assertEquals(0, shell("decommission dss1\n", "--yes").code());
    }

    @Test
    void theShellTakesNamesWithSpacesAndSaysWhatIsNoNumber() throws Exception {
        Path in = file("a b.txt", 100);
        Captured ran = shell("configure dss1 3 1K\ncopy dss1 '" + in + "'\nls\nconfigure dss2 three 1K\n");

        assertTrue(ran.out().contains("  a b.txt 100 B U1"), ran::out);
        assertEquals("roundtable: not a number: 'three'\n", ran.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls\nhelp\n", "# nothing\n\nls\nquit\n", ""})
    void aShellWhoseLinesAllWentWellEndsWith0(String script) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)));
        try {
            assertEquals(0, run("shell").code());
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void disksShareTheRoomOfTheirFileSystemAndThoseThatAreAwayHaveNone() {
        group.away = group.disks.get(2);

        assertEquals(
                """
                DISK            STATE                  ADDRESS                      USED       FREE    SHARES
                D1              Free                   %-22s     2.0 KB     967 KB         0
                D2              Free                   %-22s     2.0 KB     967 KB         0
                D3              Free                   away                            -          -         -
                D1, D2 lie on one file system: 1.1 MB are free for all of them together.
                """.formatted(group.disks.get(0).address(), group.disks.get(1).address()), succeed("disks"));
        List<String> json = succeed("disks", "--json").lines().toList();
        assertTrue(
                json.get(0)
                        .endsWith("\"used\":2048,\"capacity\":1000000,\"free\":990000,\"file_system\":\"7\","
                                + "\"file_system_free\":1200000,\"shares\":0}"),
                json::toString);
        assertTrue(json.get(2).endsWith("\"state\":\"Free\"}"), json::toString);
    }

    @Test
    void whoeverForgetsADiskThatIsAwayIsToldWhatComesOfIt() {
        group.away = group.disks.get(2);

        assertEquals("", succeed("deregister-disk", "D1"));
        assertEquals(
                "D3 was away: if it comes back with anything on it, it is refused until its data folder has been emptied\n",
                succeed("deregister-disk", "D3"));
    }
}
