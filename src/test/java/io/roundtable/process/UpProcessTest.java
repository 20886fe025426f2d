package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code roundtable up}: a GCD and its peers in one process. */
class UpProcessTest {
    /** Both codes mean a clean end by Ctrl-C: 130 is what a JVM ends with when a signal stopped it in good order. */
    private static final Set<Integer> INTERRUPTED = Set.of(0, 130);

    @TempDir
    Path folder;

    private Running up;

    @AfterEach
    void close() {
        if (up != null) {
            up.kill();
        }
    }

    private EventFile start(String name, String... more) {
        EventFile events = new EventFile(folder.resolve(name + ".log"));
        List<String> args = new ArrayList<>(List.of("up", "--peers", "5", "--port", "0", "--log"));
        args.add(events.path());
        args.addAll(List.of(more));
        List<String> command = Commands.roundtable(args.toArray(String[]::new));
        up = Running.start(folder, name, Commands.interruptible(command));
        return events;
    }

    @Test
    void ctrlCEndsItCleanlyWithinThreeSeconds() {
        EventFile events = start("up");
        Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> agreed(events));

        up.interrupt();

        int code = up.awaitEnd(Duration.ofSeconds(3));
        assertTrue(INTERRUPTED.contains(code), () -> "exit code " + code + "\n" + up.err());
        assertEquals("", up.err());
        assertEquals(6, events.of("stopped").size(), "the GCD and each peer say goodbye");
        assertTrue(up.out().contains(" leader_changed "), "the election log is on the screen");
    }

    @Test
    void nobodyHasToReadWhatItSays() throws Exception {
        EventFile events = new EventFile(folder.resolve("unread.log"));
        Process unread = new ProcessBuilder(Commands.roundtable(
                        "up",
                        "--peers",
                        "5",
                        "--port",
                        "0",
                        "--probes",
                        "--messages",
                        "--json",
                        "--log",
                        events.path()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            // A pipe takes 64 KiB; the same lines stand in the file.
            Path file = Path.of(events.path());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(file) && Files.size(file) > 1 << 20);
        } finally {
            unread.destroyForcibly().waitFor();
        }
        assertTrue(agreed(events));
        assertEquals(0, events.of("leader_lost").size(), "the group did not notice");
    }

    private static boolean agreed(EventFile events) {
        Map<Identity, Identity> leaders = new HashMap<>();
        events.of("leader_changed")
                .forEach(event ->
                        leaders.put(EventFile.identity(event.get("self")), EventFile.identity(event.get("leader"))));
        return leaders.size() == 5 && Set.copyOf(leaders.values()).size() == 1;
    }

    @Test
    void chaosMakesPeersFeignRecoverAndElectAgain() {
        EventFile events = start("chaos", "--chaos", "--seed", "7", "--for", "15s", "--quiet");

        assertEquals(0, up.awaitEnd(Duration.ofSeconds(60)), up::err);

        assertEquals("", up.err());
        assertEquals("", up.out());
        Set<String> modes = new TreeSet<>();
        List<JsonNode> feigned = events.of("feigning");
        feigned.forEach(event -> modes.add(event.get("mode").asString()));
        assertEquals(Set.of("close", "ignore"), modes);
        assertTrue(feigned.size() >= 5, () -> feigned.size() + " failures");
        assertFalse(events.of("recovered").isEmpty());
        Set<Identity> leaders = events.of("leader_changed").stream()
                .map(event -> EventFile.identity(event.get("leader")))
                .collect(Collectors.toSet());
        assertTrue(leaders.size() >= 2, () -> "led: " + leaders);
        // Nobody feigns twice without recovering between.
        Map<Identity, String> last = new HashMap<>();
        for (JsonNode event : events.all()) {
            String kind = event.get("event").asString();
            if (kind.equals("feigning") || kind.equals("recovered")) {
                String before = last.put(EventFile.identity(event.get("self")), kind);
                assertFalse(kind.equals(before), event::toString);
            }
        }
    }

    @Test
    void theSameSeedSeatsTheSameTable() {
        EventFile first = start("first", "--seed", "11", "--for", "300ms", "--quiet");
        up.awaitEnd(Duration.ofSeconds(40));
        EventFile second = start("second", "--seed", "11", "--for", "300ms", "--quiet");
        up.awaitEnd(Duration.ofSeconds(40));

        assertEquals(identities(first), identities(second));
        assertEquals(5, identities(first).size());
    }

    private static Set<String> identities(EventFile events) {
        return events.of("listening").stream()
                .map(event -> event.get("self").toString())
                .filter(self -> self.startsWith("["))
                .collect(Collectors.toSet());
    }
}
