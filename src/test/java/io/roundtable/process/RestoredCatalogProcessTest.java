package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.folder.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A catalog that somebody puts back from a backup of its log, as one does: into a new folder. */
class RestoredCatalogProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    @Test
    void aSingleGcdCarriesOnWithIt() throws Exception {
        byte[] content = new byte[50_000];
        new Random(1).nextBytes(content);
        try (StorageTable table = new StorageTable(folder)) {
            for (int number = 1; number <= 3; number++) {
                table.startPeer(number);
            }
            table.awaitDisks(3);
            table.tool("configure", "dss1", "3", "1024").assertSuccess();
            table.tool("copy", "dss1", table.file("photo", content).toString()).assertSuccess();
            table.gcd().kill();

            Path backup = folder.resolve("backup");
            copy(table.gcdFolder(0).resolve("log"), backup);
            Folders.delete(table.gcdFolder(0));
            copy(backup, table.gcdFolder(0).resolve("log"));
            table.startGcd();
            table.awaitDisks(3);

            assertTrue(table.tool("ls").out().contains("photo"));
            Path back = folder.resolve("back");
            table.tool("read", "dss1", "photo", back.toString()).assertSuccess();
            assertArrayEquals(content, Files.readAllBytes(back));
        }
    }

    @Test
    void oneOfThreeIsRefusedInOneSentenceAndRejoinsOnAnEmptyFolder() throws Exception {
        try (StorageTable table = new StorageTable(3, folder)) {
            for (int number = 1; number <= 3; number++) {
                table.startPeer(number);
            }
            table.awaitDisks(3);
            table.tool("configure", "dss1", "3", "1024").assertSuccess();
            table.gcd(0).kill();
            Path restored = folder.resolve("restored");
            copy(table.gcdFolder(0).resolve("log"), restored.resolve("log"));

            Running refused = table.launchGcd(0, restored);
            assertEquals(1, refused.awaitEnd(LIMIT));
            assertEquals(1, refused.err().lines().count(), refused.err());
            assertFalse(refused.err().contains("Exception"), refused.err());
            assertTrue(refused.err().contains("start this GCD on an empty folder, with --group"), refused.err());
            assertFalse(Files.exists(restored.resolve("member")));

            Folders.delete(table.gcdFolder(0));
            table.startGcd(0);
            table.awaitCatalog(0);
            table.gcd(1).kill();
            assertTrue(table.tool("ls").out().contains("dss1"));
        }
    }

    @Test
    void aLinkInTheFolderIsRefusedInOneSentenceAndLeftAlone() throws Exception {
        Path theirs = Files.createDirectories(folder.resolve("theirs"));
        Files.writeString(theirs.resolve("file"), "theirs");
        for (String name : new String[] {"tmp", "log"}) {
            Path data = Files.createDirectories(folder.resolve("data-" + name));
            Files.createSymbolicLink(data.resolve(name), theirs);
            Outcome.of(folder, "gcd", "--port", "0", "--data", data.toString(), "--for", "20s")
                    .assertRefused(1, "is a link");
            try (Stream<Path> left = Files.list(theirs)) {
                assertEquals(1, left.count());
            }
        }
    }
}
