package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three GCDs keep the catalog together: any one of them may die, and nobody loses more than time. */
class GcdGroupProcessTest {
    private static final int GCDS = 3;
    private static final int PEERS = 3;

    @TempDir
    private Path folder;

    private final Map<String, byte[]> written = new TreeMap<>();

    @Test
    void anyGcdMayDieAndComeBack() throws Exception {
        try (StorageTable table = new StorageTable(GCDS, folder)) {
            for (int number = 1; number <= PEERS; number++) {
                table.startPeer(number);
            }
            table.awaitDisks(PEERS);
            try (VolumeClient client = table.client("ann")) {
                client.configure("dss1", PEERS, 1, 1024);
                for (int number = 0; number < GCDS; number++) {
                    write(client, "before-" + number);
                    table.gcd(number).kill();
                    write(client, "without-" + number);
                    compareAll(client);
                    table.startGcd(number);
                }
                table.awaitDisks(PEERS);
                write(client, "after");
                compareAll(client);
            } catch (GroupException | IOException e) {
                throw new AssertionError(e.getMessage() + "\n" + table.transcript(), e);
            }
        }
    }

    @Test
    void anyGcdMayHangOrDieWhileEightWriteAndRead() throws Exception {
        try (StorageTable table = new StorageTable(GCDS, folder)) {
            for (int number = 1; number <= PEERS; number++) {
                table.startPeer(number);
            }
            table.awaitDisks(PEERS);
            table.tool("configure", "dss1", Integer.toString(PEERS), "1024").assertSuccess();
            try (Traffic traffic = new Traffic(table, "dss1", new Random(1))) {
                for (int number = 0; number < GCDS; number++) {
                    traffic.awaitProgress();
                    table.gcd(number).stop();
                    try {
                        traffic.awaitProgress();
                    } finally {
                        table.gcd(number).wake();
                    }
                    traffic.awaitProgress();
                    table.gcd(number).kill();
                    traffic.awaitProgress();
                    table.startGcd(number);
                }
                traffic.awaitProgress();
                traffic.end();
                traffic.compareAll();
            }
        }
    }

    private void write(VolumeClient client, String file) throws GroupException, IOException {
        byte[] content = new byte[10_000];
        new Random(file.hashCode()).nextBytes(content);
        client.write("dss1", file, content);
        written.put(file, content);
    }

    private void compareAll(VolumeClient client) throws GroupException, IOException {
        for (Map.Entry<String, byte[]> each : written.entrySet()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            client.read("dss1", each.getKey(), out);
            assertArrayEquals(each.getValue(), out.toByteArray(), each.getKey());
        }
    }
}
