package io.roundtable.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.roundtable.protocol.Room;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much room a disk says there is. */
class RoomTest {
    /** A medium on a file system of 1 GB on which others write, too. */
    private static Medium shared(AtomicLong othersBytes) {
        Medium own = new SimulatedMedium(1, 1 << 30);
        return (Medium) Proxy.newProxyInstance(
                Medium.class.getClassLoader(), new Class<?>[] {Medium.class}, (proxy, method, args) -> {
                    switch (method.getName()) {
                        case "space":
                            return new Medium.Space(1 << 30, (1 << 30) - othersBytes.get());
                        case "fileSystem":
                            return 5L;
                        default:
                            try {
                                return method.invoke(own, args);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                    }
                });
    }

    @Test
    void isWhatOthersLeaveOfItNow() throws Exception {
        AtomicLong othersBytes = new AtomicLong();
        try (DiskStore store = DiskStore.open(shared(othersBytes), DiskOptions.defaults(), () -> 0, () -> 7);
                DiskServer server = new DiskServer(store, DataServerOptions.defaults())) {
            long reserve = (1 << 30) / 100 * 5;
            Room before = store.statistics().room();
            assertEquals(new Room((1 << 30) - reserve, 0, (1 << 30) - reserve, 5, 1 << 30), before);

            othersBytes.set(1 << 29);

            Room full = new Room((1 << 29) - reserve, 0, (1 << 29) - reserve, 5, 1 << 29);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> store.statistics().room().equals(full));
            assertEquals(0, server.sessions());
        }
    }

    @Test
    void isTheSameForFoldersOfOneFileSystem(@TempDir Path folder) throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/sys/kernel/random/boot_id")), "not on this system");
        Path one = Files.createDirectory(folder.resolve("one"));
        Path other = Files.createDirectory(folder.resolve("other"));

        assertTrue(FileSystems.numberOf(one) > 0);
        assertEquals(FileSystems.numberOf(one), FileSystems.numberOf(other));
        assertNotEquals(FileSystems.numberOf(one), FileSystems.numberOf(Path.of("/proc")));
        assertEquals(0, FileSystems.numberOf(folder.resolve("nothing")));
    }
}
