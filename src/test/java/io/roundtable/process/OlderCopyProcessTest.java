package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.roundtable.folder.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that starts on an older copy of its folder: a machine's snapshot, a restored backup. */
class OlderCopyProcessTest {
    private static final int DISKS = 3;
    private static final int FILES = 5;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Path data(int number) {
        return folder.resolve("disk" + number);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    private void stop(StorageTable table, int number) {
        table.peer(number).kill();
        table.peer(number).awaitEnd(LIMIT);
    }

    /** Three disks and a Free one; the manager is the fourth peer, which restarts on its own, too. */
    @Test
    void theOnlyGoodShareIsNotThrownAwayByTheNextManager() throws Exception {
        byte[][] contents = new byte[FILES][];
        try (StorageTable table = new StorageTable(folder, "--repair-after", "5s")) {
            IntStream.rangeClosed(1, DISKS).forEach(table::startPeer);
            table.awaitDisks(DISKS);
            table.tool("configure", "dss1", Integer.toString(DISKS), "4096").assertSuccess();
            List<String> disks = table.disksOf("dss1");
            int free = DISKS + 1;
            table.startPeer(free);
            table.awaitDisks(free);
            int behind = 1;
            int absent = 2;

            // The older copy is of before there was anything.
            stop(table, behind);
            Path older = folder.resolve("older");
            copy(data(behind), older);
            table.startPeer(behind);
            table.awaitDisks(free);
            for (int i = 0; i < FILES; i++) {
                contents[i] = new byte[100_000 * i + 3_000];
                new Random(i).nextBytes(contents[i]);
                table.tool("copy", "dss1", table.file("f" + i, contents[i]).toString())
                        .assertSuccess();
            }
            table.awaitWhole("dss1");

            // Nobody manages, one disk is away, and one is put back.
            stop(table, absent);
            stop(table, free);
            stop(table, behind);
            Folders.delete(data(behind));
            Files.move(older, data(behind));
            table.startPeer(behind);
            table.startPeer(free);
            table.await(
                    "a manager that has lists",
                    () -> Optional.of(table.tool("explain", "dss1"))
                            .filter(told -> told.out().contains("keeps its place")));
            Awaitility.await()
                    .during(Duration.ofSeconds(8))
                    .atMost(LIMIT)
                    .until(() -> table.disksOf("dss1").equals(disks));

            table.startPeer(absent);
            table.awaitWhole("dss1");
            stop(table, DISKS);
            for (int i = 0; i < FILES; i++) {
                Path back = folder.resolve("back" + i);
                table.tool("read", "dss1", "f" + i, back.toString()).assertSuccess();
                assertArrayEquals(contents[i], Files.readAllBytes(back), "f" + i);
            }
        }
    }
}
