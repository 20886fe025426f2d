package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Python user of the DSS protocol at real peers: what it wrote our tools read, and the other way round. */
class DssProcessTest {
    private static final int PEERS = 5;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path USER =
            Path.of("src/test/resources/python/dss_user.py").toAbsolutePath();

    @TempDir
    private Path folder;

    private StorageTable table;

    @BeforeEach
    void start() {
        Commands.assumePython();
        table = new StorageTable(folder, "--dss-port", "0");
        for (int number = 1; number <= PEERS; number++) {
            table.startPeer(number);
        }
        table.awaitDisks(PEERS);
    }

    @AfterEach
    void end() {
        if (table != null) {
            table.close();
        }
    }

    private int dssPort(int peer) {
        return table.await(
                "DSS port of peer " + peer,
                () -> table.events(peer).of("listening").stream()
                        .filter(event -> event.has("dss_port"))
                        .map(event -> event.get("dss_port").asInt())
                        .findFirst());
    }

    private String user(int peer, String name, String... commands) {
        List<String> all = new ArrayList<>(
                List.of("python3", USER.toString(), "127.0.0.1", Integer.toString(dssPort(peer)), name));
        all.addAll(List.of(commands));
        Running running = Running.start(folder, "dss-user", all);
        try {
            int code = running.awaitEnd(LIMIT);
            assertEquals(0, code, () -> running.out() + running.err() + table.transcript());
            return running.out();
        } finally {
            running.kill();
        }
    }

    @Test
    void aPythonUserAndOurToolsShareTheFilesOfADss() throws Exception {
        byte[] first = new byte[40_000];
        byte[] second = new byte[3_600];
        new Random(1).nextBytes(first);
        new Random(2).nextBytes(second);
        Path a = table.file("a.bin", first);
        Path b = table.file("b.bin", second);
        Path out = folder.resolve("out");

        // At a peer that does not manage: it passes on.
        user(1, "ann", "configure dss1 3 1024", "copy dss1 " + a, "read dss1 a.bin " + out, "deregister");
        assertArrayEquals(first, Files.readAllBytes(out));

        table.tool("read", "dss1", "a.bin", out.toString(), "--user", "ann").assertSuccess();
        assertArrayEquals(first, Files.readAllBytes(out));
        table.tool("copy", "dss1", b.toString(), "--user", "ann").assertSuccess();

        // It may have managed before, while it was the highest at the table.
        int before = table.events(PEERS - 1).of("managing").size();
        table.peer(PEERS).kill();
        table.await(
                "the next manager",
                () -> table.events(PEERS - 1).of("managing").stream()
                        .skip(before)
                        .findFirst());
        String ls = user(PEERS - 1, "ann", "ls", "deregister");
        assertTrue(ls.contains("b.bin 3,600 B ann"), ls);
        assertEquals(Optional.empty(), table.events(PEERS - 1).first("bad_input"));
    }
}
