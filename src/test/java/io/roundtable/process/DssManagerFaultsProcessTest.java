package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manager is killed, or hangs, around every command of a user's: it is answered in time, and what was begun goes on. */
class DssManagerFaultsProcessTest {
    private static final int MANAGER = 7;
    /** Before the command is sent, at once, and while it is carried out. */
    private static final double[] SECONDS = {-0.05, 0, 0.002, 0.01};

    @TempDir
    private Path folder;

    private StorageTable table;
    private Path source;
    private byte[] content;

    @BeforeEach
    void open() throws IOException {
        Commands.assumePython();
        content = new byte[9_000];
        new Random(1).nextBytes(content);
        source = Files.write(folder.resolve("a.bin"), content);
        table = new StorageTable(folder, "--dss-port", "0");
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

    /** A line that is typed, and the commands of the protocol that it comes to. */
    private record Step(String line, List<String> commands) {}

    private List<Step> life(int n, Path out) {
        return List.of(
                new Step("", List.of("register-user")),
                new Step("configure dss1 " + n + " 1024", List.of("configure-dss")),
                new Step("copy dss1 " + source, List.of("copy-prepare", "copy-complete")),
                new Step("ls", List.of("ls")),
                new Step("read dss1 a.bin " + out, List.of("read-prepare", "read-complete")),
                new Step("disk-failure dss1", List.of("disk-failure", "recovery-complete")),
                new Step("decommission dss1", List.of("decommission-dss", "decommission-complete")),
                new Step("deregister", List.of("deregister-user")));
    }

    @Test
    void everyCommandIsAnsweredWhileItsManagerHangs() throws Exception {
        for (int number = 1; number <= 5; number++) {
            table.startPeer(number);
        }
        table.startManager(6);
        table.startManager(MANAGER);
        table.awaitDisks(5);
        Path out = folder.resolve("out");
        List<Step> life = life(3, out);
        int port = dssPort(1);
        awaitManaging(MANAGER, 0);
        for (Step step : life) {
            for (String cmd : step.commands) {
                Files.createFile(folder.resolve("before-" + cmd));
            }
        }
        int round = 0;
        StringBuilder said = new StringBuilder();
        try (DssUser user = new DssUser(folder, "newer", "ann", port, "own", "seed=1")) {
            for (Step step : life) {
                long t0 = System.nanoTime();
                if (!step.line.isEmpty()) {
                    user.type(step.line);
                }
                for (String cmd : step.commands) {
                    user.awaitHeld(cmd);
                    int next = managed(6);
                    int back = managed(MANAGER);
                    user.goOn(cmd, table.peer(MANAGER), "STOP", SECONDS[round++ % SECONDS.length]);
                    user.awaitAnswered(cmd);
                    awaitManaging(6, next);
                    table.peer(MANAGER).wake();
                    awaitManaging(MANAGER, back);
                }
                boolean ok = user.outcome();
                said.append(ok + " " + (System.nanoTime() - t0) / 1_000_000 + " " + user.lastOutcome() + "\n");
            }
            System.out.println(said + user.out());
            assertTrue(user.longestSilenceMs() < 3_000, user::out);
        }
        assertArrayEquals(content, Files.readAllBytes(out));
    }

    private int managed(int peer) {
        return table.events(peer).of("managing").size();
    }

    private void awaitManaging(int peer, int before) {
        table.await(
                "peer " + peer + " manages",
                () -> table.events(peer).of("managing").stream().skip(before).findFirst());
    }
}
