package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.client.FakeGroup;
import io.roundtable.client.VolumeClient;
import io.roundtable.protocol.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process leaves on the disk when it ends in the middle of something. */
class LeftoversProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Duration END = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private Path tmp;
    private final List<Running> started = new ArrayList<>();

    @BeforeEach
    void makeTmp() throws IOException {
        tmp = Files.createDirectory(folder.resolve("tmp"));
    }

    @AfterEach
    void end() {
        started.forEach(Running::kill);
    }

    private Running start(String name, String... args) {
        List<String> command = new ArrayList<>(List.of("env", "ROUNDTABLE_JAVA_OPTS=-Djava.io.tmpdir=" + tmp));
        command.addAll(Commands.roundtable(args));
        Running running = Running.start(folder, name, Commands.interruptible(command));
        started.add(running);
        return running;
    }

    private EventFile up(String name) {
        EventFile events = new EventFile(folder.resolve(name + ".log"));
        start(name, "up", "--peers", "3", "--port", "0", "--quiet", "--log", events.path());
        return events;
    }

    private static void awaitDisks(EventFile events) {
        Awaitility.await().atMost(LIMIT).until(() -> events.of("disk_named").size() == 3);
    }

    private static Address gcd(EventFile events) {
        return events.of("listening").stream()
                .filter(event -> event.get("self").toString().contains("gcd"))
                .map(event -> Address.parse(event.get("address").asString()))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> in(Path where) throws IOException {
        try (Stream<Path> all = Files.list(where)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    /** What there is of a name that begins so. */
    private Path only(String prefix) throws IOException {
        List<String> found =
                in(tmp).stream().filter(name -> name.startsWith(prefix)).toList();
        assertEquals(1, found.size(), found::toString);
        return tmp.resolve(found.get(0));
    }

    private static byte[] content(int bytes) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return content;
    }

    private void signal(Running running, String signal) {
        switch (signal) {
            case "INT" -> running.interrupt();
            case "TERM" -> running.terminate();
            default -> running.hangUp();
        }
    }

    // ---- up

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void aTemporaryTableLeavesNothing(String signal) throws Exception {
        EventFile events = up("up");
        awaitDisks(events);
        try (VolumeClient client = new VolumeClient(List.of(gcd(events)), "ann")) {
            client.configure("dss1", 3, 1, 65_536);
            client.write("dss1", "big", content(10_000_000));
            client.write("dss1", "small", content(1_000));
        }

        signal(started.get(0), signal);

        started.get(0).awaitEnd(END);
        assertEquals(List.of(), in(tmp));
        assertEquals("", started.get(0).err());
    }

    @Test
    void aTableThatIsEndedWhileItStartsLeavesNothing() throws Exception {
        Running up = start("up", "up", "--peers", "5", "--port", "0", "--quiet");
        Awaitility.await().atMost(LIMIT).until(() -> !in(tmp).isEmpty());

        up.terminate();

        up.awaitEnd(END);
        assertEquals(List.of(), in(tmp));
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "gcd"})
    void whatCannotStartLeavesNothing(String command) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Running running = start("late", command, "--port", Integer.toString(taken.getLocalPort()), "--quiet");

            assertEquals(1, running.awaitEnd(LIMIT), running::err);

            assertTrue(running.err().contains("--port"), running::err);
            assertEquals(List.of(), in(tmp));
        }
    }

    @Test
    void theNextTableDeletesWhatAKilledOneLeftAndNothingElse() throws Exception {
        EventFile living = up("living");
        awaitDisks(living);
        Path ofTheLiving = only("roundtable-up-");
        EventFile killed = up("killed");
        awaitDisks(killed);
        started.get(1).kill();
        Path left = in(tmp).stream()
                .filter(name -> name.startsWith("roundtable-up-"))
                .map(tmp::resolve)
                .filter(each -> !each.equals(ofTheLiving))
                .findFirst()
                .orElseThrow();
        assertTrue(Files.isDirectory(left.resolve("disk1")), "killed processes leave everything");
        Path precious = Files.createDirectories(folder.resolve("precious"));
        Files.writeString(precious.resolve("file"), "stays");
        Files.createSymbolicLink(left.resolve("folder-link"), precious);
        Files.createSymbolicLink(left.resolve("disk1").resolve("file-link"), precious.resolve("file"));
        Path linked = Files.createSymbolicLink(tmp.resolve("roundtable-up-link"), precious);
        Files.createFile(precious.resolve("alive"));
        Path unlocked =
                Files.createDirectories(tmp.resolve("roundtable-up-mine").resolve("x"));

        EventFile next = up("next");
        awaitDisks(next);

        assertFalse(Files.exists(left), "of a dead process");
        assertEquals("stays", Files.readString(precious.resolve("file")));
        assertTrue(Files.isSymbolicLink(linked), "no folder of ours");
        assertTrue(Files.exists(precious.resolve("alive")));
        assertTrue(Files.isDirectory(unlocked), "nothing says that its process is dead");
        assertTrue(Files.isDirectory(ofTheLiving.resolve("disk1")));
        try (VolumeClient client = new VolumeClient(List.of(gcd(living)), "ann")) {
            client.configure("dss1", 3, 1, 1024);
            client.write("dss1", "a", content(5_000));
        }
    }

    // ---- read

    /** A group whose disks stick in the middle of a read, and a read of it that has got something. */
    private Running readThatSticks(FakeGroup group, Path out) throws Exception {
        group.disks.forEach(disk -> disk.sticksAfterGroupsSent = 8);
        Running read = start(
                "read",
                "read",
                "dss1",
                "big",
                out.toString(),
                "--gcd",
                group.gcd().toString(),
                "--user",
                "ann");
        Awaitility.await().atMost(LIMIT).until(() -> sizes(out.getParent()) > 0);
        return read;
    }

    private static long sizes(Path where) throws IOException {
        try (Stream<Path> all = Files.list(where)) {
            return all.mapToLong(each -> each.toFile().length()).sum();
        }
    }

    private static FakeGroup groupWithAFile(byte[] content) throws Exception {
        FakeGroup group = new FakeGroup(3);
        try (VolumeClient client = new VolumeClient(List.of(group.gcd()), "ann")) {
            client.configure("dss1", 3, 1, 65_536);
            client.write("dss1", "big", content);
        }
        return group;
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void aReadThatIsEndedLeavesNothing(String signal) throws Exception {
        Path target = Files.createDirectory(folder.resolve("target"));
        try (FakeGroup group = groupWithAFile(content(40_000_000))) {
            Running read = readThatSticks(group, target.resolve("out"));

            signal(read, signal);

            read.awaitEnd(END);
            assertEquals(List.of(), in(target));
        }
    }

    @Test
    void theNextReadDeletesWhatAKilledOneLeftAndNothingElse() throws Exception {
        byte[] content = content(40_000_000);
        Path target = Files.createDirectory(folder.resolve("target"));
        Path out = target.resolve("out");
        try (FakeGroup group = groupWithAFile(content)) {
            Running killed = readThatSticks(group, out);
            killed.kill();
            List<String> left = in(target);
            assertEquals(1, left.size(), left::toString);
            String ofTheDead = left.get(0);
            assertTrue(ofTheDead.startsWith("out.roundtable-part-"), "says what it is");
            String prefix = ofTheDead.substring(0, ofTheDead.lastIndexOf('-') + 1);
            Path ofAnother = Files.writeString(target.resolve("out2" + prefix.substring(3) + "12"), "of out2");
            Path link = Files.createSymbolicLink(target.resolve(prefix + "link"), ofAnother);
            Path users = Files.writeString(target.resolve("out.part1"), "the user's");
            Running living = readThatSticks(group, out);
            Awaitility.await().atMost(LIMIT).until(() -> !in(target).contains(ofTheDead));
            String ofTheLiving = in(target).stream()
                    .filter(name -> name.startsWith(prefix) && !name.endsWith("link"))
                    .findFirst()
                    .orElseThrow();
            // It would ask the disks again and be done.
            living.stop();
            group.disks.forEach(disk -> {
                disk.sticksAfterGroupsSent = Integer.MAX_VALUE;
                disk.groupsSent.set(0);
            });

            Running read = start(
                    "again",
                    "read",
                    "dss1",
                    "big",
                    out.toString(),
                    "--gcd",
                    group.gcd().toString(),
                    "--user",
                    "ann");

            assertEquals(0, read.awaitEnd(LIMIT), read::err);
            assertArrayEquals(content, Files.readAllBytes(out));
            assertTrue(Files.exists(target.resolve(ofTheLiving)), "its process lives");
            assertEquals("of out2", Files.readString(ofAnother));
            assertEquals("the user's", Files.readString(users));
            assertTrue(Files.isSymbolicLink(link));
        }
    }
}
