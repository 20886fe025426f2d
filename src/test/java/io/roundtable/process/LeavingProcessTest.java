package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the GCD and the others make of a peer that goes. */
class LeavingProcessTest {
    @TempDir
    Path folder;

    private Table table;
    private PeerProcess low;
    private PeerProcess high;

    @BeforeEach
    void sitDown() {
        table = new Table(folder).withGcd();
        low = table.peer(100, 4_000_001);
        high = table.peer(200, 4_000_002);
        table.awaitJoined(low);
        table.awaitJoined(high);
        table.awaitAgreement();
    }

    @AfterEach
    void close() {
        table.close();
    }

    @Test
    void aPeerThatIsToldToEndSaysGoodbyeAndIsListedNoMore() {
        high.process().terminate();
        high.process().awaitEnd(Duration.ofSeconds(3));

        assertEquals(low, table.awaitAgreement());
        assertEquals("", high.process().err());
        assertTrue(high.events().first("stopped").isPresent());
        JsonNode left = table.await("goodbye", () -> table.gcdEvents().first("member_left"));
        assertEquals("goodbye", left.get("reason").asString());
        assertEquals(List.of("leader"), states());
    }

    @Test
    void aPeerThatWasKilledIsListedAsGoneSoThatNewcomersMayStillAskIt() {
        high.process().kill();

        assertEquals(low, table.awaitAgreement());
        table.await("its connection ended", () -> table.gcdEvents().first("member_gone"));
        assertEquals(List.of("gone", "leader"), states());
    }

    private List<String> states() {
        return EventFile.parse(table.tool("members", "--json").assertSuccess().out()).stream()
                .map(member -> member.get("state").asString())
                .toList();
    }
}
