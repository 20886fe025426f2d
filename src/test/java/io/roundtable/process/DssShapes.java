package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;

/** One {@code up --dss}, and the two published programs going through all of the course's steps at it, in any shape. */
final class DssShapes implements AutoCloseable {
    static final int LARGE = 10 << 20;
    /** A file of many stripes, where a larger one would take minutes. */
    static final int MANY_STRIPES = 1 << 20;

    private static final int SMALL_UNIT_MAX = 512;

    private static final int PEERS = 7;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final int port;
    private final Running up;
    private final DssUser newer;
    private final DssUser older;

    DssShapes(Path folder) throws IOException {
        this.folder = folder;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        EventFile events = new EventFile(folder.resolve("up.log"));
        List<String> up = List.of("up", "--dss", "--dss-port", "" + port, "--port", "0", "--quiet");
        List<String> all = new ArrayList<>(up);
        all.addAll(List.of("--peers", "" + PEERS, "--disks", "" + PEERS, "--log", events.path()));
        this.up = Running.start(folder, "up", Commands.roundtable(all.toArray(String[]::new)));
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .atMost(LIMIT)
                .until(() -> events.of("listening").stream()
                        .anyMatch(event ->
                                event.has("dss_port") && event.get("dss_port").asInt() == port));
        newer = new DssUser(folder, "newer", "U1", port, "own", "seed=1");
        // The very first commands, while the group is not ready yet.
        assertTrue(newer.isRegistered(), newer::lastOutcome);
        older = new DssUser(folder, "older", "u2", port);
        assertTrue(older.isRegistered(), older::lastOutcome);
    }

    /** 10 MB; in small units only with the fewest disks, for each block is a datagram and waits for the one before. */
    static int large(int n, int unit) {
        return n == 3 || unit > SMALL_UNIT_MAX ? LARGE : MANY_STRIPES;
    }

    /** A DSS from its beginning to its end, with a file of each size. */
    void live(int n, int unit, int... sizes) throws IOException {
        for (DssUser user : List.of(newer, older)) {
            live(user, user == newer, n, unit, sizes);
        }
    }

    private void live(DssUser user, boolean isNewer, int n, int unit, int... sizes) throws IOException {
        succeeds(user, "configure dss1 " + n + " " + unit);
        for (int size : sizes) {
            String name = size + ".bin";
            byte[] content = new byte[size];
            new Random(size).nextBytes(content);
            user.allowFor((long) size / unit * n / (n - 1));
            Path source = Files.write(folder.resolve(name), content);
            succeeds(user, "copy dss1 " + source);
            read(user, name, content, "");
            if (isNewer && size > 0 && size <= 2 * (n - 1) * unit) {
                read(user, name, content, " 10");
                read(user, name, content, " 50");
            }
        }
        succeeds(user, "ls");
        if (isNewer) {
            succeeds(user, "disk-failure dss1");
            int last = sizes[sizes.length - 1];
            byte[] content = new byte[last];
            new Random(last).nextBytes(content);
            read(user, last + ".bin", content, "");
        }
        succeeds(user, "decommission dss1");
        user.allowFor(0);
    }

    private void read(DssUser user, String name, byte[] content, String chance) throws IOException {
        Path out = folder.resolve("out");
        Files.deleteIfExists(out);
        int before = user.out().length();
        boolean isRead = user.succeeds("read dss1 " + name + " " + out + chance);
        if (content.length == 0) {
            // The programs themselves take nothing for a failure.
            assertTrue(user.lastOutcome().endsWith("\"error\": \"read aborted\"}"), user::lastOutcome);
        } else if (!isRead && user.out().substring(before).contains("# chance hit stripe")) {
            // At 50 one stripe in 32 is hit each time that it is read.
            assertFalse(Files.exists(out));
        } else {
            assertTrue(isRead, user::lastOutcome);
            assertArrayEquals(content, Files.readAllBytes(out));
        }
    }

    private static void succeeds(DssUser user, String line) {
        assertTrue(user.succeeds(line), user::lastOutcome);
    }

    /** The users leave, and a Free disk is deregistered by the one-liner of the seed's README. */
    void leave() {
        succeeds(newer, "deregister");
        succeeds(older, "deregister");
        String program = "import socket,json; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);"
                + "s.sendto(json.dumps({'cmd':'deregister-disk','args':{'disk_name':'D5'}}).encode(),"
                + "('127.0.0.1'," + port + ")); print(s.recvfrom(12000)[0].decode())";
        Running oneLiner = Running.start(folder, "one-liner", List.of("python3", "-c", program));
        assertEquals(0, oneLiner.awaitEnd(LIMIT));
        assertEquals("{\"status\":\"SUCCESS\"}", oneLiner.out().strip());
        assertTrue(newer.longestSilenceMs() < 3_000, newer::out);
        assertTrue(older.longestSilenceMs() < 3_000, older::out);
    }

    @Override
    public void close() {
        newer.close();
        older.close();
        up.terminate();
        up.awaitEnd(LIMIT);
    }
}
