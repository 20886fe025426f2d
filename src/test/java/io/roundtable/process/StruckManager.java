package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A group whose manager is killed, or hangs, around the commands of a user of the DSS protocol; the next one goes on. */
final class StruckManager implements AutoCloseable {
    private static final int NEXT = 6;
    private static final int MANAGER = 7;
    /** Before the command is sent, at once, and while it is carried out. */
    private static final double[] SECONDS = {-0.05, 0, 0.002, 0.01};

    /** A line that is typed, and the commands of the protocol that it comes to. */
    private record Step(String line, List<String> commands) {}

    private final Path folder;
    private final boolean hosts;
    private final byte[] content = new byte[9_000];
    private final Path source;
    private final StorageTable table;
    private final int port;
    private int lives;

    /** @param hosts whether the managers have a disk of the DSS, too */
    StruckManager(Path folder, boolean hosts) throws IOException {
        this.folder = folder;
        this.hosts = hosts;
        new Random(1).nextBytes(content);
        source = Files.write(folder.resolve("a.bin"), content);
        table = new StorageTable(folder, "--dss-port", "0");
        for (int number = 1; number <= (hosts ? 2 : 4); number++) {
            table.startPeer(number);
        }
        start(NEXT);
        start(MANAGER);
        table.awaitDisks(4);
        port = table.await(
                "DSS port of peer 1",
                () -> table.events(1).of("listening").stream()
                        .filter(event -> event.has("dss_port"))
                        .map(event -> event.get("dss_port").asInt())
                        .findFirst());
        awaitManaging(MANAGER, 0);
    }

    private void start(int manager) {
        if (hosts) {
            table.startPeer(manager);
        } else {
            table.startManager(manager);
        }
    }

    private List<Step> life(boolean isNewer, Path out) {
        List<Step> life = new ArrayList<>();
        life.add(new Step("", List.of("register-user")));
        life.add(new Step("configure dss1 " + (hosts ? 4 : 3) + " 1024", List.of("configure-dss")));
        life.add(new Step("copy dss1 " + source, List.of("copy-prepare", "copy-complete")));
        life.add(new Step("ls", List.of("ls")));
        life.add(new Step("read dss1 a.bin " + out, List.of("read-prepare", "read-complete")));
        if (isNewer) {
            life.add(new Step("disk-failure dss1", List.of("disk-failure", "recovery-complete")));
        }
        life.add(new Step("decommission dss1", List.of("decommission-dss", "decommission-complete")));
        life.add(new Step("deregister", List.of("deregister-user")));
        return life;
    }

    /**
     * A user's life from registering to deregistering.
     *
     * @param signals what hits the manager at these commands
     * @return the longest that a command waited for its answer
     */
    long live(String version, Map<String, String> signals) throws IOException {
        Path out = folder.resolve("out" + ++lives);
        List<Step> life = life(version.equals("newer"), out);
        int round = lives;
        List<String> all = life.stream().flatMap(step -> step.commands.stream()).toList();
        for (String cmd : signals.keySet()) {
            if (all.contains(cmd)) {
                Files.createFile(folder.resolve("before-" + cmd));
            }
        }
        try (DssUser user = new DssUser(folder, version, "u" + lives, port, "own", "seed=" + lives)) {
            for (Step step : life) {
                if (!step.line.isEmpty()) {
                    user.type(step.line);
                }
                for (String cmd : step.commands) {
                    if (signals.containsKey(cmd)) {
                        strike(user, cmd, signals.get(cmd), SECONDS[round++ % SECONDS.length]);
                    }
                }
                boolean isDone = user.outcome();
                if (!isDone && hosts) {
                    // A disk of the DSS was struck, too: then what was begun may be lost, and the next try must do.
                    isDone = user.succeeds(step.line);
                }
                assertTrue(isDone, () -> user.out() + table.transcript());
            }
            assertArrayEquals(content, Files.readAllBytes(out));
            assertTrue(user.longestSilenceMs() < 3_000, user::out);
            return user.longestSilenceMs();
        }
    }

    private void strike(DssUser user, String cmd, String signal, double seconds) {
        user.awaitHeld(cmd);
        int next = managed(NEXT);
        int back = signal.equals("KILL") ? 0 : managed(MANAGER);
        user.goOn(cmd, table.peer(MANAGER), signal, seconds);
        user.awaitAnswered(cmd);
        awaitManaging(NEXT, next);
        if (signal.equals("KILL")) {
            start(MANAGER);
        } else {
            table.peer(MANAGER).wake();
        }
        awaitManaging(MANAGER, back);
    }

    private int managed(int peer) {
        return table.events(peer).of("managing").size();
    }

    private void awaitManaging(int peer, int before) {
        table.await(
                "peer " + peer + " manages",
                () -> table.events(peer).of("managing").stream().skip(before).findFirst());
    }

    @Override
    public void close() {
        table.close();
    }
}
