package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files through the real launcher, while processes die. */
class StorageProcessTest {
    private static final int PEERS = 5;

    @TempDir
    private Path folder;

    private StorageTable table;

    @BeforeEach
    void start() {
        table = new StorageTable(folder, "--repair-after", "2s");
        for (int number = 1; number <= PEERS; number++) {
            table.startPeer(number);
        }
        table.awaitDisks(PEERS);
    }

    @AfterEach
    void end() {
        table.close();
    }

    private static byte[] content(long seed, int bytes) {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return content;
    }

    private void assertReadable(String file, byte[] content) throws Exception {
        Path out = folder.resolve("out-" + file);
        table.tool("read", "dss1", file, out.toString()).assertSuccess();
        assertArrayEquals(content, Files.readAllBytes(out), file);
        Files.delete(out);
    }

    @Test
    void aFileComesBackAfterTheLeaderAndADiskDied() throws Exception {
        byte[] big = content(1, 5_000_000);
        byte[] small = content(2, 3_600);
        table.tool("configure", "dss1", "3", "1024").assertSuccess();
        table.tool("copy", "dss1", table.file("big.bin", big).toString()).assertSuccess();
        table.tool("copy", "dss1", table.file("small.bin", small).toString()).assertSuccess();

        table.peer(PEERS).kill();
        assertReadable("big.bin", big);
        assertReadable("small.bin", small);
        table.awaitWhole("dss1");

        table.peer(table.hostOf(table.disksOf("dss1").get(0))).kill();
        assertReadable("big.bin", big);
        assertReadable("small.bin", small);
        table.tool("copy", "dss1", table.file("later.bin", small).toString()).assertSuccess();
        assertReadable("later.bin", small);

        table.awaitWhole("dss1");
        String ls = table.tool("ls", "dss1").assertSuccess().out();
        assertTrue(ls.startsWith("dss1: Disk array with n=3 ("), ls);
        assertTrue(ls.contains(") with striping-unit 1 KB.\n  big.bin 5,000,000 B "), ls);
        assertTrue(ls.contains("\n  small.bin 3,600 B "), ls);
    }

    @Test
    void aFileComesThroughAPipe() throws Exception {
        table.tool("configure", "dss1", "3", "65536").assertSuccess();
        for (int size : new int[] {0, 10_000, 3_000_000}) {
            byte[] content = content(size, size);
            Path file = table.file("piped.bin", content);

            table.pipedTool(file, "copy", "dss1", "-", "--as", "piped").assertSuccess();

            assertReadable("piped", content);
        }
    }

    @Test
    void aDiskThatFailedOnPurposeIsBuiltUpAgain() throws Exception {
        byte[] content = content(3, 1_000_000);
        table.tool("configure", "dss1", "4", "4096").assertSuccess();
        table.tool("put", "dss1", table.file("a.bin", content).toString()).assertSuccess();
        String disk = table.disksOf("dss1").get(2);

        String said = table.tool("disk-failure", "dss1", "--disk", disk)
                .assertSuccess()
                .out();

        assertTrue(said.contains(disk), said);
        table.awaitWhole("dss1");
        table.peer(table.hostOf(table.disksOf("dss1").get(0))).kill();
        assertReadable("a.bin", content);
    }

    @Test
    void everythingIsThereAfterAllProcessesWereKilledAndStartedAgain() throws Exception {
        byte[] content = content(4, 2_000_000);
        table.tool("configure", "dss1", "5", "65536", "--parity", "2").assertSuccess();
        table.tool("copy", "dss1", table.file("a.bin", content).toString()).assertSuccess();
        for (int number = 1; number <= PEERS; number++) {
            table.peer(number).kill();
        }
        table.gcd().kill();

        table.startGcd();
        for (int number = 1; number <= PEERS; number++) {
            table.startPeer(number);
        }
        table.awaitDisks(PEERS);
        assertReadable("a.bin", content);
        table.peer(1).kill();
        table.peer(3).kill();
        assertReadable("a.bin", content);
    }

    @Test
    void aManagerThatHungDoesNotManageWhenItWakes() throws Exception {
        table.tool("configure", "dss1", "3", "1024").assertSuccess();
        byte[] before = content(5, 10_000);
        table.tool("copy", "dss1", table.file("a.bin", before).toString()).assertSuccess();
        int managed = table.events(PEERS).of("managing").size();
        int ended = table.events(PEERS).of("managing_ended").size();
        table.peer(PEERS).stop();
        byte[] after = content(6, 20_000);
        table.tool("copy", "dss1", table.file("a.bin", after).toString()).assertSuccess();

        table.peer(PEERS).wake();
        table.await(
                "the end of the old manager",
                () -> table.events(PEERS).of("managing_ended").stream()
                        .skip(ended)
                        .findFirst());
        table.await(
                "the old manager leads again and manages in a new epoch",
                () -> table.events(PEERS).of("managing").stream().skip(managed).findFirst());

        assertReadable("a.bin", after);
    }

    @Test
    void refusalsAreOneLine() throws Exception {
        Path file = table.file("a.bin", content(7, 100));
        table.tool("configure", "dss1", "2", "1024").assertRefused(1, "n must be >= 3");
        table.tool("configure", "dss1", "3", "1000").assertRefused(1, "striping_unit must be a power of two");
        table.tool("configure", "dss1", "9", "1024").assertRefused(1, "fewer than n disks with state Free");
        table.tool("copy", "dss1", file.toString()).assertRefused(1, "no such dss");
        table.tool("configure", "dss1", "3", "1024").assertSuccess();
        table.tool("configure", "dss1", "3", "1024").assertRefused(1, "bad or duplicate dss_name");
        table.tool("copy", "dss1", file.toString(), "--user", "ann").assertSuccess();
        table.tool("read", "dss1", "b.bin", "out").assertRefused(1, "file not found");
        table.tool("read", "dss1", "a.bin", "out", "--user", "bob").assertRefused(1, "NOT_OWNER");
        table.tool("rm", "dss1", "a.bin", "--user", "bob").assertRefused(1, "NOT_OWNER");
        table.tool("deregister-disk", table.disksOf("dss1").get(0))
                .assertRefused(1, "disk is InDSS; cannot deregister");
        assertFalse(Files.exists(Path.of("out")));

        table.tool("rm", "dss1", "a.bin", "--user", "ann").assertSuccess();
        table.tool("decommission", "dss1").assertSuccess();
        assertEquals("no DSS configured", table.tool("ls").assertSuccess().out().strip());
    }

    @Test
    void onlyItsOwnerEndsAVolumeAndOnlyOnPurpose() throws Exception {
        byte[] content = content(8, 10_000);
        table.tool("configure", "dss1", "3", "1024", "--user", "ann").assertSuccess();
        table.tool("copy", "dss1", table.file("a.bin", content).toString(), "--user", "bob")
                .assertSuccess();

        table.tool("decommission", "dss1", "--yes", "--user", "bob")
                .assertRefused(1, "NOT_OWNER: dss1 belongs to ann; --force ends it all the same");
        table.tool("decommission", "dss1", "--user", "ann")
                .assertRefused(1, "dss1 holds 1 file of all its users: delete it for good? Say so with --yes");
        table.tool("deregister", "bob", "--user", "ann").assertRefused(1, "NOT_OWNER: only bob deregisters bob");
        table.tool("read", "dss1", "a.bin", folder.resolve("out").toString(), "--user", "bob")
                .assertSuccess();
        assertArrayEquals(content, Files.readAllBytes(folder.resolve("out")));

        table.tool("deregister", "bob", "--user", "ann", "--force").assertSuccess();
        table.tool("deregister", "ann", "--user", "ann").assertSuccess();
        table.tool("decommission", "dss1", "--yes", "--force", "--user", "bob").assertSuccess();
        List<String> forced = table.events(table.highest()).of("forced").stream()
                .map(event -> event.get("what").asString() + " of "
                        + event.get("owner").asString() + " by "
                        + event.get("user").asString())
                .toList();
        assertEquals(List.of("deregister bob of bob by ann", "decommission dss1 of ann by bob"), forced);
    }

    @Test
    void aPersonIsAskedBeforeFilesAreDeleted() throws Exception {
        Commands.assumePython();
        for (String command : List.of("decommission", "shell")) {
            table.tool("configure", "dss1", "3", "1024").assertSuccess();
            table.tool("copy", "dss1", table.file("a.bin", content(9, 100)).toString())
                    .assertSuccess();

            String no = table.atTerminal("n", command);
            assertTrue(no.contains("dss1 holds 1 file of all its users: delete it for good? [y/N] "), no);
            assertTrue(no.contains("dss1 is as it was"), no);
            assertTrue(table.tool("ls").assertSuccess().out().contains("a.bin"));

            String yes = table.atTerminal("y", command);
            assertTrue(yes.contains("decommission dss1: done"), yes);
            assertEquals(
                    "no DSS configured", table.tool("ls").assertSuccess().out().strip());
            // One without files goes unasked.
            table.tool("configure", "dss1", "3", "1024").assertSuccess();
            assertTrue(table.atTerminal("", command).contains("decommission dss1: done"));
        }
    }

    @Test
    void theShellOfTheCourseEndsAVolumeOfItsUser() throws Exception {
        Path script = table.file(
                "script",
                ("configure dss1 3 1024\ncopy dss1 " + table.file("a.bin", content(9, 100))
                                + "\ndecommission dss1 --yes\nls\nderegister\n")
                        .getBytes(StandardCharsets.UTF_8));

        String out = table.pipedTool(script, "shell").assertSuccess().out();

        assertTrue(out.contains("decommission dss1: done"), out);
        assertTrue(out.endsWith("no DSS configured\n"), out);
    }

    @Test
    void disksSayWhatIsFreeAndThoseThatAreGoneSayNothing() throws Exception {
        String all = table.tool("disks").assertSuccess().out();
        assertTrue(all.contains("D1, D2, D3, D4, D5 lie on one file system: "), all);
        String gone = "D" + 2;
        table.peer(table.hostOf(gone)).kill();
        table.await(
                "the end of a disk",
                () -> Optional.of(table.tool("disks").out()).filter(out -> out.contains(" away ")));

        String out = table.tool("disks").assertSuccess().out();

        assertTrue(out.lines().anyMatch(line -> line.matches("D2 +Free +away +- +- +-")), out);
        assertTrue(out.contains("D1, D3, D4, D5 lie on one file system: "), out);
        String said = table.tool("deregister-disk", gone).assertSuccess().out();
        assertTrue(said.startsWith("D2 was away: if it comes back"), said);
    }
}
