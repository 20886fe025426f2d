package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Eight users who write and read files of a volume without end. Every read is compared with what was acknowledged last,
 * and whoever is refused complains.
 */
final class Traffic implements AutoCloseable {
    private static final int CLIENTS = 8;
    private static final int FILES_PER_CLIENT = 12;

    /** Contents are made from a seed, so that a file is compared by two numbers. */
    private record Written(long seed, int bytes) {
        byte[] content() {
            byte[] content = new byte[bytes];
            new Random(seed).nextBytes(content);
            return content;
        }
    }

    private final StorageTable table;
    private final String volume;
    private final VolumeClient client;
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private final Map<String, Written> acknowledged = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private volatile boolean isOver;

    Traffic(StorageTable table, String volume, Random random) {
        this.table = table;
        this.volume = volume;
        this.client = table.client("ann");
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            long seed = random.nextLong();
            clients.execute(() -> use(number, new Random(seed)));
        }
    }

    private void use(int number, Random random) {
        while (!isOver && complaints.size() < 20) {
            String name = "client" + number + "/file" + random.nextInt(FILES_PER_CLIENT);
            try {
                if (random.nextInt(3) > 0) {
                    int bytes = random.nextInt(5) == 0 ? random.nextInt(3_000_000) : random.nextInt(20_000);
                    Written written = new Written(random.nextLong(), bytes);
                    client.write(volume, name, written.content());
                    acknowledged.put(name, written);
                    writes.incrementAndGet();
                } else if (acknowledged.containsKey(name)) {
                    // Only this thread writes it.
                    compare(name);
                    reads.incrementAndGet();
                }
            } catch (GroupException | IOException | RuntimeException | AssertionError e) {
                complaints.add(name + ": " + e);
            }
        }
    }

    private void compare(String name) throws GroupException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        client.read(volume, name, out);
        assertArrayEquals(acknowledged.get(name).content(), out.toByteArray(), name);
    }

    /** Waits until some more was written and read, or somebody complains. */
    void awaitProgress() {
        long writesBefore = writes.get();
        long readsBefore = reads.get();
        table.await(
                "writes and reads go on",
                () -> Optional.of(writes.get() > writesBefore + 20 && reads.get() > readsBefore + 10
                                || !complaints.isEmpty())
                        .filter(Boolean::booleanValue));
    }

    /** Ends it; nobody may have complained. */
    void end() throws InterruptedException {
        isOver = true;
        clients.shutdown();
        assertTrue(clients.awaitTermination(60, TimeUnit.SECONDS), table::transcript);
        assertEquals("", String.join("\n", complaints), () -> table.transcript() + String.join("\n", complaints));
    }

    /** Reads every file that was acknowledged. */
    void compareAll() throws GroupException, IOException {
        for (String name : acknowledged.keySet()) {
            compare(name);
        }
    }

    @Override
    public void close() {
        isOver = true;
        clients.shutdownNow();
        client.close();
    }
}
