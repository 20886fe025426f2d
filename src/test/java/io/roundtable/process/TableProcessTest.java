package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.protocol.Identity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A GCD and five peers, each a process of its own, started by the real launcher. */
class TableProcessTest {
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

    @Test
    void survivorsAgreeWhenLeadersAreKilledAndTheLastOneLeadsItself() {
        Seat leader = table.awaitAgreement();
        while (table.living().size() > 1) {
            leader.process().kill();
            leader = table.awaitAgreement();
        }
    }

    @Test
    void aHungLeaderIsReplacedAndLeadsAgainWhenItWakes() {
        Seat hung = table.awaitAgreement();
        hung.process().stop();
        List<PeerProcess> others =
                peers.stream().filter(peer -> !peer.equals(hung)).toList();
        table.awaitAgreement(others);

        hung.process().wake();
        assertEquals(hung, table.awaitAgreement());
        table.awaitThat(
                "`leader` names it again", () -> table.tool("leader").out().startsWith(text(hung.identity())));
    }

    @Test
    void electionsNeedNoGcdAndPeersJoinAgainByThemselvesWhenItIsBack() {
        table.gcd().kill();
        table.awaitAgreement().process().kill();
        Seat leader = table.awaitAgreement();

        table.restartGcd();
        Set<Identity> living = new HashSet<>();
        table.living().forEach(seat -> living.add(seat.identity()));
        table.awaitThat("all listed again", () -> listed().equals(living));
        assertEquals(leader, table.awaitAgreement());
    }

    private Set<Identity> listed() {
        Set<Identity> identities = new HashSet<>();
        members().forEach(member -> identities.add(EventFile.identity(member.get("identity"))));
        return identities;
    }

    private List<JsonNode> members() {
        return EventFile.parse(table.tool("members", "--json").assertSuccess().out());
    }

    private static String text(Identity identity) {
        return "(" + identity.days() + "," + identity.id() + ")";
    }
}
