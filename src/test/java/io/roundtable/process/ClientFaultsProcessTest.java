package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that is killed or stopped in the middle of a write, while eight others write and read. */
class ClientFaultsProcessTest {
    private static final int PEERS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    private Path folder;

    private StorageTable table;
    private Traffic traffic;
    private Running copy;

    @BeforeEach
    void begin() throws IOException {
        table = new StorageTable(folder);
        for (int number = 1; number <= PEERS; number++) {
            table.startPeer(number);
        }
        table.awaitDisks(PEERS);
        table.tool("configure", "dss1", Integer.toString(PEERS), "65536", "--user", "ann")
                .assertSuccess();
        traffic = new Traffic(table, "dss1", new Random(1));
    }

    @AfterEach
    void end() {
        if (copy != null) {
            copy.kill();
        }
        traffic.close();
        table.close();
    }

    private static byte[] content(int bytes) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return content;
    }

    /** A copy that waits for the rest of its content, with shares begun on all disks. */
    private void beginCopy(byte[] half) throws IOException {
        copy = table.fedTool("copy", "dss1", "-", "--as", "long.bin", "--user", "ann");
        copy.feed(half);
        table.await("a long share on every disk", () -> {
            for (int number = 1; number <= PEERS; number++) {
                if (!hasLongShare(number)) {
                    return Optional.empty();
                }
            }
            return Optional.of(true);
        });
    }

    /** Longer than the others ever are. */
    private boolean hasLongShare(int number) throws IOException {
        for (Path file : table.unsealed(number)) {
            try {
                if (Files.size(file) > 2_000_000) {
                    return true;
                }
            } catch (NoSuchFileException e) {
                // Sealed meanwhile.
                continue;
            }
        }
        return false;
    }

    private byte[] readBack() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var client = table.client("ann")) {
            client.read("dss1", "long.bin", out);
        }
        return out.toByteArray();
    }

    private void endTraffic() throws Exception {
        traffic.awaitProgress();
        traffic.end();
        traffic.compareAll();
    }

    @Test
    void aClientThatIsKilledLeavesNothing() throws Exception {
        beginCopy(content(12_000_000));
        copy.kill();
        table.await("no share of it is left", () -> {
            for (int number = 1; number <= PEERS; number++) {
                if (hasLongShare(number)) {
                    return Optional.empty();
                }
            }
            return Optional.of(true);
        });
        endTraffic();
        assertFalse(table.tool("ls", "dss1").assertSuccess().out().contains("long.bin"));
    }

    @Test
    void aClientThatIsStoppedForAMomentGoesOn() throws Exception {
        byte[] content = content(20_000_000);
        beginCopy(Arrays.copyOf(content, 12_000_000));
        copy.stop();
        traffic.awaitProgress();
        copy.wake();
        copy.feed(Arrays.copyOfRange(content, 12_000_000, content.length));
        copy.endInput();
        assertEquals(0, copy.awaitEnd(LIMIT), copy::err);
        endTraffic();
        assertArrayEquals(content, readBack());
    }

    @Test
    void aClientThatIsStoppedForTooLongIsToldToWriteAgain() throws Exception {
        beginCopy(content(12_000_000));
        endTraffic();
        copy.stop();
        table.await(
                "the write is given up, the volume free",
                () -> Optional.of(table.tool("decommission", "dss1", "--yes", "--user", "ann")
                                .code())
                        .filter(code -> code == 0));
        copy.wake();
        copy.endInput();
        assertEquals(1, copy.awaitEnd(LIMIT), copy::err);
        assertEquals(1, copy.err().lines().count(), copy::err);
        assertTrue(copy.err().startsWith("roundtable: "), copy::err);
    }
}
