package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Eight writers and readers while processes die and hang: whatever was acknowledged is there in the end, no read ever
 * gives a wrong byte, and nobody notices more than a delay.
 */
class StorageFaultsProcessTest {
    private static final int PEERS = 5;
    private static final int DISKS = 4;
    private static final int CLIENTS = 8;
    private static final int FILES_PER_CLIENT = 12;
    private static final int ROUNDS = 6;

    @TempDir
    private Path folder;

    /** Contents are made from a seed, so that a file is compared by two numbers. */
    private record Written(long seed, int bytes) {
        byte[] content() {
            byte[] content = new byte[bytes];
            new Random(seed).nextBytes(content);
            return content;
        }
    }

    private final Map<String, Written> acknowledged = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private volatile boolean isOver;

    @ParameterizedTest
    @ValueSource(longs = {1})
    void whatWasAcknowledgedIsThereAfterEveryFault(long seed) throws Exception {
        Random random = new Random(seed);
        try (StorageTable table = new StorageTable(folder, "--repair-after", "60s")) {
            for (int number = 1; number <= PEERS; number++) {
                table.startPeer(number);
            }
            table.awaitDisks(PEERS);
            table.tool("configure", "dss1", Integer.toString(DISKS), "4096").assertSuccess();

            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            try (VolumeClient client = table.client("ann")) {
                for (int i = 0; i < CLIENTS; i++) {
                    int number = i;
                    long clientSeed = random.nextLong();
                    clients.execute(() -> use(client, number, new Random(clientSeed)));
                }
                for (int round = 0; round < ROUNDS; round++) {
                    awaitProgress(table);
                    fault(table, random, round);
                    table.awaitWhole("dss1");
                }
                awaitProgress(table);
                isOver = true;
                clients.shutdown();
                assertTrue(clients.awaitTermination(60, TimeUnit.SECONDS), table::transcript);
                assertEquals(
                        "", String.join("\n", complaints), () -> table.transcript() + String.join("\n", complaints));
                compareAll(client);
                table.peer(table.hostOf(table.disksOf("dss1").get(random.nextInt(DISKS))))
                        .kill();
                compareAll(client);
            } finally {
                isOver = true;
                clients.shutdownNow();
            }
        }
    }

    private void use(VolumeClient client, int number, Random random) {
        while (!isOver && complaints.size() < 20) {
            String name = "client" + number + "/file" + random.nextInt(FILES_PER_CLIENT);
            try {
                if (random.nextInt(3) > 0) {
                    int bytes = random.nextInt(5) == 0 ? random.nextInt(3_000_000) : random.nextInt(20_000);
                    Written written = new Written(random.nextLong(), bytes);
                    client.write("dss1", name, written.content());
                    acknowledged.put(name, written);
                    writes.incrementAndGet();
                } else if (acknowledged.containsKey(name)) {
                    // Only this thread writes it.
                    compare(client, name);
                    reads.incrementAndGet();
                }
            } catch (GroupException | IOException | RuntimeException | AssertionError e) {
                complaints.add(name + ": " + e);
            }
        }
    }

    private void compare(VolumeClient client, String name) throws GroupException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        client.read("dss1", name, out);
        assertArrayEquals(acknowledged.get(name).content(), out.toByteArray(), name);
    }

    private void compareAll(VolumeClient client) throws GroupException, IOException {
        for (String name : acknowledged.keySet()) {
            compare(client, name);
        }
    }

    private void awaitProgress(StorageTable table) {
        long writesBefore = writes.get();
        long readsBefore = reads.get();
        table.await(
                "writes and reads go on",
                () -> Optional.of(writes.get() > writesBefore + 20 && reads.get() > readsBefore + 10
                                || !complaints.isEmpty())
                        .filter(Boolean::booleanValue));
    }

    private void fault(StorageTable table, Random random, int round) throws Exception {
        switch (round % 6) {
            case 0 -> killAndRestart(table, table.highest());
            case 1 -> killAndRestart(table, 1 + random.nextInt(PEERS));
            case 2 -> {
                table.gcd().kill();
                table.startGcd();
            }
            case 3 -> hang(table, table.highest());
            case 4 -> hang(table, 1 + random.nextInt(PEERS));
            default -> {
                int highest = table.highest();
                table.gcd().kill();
                table.peer(highest).kill();
                table.startGcd();
                table.startPeer(highest);
            }
        }
    }

    private void killAndRestart(StorageTable table, int number) {
        table.peer(number).kill();
        table.startPeer(number);
    }

    /** Until somebody else manages, or the group has noticed that a disk is away. */
    private void hang(StorageTable table, int number) throws Exception {
        table.peer(number).stop();
        try {
            awaitProgress(table);
        } finally {
            table.peer(number).wake();
        }
        table.awaitDisks(PEERS);
    }
}
