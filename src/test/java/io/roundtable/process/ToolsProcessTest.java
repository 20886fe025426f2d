package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Identity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The tools beside a table of five: who leads, who sits here, what happens; orders to fail and to recover. */
class ToolsProcessTest {
    private static final int PEERS = 5;

    @TempDir
    Path folder;

    private Table table;
    private final List<PeerProcess> peers = new ArrayList<>();

    @BeforeEach
    void sitDown() {
        table = new Table(folder).withGcd();
        for (int i = 0; i < PEERS; i++) {
            peers.add(table.peer(100 + i, 4_000_000 + i));
        }
        peers.forEach(table::awaitJoined);
        table.awaitAgreement();
    }

    @AfterEach
    void close() {
        table.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "ignore"})
    void aPeerFailsAndRecoversOnOrder(String mode) {
        PeerProcess leader = (PeerProcess) table.awaitAgreement();
        Identity identity = leader.identity();
        String id = Integer.toString(identity.id());
        List<PeerProcess> others =
                peers.stream().filter(peer -> !peer.equals(leader)).toList();

        table.tool("fail", id, "--mode", mode).assertSuccess();
        table.awaitAgreement(others);
        assertEquals(
                mode,
                leader.events().first("feigning").orElseThrow().get("mode").asString());
        table.awaitThat(
                "`members` says so",
                () -> members().stream()
                        .anyMatch(member ->
                                EventFile.identity(member.get("identity")).equals(identity)
                                        && member.get("state").asString().equals("feigning")));

        table.tool("recover", id).assertSuccess();
        assertEquals(leader, table.awaitAgreement());

        table.tool("fail", id, "--mode", mode, "--for", "300ms").assertSuccess();
        table.awaitThat(
                "recovery by itself", () -> leader.events().of("recovered").size() == 2);
        assertEquals(leader, table.awaitAgreement());
    }

    @Test
    @Timeout(120)
    void theToolsTellWhoLeadsWhoSitsHereAndWhatHappens() {
        Running watch = table.run("watch", "watch", "--json", "--gcd", "127.0.0.1:" + table.gcdPort());
        Identity first = table.awaitAgreement().identity();
        table.awaitThat("all agree in `leader`", () -> table.tool("leader").code() == 0);

        assertTrue(table.tool("leader").assertSuccess().out().startsWith(text(first) + " 127.0.0.1:"));
        JsonNode leader = EventFile.parse(
                        table.tool("leader", "--json").assertSuccess().out())
                .get(0);
        assertEquals(first, EventFile.identity(leader.get("leader")));
        assertTrue(Instant.parse(leader.get("since").asString()).isBefore(Instant.now()));

        List<JsonNode> members = members();
        assertEquals(PEERS, members.size());
        for (JsonNode member : members) {
            Identity identity = EventFile.identity(member.get("identity"));
            assertEquals(first, EventFile.identity(member.get("leader")));
            assertEquals(
                    identity.equals(first) ? "leader" : "follower",
                    member.get("state").asString());
            assertEquals("native", member.get("dialect").asString());
        }
        assertEquals(
                PEERS + 1, table.tool("members").assertSuccess().out().lines().count(), "a heading and the rows");

        // The watch may still be finding the peers: the leader fails until all have been seen to change theirs.
        Set<Identity> seen = new HashSet<>();
        while (seen.size() < PEERS) {
            table.tool("fail", Integer.toString(first.id()), "--mode", "ignore").assertSuccess();
            table.awaitAgreement(peers.subList(0, PEERS - 1));
            table.tool("recover", Integer.toString(first.id())).assertSuccess();
            table.awaitAgreement();
            EventFile.parse(watch.out()).stream()
                    .filter(event -> EventFile.isOf("leader_changed", event))
                    .forEach(event -> seen.add(EventFile.identity(event.get("self"))));
        }
    }

    private List<JsonNode> members() {
        return EventFile.parse(table.tool("members", "--json").assertSuccess().out());
    }

    private static String text(Identity identity) {
        return "(" + identity.days() + "," + identity.id() + ")";
    }
}
