package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three Python nodes that differ as real ones do, two peers of ours, our GCD; leaders die one after the other. */
class MixedGroupProcessTest {
    private static final int ID = 4_000_000;

    /** In which order members sit down, each after the one before has joined. */
    enum Order {
        LOWEST_FIRST,
        HIGHEST_FIRST,
        SHUFFLED,
        AT_ONCE
    }

    @TempDir
    Path folder;

    @BeforeAll
    static void needsPython() {
        Commands.assumePython();
    }

    /** @param ranking highest first */
    @ParameterizedTest
    @CsvSource({
        "peer pair text noprobe peer, LOWEST_FIRST",
        "text peer noprobe peer pair, HIGHEST_FIRST",
        "pair noprobe textpeer peer text, SHUFFLED",
        "noprobe peer pair text peer, AT_ONCE",
        "labpeer pair peer text noprobe, AT_ONCE",
    })
    void whoeverIsHighestLeadsUntilItDiesAndThenTheNext(String ranking, Order order) {
        try (Table table = new Table(folder).withGcd()) {
            sitDown(table, Arrays.asList(ranking.split(" ")), order);
            Seat leader = table.awaitAgreement();
            while (table.living().size() > 1) {
                leader.process().kill();
                leader = table.awaitAgreement();
            }
            assertEquals(List.of(), table.unreadByPython());
        }
    }

    @Test
    void aLeaderThatNeverAnswersProbeIsLeftInPeaceWhileItAcceptsConnections() {
        try (Table table = new Table(folder).withGcd()) {
            Seat leader = table.python("node_noprobe.py", 300, ID);
            table.awaitJoined(leader);
            PeerProcess follower = table.peer(200, ID + 1);
            table.awaitAgreement();

            table.awaitThat("a probe", () -> probes(follower) > 0);
            // Longer than a probe may go unanswered, and than the next one would take: the open one is the watch.
            Awaitility.await()
                    .during(Duration.ofSeconds(5))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> follower.events().of("leader_lost").isEmpty() && probes(follower) == 1);

            leader.process().kill();
            table.awaitAgreement();
        }
    }

    private static long probes(PeerProcess peer) {
        return peer.events().of("sent").stream()
                .filter(sent -> sent.get("kind").asString().equals("PROBE"))
                .count();
    }

    private static void sitDown(Table table, List<String> ranking, Order order) {
        List<Integer> ranks = new ArrayList<>();
        for (int rank = ranking.size() - 1; rank >= 0; rank--) {
            ranks.add(rank);
        }
        switch (order) {
            case HIGHEST_FIRST -> Collections.reverse(ranks);
            case SHUFFLED -> Collections.shuffle(ranks, new Random(7));
            case LOWEST_FIRST, AT_ONCE -> {}
        }
        for (int rank : ranks) {
            Seat seat = sitDown(table, ranking.get(rank), 300 - 10 * rank, ID + rank);
            if (order != Order.AT_ONCE) {
                table.awaitJoined(seat);
            }
        }
        table.living().forEach(table::awaitJoined);
    }

    private static Seat sitDown(Table table, String kind, int days, int id) {
        return switch (kind) {
            case "peer" -> table.peer(days, id);
            case "textpeer" -> table.peer(days, id, "--ok-form", "text");
            case "labpeer" -> table.peer(days, id, "--dialect", "lab");
            default -> table.python("node_" + kind + ".py", days, id);
        };
    }
}
