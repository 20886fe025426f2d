package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The network splits: a side without the GCD manages nothing, the other goes on, and after it heals all is one again. In
 * network namespaces of its own, so it needs root.
 */
class SplitProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String GCD = TwoMachines.HERE + ":23600";

    @TempDir
    private Path folder;

    private TwoMachines machines;
    private final Map<Integer, EventFile> peers = new TreeMap<>();

    @BeforeEach
    void connect() throws Exception {
        assumeTrue(TwoMachines.run("iptables", "-V") == 0, "no iptables on this machine");
        machines = new TwoMachines(folder);
    }

    @AfterEach
    void end() throws Exception {
        if (machines != null) {
            machines.close();
        }
    }

    private void startPeer(String side, String host, int number) {
        EventFile log = new EventFile(folder.resolve("peer-" + number + ".log"));
        machines.start(
                side,
                "peer-" + number,
                "peer",
                GCD,
                "--quiet",
                "--listen",
                "0.0.0.0",
                "--advertise",
                host,
                "--birthday",
                PeerProcess.birthdayIn(10 * number),
                "--id",
                Integer.toString(1_000_000 + number),
                "--data",
                folder.resolve("disk" + number).toString(),
                "--log",
                log.path());
        peers.put(number, log);
    }

    private TwoMachines.Ended tool(String side, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--gcd", GCD));
        return machines.tool(side, all.toArray(String[]::new));
    }

    private void succeed(String... args) {
        TwoMachines.Ended ended = tool(machines.here, args);
        assertEquals(0, ended.code(), () -> ended + transcript());
    }

    private void assertReadable(String file, byte[] content) throws IOException {
        Path out = folder.resolve("out");
        succeed("read", "dss1", file, out.toString());
        assertArrayEquals(content, Files.readAllBytes(out), file);
    }

    private void await(String what, int peer, String event, int times) {
        Awaitility.await(what).atMost(LIMIT).until(() -> peers.get(peer).of(event), all -> all.size() >= times);
    }

    private String transcript() {
        StringBuilder text = new StringBuilder();
        peers.forEach((number, log) -> {
            text.append("\n==== peer ").append(number);
            for (JsonNode event : log.all()) {
                if (!EventFile.isOf("sent", event) && !EventFile.isOf("received", event)) {
                    text.append('\n').append(event);
                }
            }
        });
        return text.toString();
    }

    private Path file(String name, byte[] content) throws IOException {
        new Random(name.hashCode()).nextBytes(content);
        return Files.write(folder.resolve(name), content);
    }

    @Test
    void onlyTheSideWithTheGcdGoesOn() throws Exception {
        String here = machines.here;
        machines.start(here, "gcd", "gcd", "--listen", "0.0.0.0", "--advertise", TwoMachines.HERE, "--quiet");
        startPeer(here, TwoMachines.HERE, 1);
        startPeer(here, TwoMachines.HERE, 2);
        startPeer(machines.there, TwoMachines.THERE, 3);
        await("the highest manages", 3, "managing", 1);
        await("all disks are there", 3, "disk_arrived", 3);
        byte[] before = new byte[100_000];
        byte[] during = new byte[50_000];
        succeed("configure", "dss1", "3", "4096");
        succeed("copy", "dss1", file("before", before).toString());

        // Silently: no connection ends.
        TwoMachines.need("ip", "netns", "exec", here, "iptables", "-A", "INPUT", "-i", "veth0", "-j", "DROP");
        TwoMachines.need("ip", "netns", "exec", here, "iptables", "-A", "OUTPUT", "-o", "veth0", "-j", "DROP");

        succeed("copy", "dss1", file("during", during).toString());
        assertReadable("before", before);
        assertReadable("during", during);
        await("who was cut off stops managing", 3, "managing_ended", 1);
        TwoMachines.Ended cutOff = tool(
                machines.there,
                "read",
                "dss1",
                "before",
                folder.resolve("never").toString());
        assertEquals(1, cutOff.code(), cutOff::toString);
        assertTrue(cutOff.err().startsWith("roundtable: "), cutOff.err());

        TwoMachines.need("ip", "netns", "exec", here, "iptables", "-F");

        await("the highest manages again", 3, "managing", 2);
        Awaitility.await("all shares are there").atMost(LIMIT).until(() -> {
            TwoMachines.Ended explained = tool(here, "explain", "dss1");
            return explained.code() == 0
                    && explained.out().startsWith("dss1: every file survives the loss of any one more disk (as of ");
        });
        assertReadable("before", before);
        assertReadable("during", during);
        List<Long> epochs = new ArrayList<>();
        peers.values()
                .forEach(log -> log.of("managing")
                        .forEach(event -> epochs.add(event.get("epoch").asLong())));
        assertEquals(epochs.stream().distinct().count(), epochs.size(), "an epoch was given twice" + transcript());
        assertEquals(Optional.empty(), peers.get(1).first("disk_problem"));
    }
}
