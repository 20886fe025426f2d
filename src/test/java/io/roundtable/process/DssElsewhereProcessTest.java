package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users of the DSS protocol on another machine, which say of themselves what is true on theirs alone. */
class DssElsewhereProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PORT = 53_000;

    @Test
    void usersThatRegisterLoopbackAreAnsweredAndNotTakenForEachOther(@TempDir Path folder) throws Exception {
        Commands.assumePython();
        byte[] content = new byte[20_000];
        new Random(1).nextBytes(content);
        Path source = Files.write(folder.resolve("a.bin"), content);
        Path out = folder.resolve("out");
        EventFile events = new EventFile(folder.resolve("up.log"));
        try (TwoMachines machines = new TwoMachines(folder)) {
            machines.start(
                    machines.here,
                    "up",
                    "up",
                    "--dss",
                    "--listen",
                    "0.0.0.0",
                    "--advertise",
                    TwoMachines.HERE,
                    "--quiet",
                    "--log",
                    events.path());
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> events.of("listening").stream()
                            .anyMatch(event -> event.has("dss_port")
                                    && event.get("dss_port").asInt() == PORT));
            // Both say 127.0.0.1 and the same two ports.
            try (DssUser there = user(folder, machines.there, "newer", "U1");
                    DssUser here = user(folder, machines.here, "older", "u2")) {
                assertTrue(there.isRegistered(), there::lastOutcome);
                assertTrue(here.isRegistered(), here::lastOutcome);
                succeeds(there, "configure dss1 4 1024");
                succeeds(there, "copy dss1 " + source);
                succeeds(there, "read dss1 a.bin " + out);
                assertArrayEquals(content, Files.readAllBytes(out));
                succeeds(here, "read dss1 a.bin " + out + "2");
                assertArrayEquals(content, Files.readAllBytes(folder.resolve("out2")));
                succeeds(there, "disk-failure dss1");
                succeeds(there, "decommission dss1");
                succeeds(here, "deregister");
                succeeds(there, "deregister");
            }
        }
    }

    private static DssUser user(Path folder, String machine, String version, String name) {
        List<String> before = List.of("ip", "netns", "exec", machine);
        return new DssUser(folder, before, version, name, TwoMachines.HERE, PORT, 5_001, "own");
    }

    private static void succeeds(DssUser user, String line) {
        assertTrue(user.succeeds(line), user::lastOutcome);
    }
}
