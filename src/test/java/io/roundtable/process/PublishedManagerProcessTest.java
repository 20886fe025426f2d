package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A published manager, which knows nothing of us: our disks and our user there, beside published ones. */
class PublishedManagerProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern PORT = Pattern.compile("port (\\d+)");

    @TempDir
    private Path folder;

    private final List<Running> started = new ArrayList<>();
    private Running manager;
    private int port;
    private byte[] content;

    @BeforeEach
    void start() throws IOException {
        Commands.assumePython();
        content = new byte[40_000];
        new Random(1).nextBytes(content);
        Files.write(folder.resolve("a.bin"), content);
        Files.write(folder.resolve("empty"), new byte[0]);
        manager = start("manager", Commands.python("dss_manager.py", 0));
        port = await(() -> number(PORT.matcher(manager.out())));
    }

    @AfterEach
    void end() {
        started.forEach(Running::kill);
    }

    private static Optional<Integer> number(Matcher matcher) {
        return matcher.find() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
    }

    private static <T> T await(java.util.concurrent.Callable<Optional<T>> wanted) {
        return Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(LIMIT)
                .until(wanted, Optional::isPresent)
                .orElseThrow();
    }

    private Running start(String name, List<String> command) {
        Running running = Running.startFed(folder, name, command);
        started.add(running);
        return running;
    }

    private Running disk(String name, int at) {
        return start(
                name,
                Commands.roundtable(
                        "disk",
                        name,
                        "127.0.0.1",
                        "" + port,
                        "0",
                        "" + at,
                        "--data",
                        folder.resolve("data-" + name).toString()));
    }

    private static int awaitServing(Running disk) {
        return await(() -> number(Pattern.compile("UDP \\S+ port (\\d+)").matcher(disk.out())));
    }

    private String shell(int code, String... lines) throws IOException {
        return fed(code, Commands.roundtable("shell", "--user", "U2", "--dss", "127.0.0.1:" + port), lines);
    }

    private String published(String version, String name, String... lines) throws IOException {
        return fed(0, Commands.python("dss_user.py", version, name, "127.0.0.1", port, 0, 9, "own"), lines);
    }

    private String fed(int code, List<String> command, String... lines) throws IOException {
        Running user = start("user", command);
        user.feed((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        user.endInput();
        assertEquals(code, user.awaitEnd(LIMIT), () -> user.out() + user.err() + manager.out());
        return user.out() + user.err();
    }

    private void same(String file) throws IOException {
        assertArrayEquals(content, Files.readAllBytes(folder.resolve(file)), file);
    }

    @Test
    void ourDisksAndOurUserDoAllStepsThere() throws Exception {
        Running first = disk("B1", 0);
        Running second = disk("B2", 0);
        Running theirs = start("P1", Commands.python("dss_disk.py", "P1", "127.0.0.1", port, 0, 0));
        int firstPort = awaitServing(first);
        awaitServing(second);
        await(() -> Optional.of(theirs.out()).filter(out -> out.contains("SUCCESS")));
        String a = folder.resolve("a.bin").toString();

        String newer = published(
                "newer",
                "U1",
                "configure dss1 3 1024",
                "copy dss1 " + a,
                "read dss1 a.bin " + folder.resolve("1"),
                "disk-failure dss1",
                // Both users give a stripe up after five readings: the percentages make that less than once in 10,000
                // runs.
                "read dss1 a.bin " + folder.resolve("2") + " 5",
                "ls");
        assertTrue(newer.lines().allMatch(line -> line.contains("SUCCESS") || line.startsWith("# ")), newer);
        same("1");
        same("2");

        // Another's file is not read; the rest is refused in the manager's words, and ends nothing.
        String refused = shell(
                1,
                "read dss1 a.bin " + folder.resolve("none"),
                "configure dss1 3 1024",
                "configure dss9 3 65536",
                "copy dss1 " + folder.resolve("missing"));
        for (String each : List.of("NOT_OWNER", "bad or duplicate dss_name", "65536", "is no file")) {
            assertTrue(refused.contains(each), refused);
        }
        assertTrue(Files.notExists(folder.resolve("none")));

        String ours = shell(
                0,
                "decommission dss1 --yes",
                "configure dss2 3 4096",
                "copy dss2 " + a,
                "copy dss2 " + folder.resolve("empty"),
                "ls",
                "read dss2 a.bin " + folder.resolve("3") + " 10",
                "read dss2 empty " + folder.resolve("4"),
                "disk-failure dss2 P1",
                "read dss2 a.bin " + folder.resolve("5"));
        same("3");
        same("5");
        assertEquals(0, Files.size(folder.resolve("4")));
        assertTrue(ours.contains("dss2: Disk array with n=3 (") && ours.contains("  a.bin 40,000 B U2"), ours);

        first.kill();
        shell(0, "read dss2 a.bin " + folder.resolve("6"));
        same("6");
        // The same disk, with its blocks: the manager knows the name already, and that is all right.
        awaitServing(disk("B1", firstPort));
        second.kill();
        shell(0, "read dss2 a.bin " + folder.resolve("7"));
        same("7");
        Running stranger = disk("P1", 0);
        assertEquals(1, stranger.awaitEnd(LIMIT));
        assertTrue(stranger.err().contains("duplicate or bad disk_name"), stranger::err);
        String older = published("older", "u3", "ls");
        assertTrue(older.contains("dss2"), older);
        shell(0, "deregister");
    }
}
