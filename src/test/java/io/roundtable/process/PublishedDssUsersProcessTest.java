package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.client.GroupException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two published user programs at real processes: all of the course's steps, and what happens to them in between. */
class PublishedDssUsersProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final List<Running> started = new ArrayList<>();
    private StorageTable table;
    private Path source;
    private byte[] content;

    @BeforeEach
    void makeFiles() throws IOException {
        Commands.assumePython();
        content = new byte[30_000];
        new Random(1).nextBytes(content);
        source = Files.write(folder.resolve("a.bin"), content);
    }

    @AfterEach
    void end() {
        started.forEach(Running::kill);
        if (table != null) {
            table.close();
        }
    }

    private Running start(String name, List<String> command) {
        Running running = Running.startFed(folder, name, command);
        started.add(running);
        return running;
    }

    private Running user(String version, String name, int port, String... commands) throws IOException {
        List<String> command = Commands.python("dss_user.py", version, name, "127.0.0.1", port, 0, 9, "own");
        command.add("pause=" + folder);
        Running user = start("user-" + name, command);
        user.feed((String.join("\n", commands) + "\n").getBytes(StandardCharsets.UTF_8));
        user.endInput();
        return user;
    }

    /** Runs to its end; every command must have succeeded. */
    private void succeeds(Running user) {
        assertEquals(0, user.awaitEnd(LIMIT), user::err);
        List<String> lines =
                user.out().lines().filter(line -> !line.startsWith("#")).toList();
        assertTrue(lines.stream().allMatch(line -> line.contains(" -> {\"status\": \"SUCCESS\"")), user::out);
        assertTrue(lines.stream().noneMatch(line -> line.contains("SHA256 MISMATCH")), user::out);
    }

    private static int freeUdpPort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Running up(int port, String name) {
        return start(
                name,
                Commands.roundtable(
                        "up",
                        "--dss",
                        "--dss-port",
                        "" + port,
                        "--port",
                        "0",
                        "--no-messages",
                        "--log",
                        folder.resolve(name + ".log").toString()));
    }

    @Test
    void allStepsOfTheCourseWorkFromTheFirstCommandOn() throws Exception {
        int port = freeUdpPort();
        Running up = up(port, "up");
        EventFile events = new EventFile(folder.resolve("up.log"));
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .atMost(LIMIT)
                .until(() -> events.of("listening").stream()
                        .anyMatch(event ->
                                event.has("dss_port") && event.get("dss_port").asInt() == port));
        Path out = folder.resolve("out");

        succeeds(user(
                "newer",
                "U1",
                port,
                "configure dss1 3 1024",
                "copy dss1 " + source,
                "ls",
                "read dss1 a.bin " + out,
                "disk-failure dss1",
                "read dss1 a.bin " + out + "1",
                "decommission dss1"));
        assertArrayEquals(content, Files.readAllBytes(out));
        assertArrayEquals(content, Files.readAllBytes(folder.resolve("out1")));

        // The whole line in lower case: so are its files and folders.
        Path small = Files.createDirectories(Path.of(folder.toString().toLowerCase(java.util.Locale.ROOT)));
        Files.write(small.resolve("b.bin"), content);
        succeeds(user(
                "older",
                "u2",
                port,
                "configure dss2 4 4096",
                "copy dss2 " + small.resolve("b.bin"),
                "read dss2 b.bin " + small.resolve("out2"),
                "read dss2 b.bin " + small.resolve("out2"),
                "decommission dss2",
                "deregister"));
        assertArrayEquals(content, Files.readAllBytes(small.resolve("out2")));

        Running oneLiner = start(
                "one-liner",
                List.of(
                        "python3",
                        "-c",
                        "import socket,json; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);"
                                + "s.sendto(json.dumps({'cmd':'deregister-disk','args':{'disk_name':'D5'}}).encode(),"
                                + "('127.0.0.1'," + port + ")); print(s.recvfrom(12000)[0].decode())"));
        assertEquals(0, oneLiner.awaitEnd(LIMIT));
        assertEquals("{\"status\":\"SUCCESS\"}", oneLiner.out().strip());

        Running second = up(port, "second");
        assertEquals(1, second.awaitEnd(LIMIT));
        assertTrue(second.err().contains("choose another one with --dss-port"), second::err);
        assertEquals(1, second.err().lines().count(), second::err);
        up.terminate();
    }

    private int dssPort(int peer) {
        return table.await(
                "DSS port of peer " + peer,
                () -> table.events(peer).of("listening").stream()
                        .filter(event -> event.has("dss_port"))
                        .map(event -> event.get("dss_port").asInt())
                        .findFirst());
    }

    private void pauseAt(String operation) throws IOException {
        Files.createFile(folder.resolve("at-" + operation));
    }

    private void goOn(String operation) throws IOException {
        Files.delete(folder.resolve("at-" + operation));
    }

    private void awaitPause(Running user, String operation) {
        Awaitility.await().atMost(LIMIT).until(() -> user.out().contains("paused at " + operation));
    }

    /** A DSS with no block on the peer that will be stopped. */
    private void configureBeside(int peer) throws Exception {
        do {
            table.tool("decommission", "dss1");
            succeeds(user("newer", "U" + started.size(), dssPort(1), "configure dss1 3 1024"));
        } while (hosts().contains(peer));
    }

    private List<Integer> hosts() throws GroupException {
        List<Integer> hosts = new ArrayList<>();
        for (String disk : table.disksOf("dss1")) {
            hosts.add(table.hostOf(disk));
        }
        return hosts;
    }

    @Test
    void whatUsersDoGoesOnWhileTheManagerHangsAndWithADiskDead() throws Exception {
        table = new StorageTable(folder, "--dss-port", "0");
        for (int number = 1; number <= 5; number++) {
            table.startPeer(number);
        }
        table.awaitDisks(5);
        configureBeside(5);
        Path out = folder.resolve("out");
        int port = dssPort(1);

        // The manager hangs, and the copy is completed at the next one.
        pauseAt("copy");
        Running copy = user("newer", "ann", port, "copy dss1 " + source, "read dss1 a.bin " + out, "ls", "deregister");
        awaitPause(copy, "copy");
        table.peer(5).stop();
        goOn("copy");
        succeeds(copy);
        assertArrayEquals(content, Files.readAllBytes(out));
        table.tool("read", "dss1", "a.bin", out + "1", "--user", "ann").assertSuccess();
        assertArrayEquals(content, Files.readAllBytes(folder.resolve("out1")));

        // One of its disks dies while the file is read, and then all is done without it.
        int dead = hosts().stream()
                .mapToInt(each -> each)
                .filter(each -> each != 1)
                .max()
                .orElseThrow();
        table.peer(dead).kill();
        succeeds(user(
                "newer",
                "ann",
                port,
                "read dss1 a.bin " + out + "2",
                "copy dss1 " + Files.write(folder.resolve("c.bin"), content),
                "read dss1 c.bin " + out + "3",
                "disk-failure dss1",
                "read dss1 c.bin " + out + "4"));
        for (int number = 2; number <= 4; number++) {
            assertArrayEquals(content, Files.readAllBytes(folder.resolve("out" + number)));
        }
    }
}
