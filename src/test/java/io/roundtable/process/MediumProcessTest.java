package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk whose medium goes away under its running process. */
class MediumProcessTest {
    private static final int PEERS = 4;
    private static final int DISKS = 3;

    @TempDir
    private Path folder;

    private Random random;

    @BeforeEach
    void seed() {
        random = new Random(1);
    }

    private Path data(int number) {
        return folder.resolve("disk" + number);
    }

    private StorageTable table(String repairAfter) {
        StorageTable table = new StorageTable(folder, "--repair-after", repairAfter, "--dss-port", "0");
        for (int number = 1; number <= DISKS; number++) {
            table.startPeer(number);
        }
        table.awaitDisks(DISKS);
        table.tool("configure", "dss1", Integer.toString(DISKS), "4096").assertSuccess();
        for (int number = DISKS + 1; number <= PEERS; number++) {
            table.startPeer(number);
        }
        table.awaitDisks(PEERS);
        return table;
    }

    /** Somebody's {@code rm -rf}, as often as it takes while the disk makes new files there. */
    private static void removeAll(Path folder) throws IOException {
        while (Files.exists(folder)) {
            try {
                Files.walkFileTree(folder, new java.nio.file.SimpleFileVisitor<>() {
                    @Override
                    public java.nio.file.FileVisitResult visitFile(Path file, BasicFileAttributes any)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return java.nio.file.FileVisitResult.CONTINUE;
                    }

                    @Override
                    public java.nio.file.FileVisitResult visitFileFailed(Path file, IOException fault) {
                        return java.nio.file.FileVisitResult.CONTINUE;
                    }

                    @Override
                    public java.nio.file.FileVisitResult postVisitDirectory(Path each, IOException fault)
                            throws IOException {
                        Files.deleteIfExists(each);
                        return java.nio.file.FileVisitResult.CONTINUE;
                    }
                });
            } catch (DirectoryNotEmptyException e) {
                // Once more.
                continue;
            }
        }
    }

    private static Optional<String> problem(StorageTable table, int number, String part) {
        return table.events(number).of("disk_problem").stream()
                .map(event -> event.get("reason").asString())
                .filter(reason -> reason.contains(part))
                .findFirst();
    }

    private void killAndCompare(StorageTable table, Traffic traffic, String but) throws Exception {
        List<String> others =
                table.disksOf("dss1").stream().filter(name -> !name.equals(but)).toList();
        table.peer(table.hostOf(others.get(random.nextInt(others.size())))).kill();
        traffic.compareAll();
    }

    @Test
    void whatWasAcknowledgedIntoARemovedFolderSurvivesTheNextLoss() throws Exception {
        try (StorageTable table = table("1s");
                Traffic traffic = new Traffic(table, "dss1", random)) {
            traffic.awaitProgress();
            String disk = table.disksOf("dss1").get(0);
            int victim = table.hostOf(disk);
            removeAll(data(victim));

            table.await(
                    "the disk says that it is away",
                    () -> problem(table, victim, data(victim).toString()));
            table.await(
                    "the Free disk is used",
                    () -> Optional.of(table.disksOf("dss1")).filter(names -> !names.contains(disk)));
            table.awaitWhole("dss1");
            traffic.awaitProgress();
            traffic.end();
            assertTrue(table.peer(victim).isAlive(), table::transcript);
            assertTrue(Files.notExists(data(victim)), "nothing is made where the disk does not lie");
            killAndCompare(table, traffic, "");
        }
    }

    @Test
    void aFolderThatIsPutBackComesBackAsTheDiskThatItWas() throws Exception {
        try (StorageTable table = table("60s");
                Traffic traffic = new Traffic(table, "dss1", random)) {
            traffic.awaitProgress();
            List<String> disks = table.disksOf("dss1");
            int victim = table.hostOf(disks.get(0));
            Path elsewhere = Files.move(data(victim), folder.resolve("elsewhere"));

            table.await("the disk says that it is away", () -> problem(table, victim, "gone"));
            table.await(
                    "the disk is away",
                    () -> Optional.of(table.tool("disks").assertSuccess().out()).filter(out -> out.contains("away")));
            String shown = table.tool("disks").assertSuccess().out();
            assertTrue(shown.contains("its data folder " + data(victim) + " is gone"), shown);
            String explained = table.tool("explain", "dss1").assertSuccess().out();
            assertTrue(explained.contains("Away: " + disks.get(0) + " (its data folder"), explained);
            traffic.awaitProgress();

            Files.move(elsewhere, data(victim));
            table.awaitDisks(PEERS);
            table.awaitWhole("dss1");
            traffic.awaitProgress();
            traffic.end();
            table.awaitWhole("dss1");
            assertEquals(disks, table.disksOf("dss1"));
            killAndCompare(table, traffic, disks.get(0));
        }
    }

    @Test
    void whoRemovesTheLockCannotStartASecondPeerThere() throws Exception {
        try (StorageTable table = table("60s");
                Traffic traffic = new Traffic(table, "dss1", random)) {
            traffic.awaitProgress();
            int victim = table.hostOf(table.disksOf("dss1").get(0));
            Files.delete(data(victim).resolve("lock"));
            Outcome second = table.tool(
                    "peer",
                    table.gcdAddresses().get(0).toString(),
                    "--birthday",
                    "03-14",
                    "--id",
                    "7654321",
                    "--data",
                    data(victim).toString());
            second.assertRefused(1, "is in use by another peer");
            table.await(
                    "the first takes the lock again",
                    () -> Optional.of(Files.exists(data(victim).resolve("lock")))
                            .filter(Boolean::booleanValue));
            table.awaitDisks(PEERS);
            table.awaitWhole("dss1");
            traffic.awaitProgress();
            traffic.end();
            traffic.compareAll();
        }
    }

    /** The names are still there, and nothing can be written any more. */
    @Test
    void aFileSystemThatFailsMakesItsDiskAway() throws Exception {
        int victim = 1;
        try (LoopFileSystem fileSystem = LoopFileSystem.at(data(victim), 256 << 20);
                StorageTable table = table("1s");
                Traffic traffic = new Traffic(table, "dss1", random)) {
            traffic.awaitProgress();
            List<String> disks = table.disksOf("dss1");
            fileSystem.fail();
            table.await(
                    "the disk says that it is away",
                    () -> problem(table, victim, data(victim).toString()));
            table.await(
                    "the Free disk is used",
                    () -> Optional.of(table.disksOf("dss1")).filter(names -> !names.equals(disks)));
            table.awaitWhole("dss1");
            traffic.awaitProgress();
            traffic.end();
            killAndCompare(table, traffic, "");
        }
    }
}
