package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.DiskLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Published disk programs in a DSS beside the peers' own disks: presented, killed, wiped, started again. */
class ForeignDisksProcessTest {
    private static final int PEERS = 3;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final Map<String, Running> programs = new TreeMap<>();
    private StorageTable table;

    @BeforeEach
    void start() {
        Commands.assumePython();
        // No place is given away: what is lost is to come back to the same disk.
        table = new StorageTable(folder, "--dss-port", "0", "--repair-after", "10m");
        for (int number = 1; number <= PEERS; number++) {
            table.startPeer(number);
        }
        table.awaitDisks(PEERS);
    }

    @AfterEach
    void end() {
        programs.values().forEach(Running::kill);
        table.close();
    }

    private int dssPort() {
        return table.await(
                "a DSS port",
                () -> table.events(1).of("listening").stream()
                        .filter(event -> event.has("dss_port"))
                        .map(event -> event.get("dss_port").asInt())
                        .findFirst());
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void startDisk(String name, int port, String... manners) {
        List<String> command = Commands.python("dss_disk.py", name, "127.0.0.1", dssPort(), 0, port);
        command.addAll(List.of(manners));
        Running program = Running.start(folder, "disk-" + name, command);
        programs.put(name, program);
        table.await("the answer to " + name, () -> Optional.of(program.out()).filter(out -> out.contains("SUCCESS")));
    }

    private void user(String name, String... commands) throws IOException {
        List<String> command = Commands.python("dss_user.py", "newer", name, "127.0.0.1", dssPort(), 0, 9, "own");
        Running user = Running.startFed(folder, "user", command);
        try {
            user.feed((String.join("\n", commands) + "\n").getBytes(StandardCharsets.UTF_8));
            user.endInput();
            assertEquals(0, user.awaitEnd(LIMIT), user::err);
            // What begins with # are its own notes of how long answers took.
            assertTrue(
                    user.out().lines().allMatch(line -> line.contains("SUCCESS") || line.startsWith("# ")),
                    () -> user.out() + user.err());
        } finally {
            user.kill();
        }
    }

    /** Of the one-liners with which the course's README sends a datagram. */
    private static String send(int port, String json) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(5_000);
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
            DatagramPacket answer = new DatagramPacket(new byte[12_000], 12_000);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
        }
    }

    private static DiskLine line(VolumeClient client, String name) throws GroupException {
        return client.list().disks().stream()
                .filter(disk -> disk.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aDssOfOurDisksAndOthersKeepsItsFilesWhateverEndsOneAtATime() throws Exception {
        List<Integer> ports = List.of(freePort(), freePort());
        startDisk("F1", ports.get(0));
        startDisk("F2", ports.get(1), "late");
        table.awaitDisks(PEERS + 2);
        byte[] content = new byte[700_000];
        new Random(1).nextBytes(content);
        Path source = Files.write(folder.resolve("a.bin"), content);
        Path out = folder.resolve("out");
        user("U1", "configure dss1 5 4096", "copy dss1 " + source, "read dss1 a.bin " + out, "disk-failure dss1");
        assertArrayEquals(content, Files.readAllBytes(out));

        try (VolumeClient client = table.client("U1")) {
            table.awaitWhole("dss1");
            VolumeMessage.Explanation told = client.explain("dss1");
            assertTrue(told.lines().stream().anyMatch(each -> each.startsWith("Foreign: ")), told::toString);

            programs.get("F1").kill();
            table.await("F1 away", () -> Optional.of(away(client, "F1")).filter(Boolean::booleanValue));
            assertArrayEquals(content, read(client));
            startDisk("F1", ports.get(0));
            table.awaitWhole("dss1");

            // Anybody may say so, and what lay there is gone; nobody notices but who asks.
            assertTrue(send(ports.get(1), "{\"cmd\": \"wipe\", \"args\": {}}").contains("SUCCESS"));
            table.await(
                    "F2 found empty",
                    () -> Optional.of(programs.get("F2").out())
                            .filter(text -> text.contains("wiped") && !isWhole(client)));
            table.awaitWhole("dss1");
            assertArrayEquals(content, read(client));
        }
        takeOver(content);
        assertTrue(send(dssPort(), "{\"cmd\": \"deregister-disk\", \"args\": {\"disk_name\": \"F2\"}}")
                .contains("disk is InDSS"));
        user("U2", "decommission dss1");
        assertTrue(send(dssPort(), "{\"cmd\": \"deregister-disk\", \"args\": {\"disk_name\": \"F2\"}}")
                .contains("SUCCESS"));
    }

    /** The peer that presents F1 dies, and its own disk with it: what lay at F1 counts, or nothing could be read. */
    private void takeOver(byte[] content) throws Exception {
        int presenter = table.hostOf("F1");
        // The one whose DSS port is asked in this test stays.
        table.peer(presenter).kill();
        try (VolumeClient client = table.client("U1")) {
            table.await(
                    "another one presents F1",
                    () -> Optional.of(!away(client, "F1") && !away(client, "F2"))
                            .filter(Boolean::booleanValue));
            table.await("one disk away", () -> {
                try {
                    VolumeMessage.Explanation told = client.explain("dss1");
                    return Optional.of(told.isKnown() && told.survives() == 0).filter(Boolean::booleanValue);
                } catch (GroupException e) {
                    return Optional.empty();
                }
            });
            assertArrayEquals(content, read(client));
        }
        table.startPeer(presenter);
        table.awaitWhole("dss1");
    }

    private byte[] read(VolumeClient client) throws Exception {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        client.read("dss1", "a.bin", to);
        return to.toByteArray();
    }

    private static boolean away(VolumeClient client, String name) {
        try {
            return line(client, name).address().isEmpty();
        } catch (GroupException e) {
            return false;
        }
    }

    private static boolean isWhole(VolumeClient client) {
        try {
            VolumeMessage.Explanation told = client.explain("dss1");
            return told.isKnown() && told.survives() == 1;
        } catch (GroupException e) {
            return false;
        }
    }
}
