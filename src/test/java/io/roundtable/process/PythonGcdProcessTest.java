package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A Python GCD instead of ours: it knows only the lab dialect, and our peers still know each other. */
class PythonGcdProcessTest {
    /** Probed as the lab dialect does, the earliest that a hung leader can be found is 500 + 1000 ms. */
    private static final long NATIVE_DETECTION_MAX_MS = 1_000;

    @TempDir
    Path folder;

    private Table table;

    @BeforeAll
    static void needsPython() {
        Commands.assumePython();
    }

    @BeforeEach
    void open() {
        table = new Table(folder).withPythonGcd();
    }

    @AfterEach
    void close() {
        table.close();
    }

    @Test
    void peersAndPythonNodesAgreeWhenLeadersDie() {
        for (Seat seat : List.of(
                table.python("node_pair.py", 100, 4_000_001),
                table.peer(200, 4_000_002),
                table.python("node_text.py", 250, 4_000_003),
                table.peer(300, 4_000_004))) {
            table.awaitJoined(seat);
        }
        Seat leader = table.awaitAgreement();
        while (table.living().size() > 1) {
            leader.process().kill();
            leader = table.awaitAgreement();
        }
    }

    @Test
    void nativePeersKnowEachOtherThroughItAndReplaceAHungLeaderFast() {
        PeerProcess low = table.peer(100, 4_000_001);
        PeerProcess high = table.peer(200, 4_000_002);
        table.awaitJoined(low);
        table.awaitJoined(high);
        table.awaitAgreement();

        long stoppedAtMs = System.currentTimeMillis();
        high.process().stop();
        table.awaitAgreement(List.of(low));

        List<JsonNode> changes = low.events().of("leader_changed");
        long tookMs = EventFile.millis(changes.get(changes.size() - 1)) - stoppedAtMs;
        assertTrue(tookMs < NATIVE_DETECTION_MAX_MS, () -> "took " + tookMs + " ms\n" + table.transcript());

        high.process().wake();
        table.awaitAgreement();
    }

    @Test
    void peersElectWhileItIsAwayAndJoinAgainWhenItIsBack() {
        PeerProcess low = table.peer(100, 4_000_001);
        PeerProcess middle = table.peer(200, 4_000_002);
        PeerProcess high = table.peer(300, 4_000_003);
        table.living().forEach(table::awaitJoined);
        table.awaitAgreement();

        table.gcd().kill();
        high.process().kill();
        table.awaitAgreement();

        table.restartPythonGcd();
        for (PeerProcess peer : List.of(low, middle)) {
            table.awaitThat(
                    "JOIN of " + peer.identity(), () -> table.gcd().out().contains("JOIN " + python(peer)));
        }
    }

    @Test
    void toolsSayThatItCannotTell() {
        table.tool("members").assertRefused(1, "speaks only the lab dialect");
        table.tool("leader", "--json").assertRefused(1, "speaks only the lab dialect");
    }

    private static String python(Seat seat) {
        return "(" + seat.identity().days() + ", " + seat.identity().id() + ")";
    }
}
