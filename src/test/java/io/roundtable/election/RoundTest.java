package io.roundtable.election;

import static io.roundtable.election.Fixtures.days;
import static io.roundtable.election.Fixtures.id;
import static io.roundtable.election.Fixtures.lab;
import static io.roundtable.election.Fixtures.nat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Member;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundTest {
    private final Roster roster = new Roster(nat(1));

    private Round among(Member... others) {
        List.of(others).forEach(roster::learn);
        return new Round(roster.above(id(1)), roster);
    }

    private static void failAll(Round round, List<Member> batch, NoAnswer why) {
        batch.forEach(member -> round.failed(member.identity(), why));
    }

    @Test
    void withNobodyAboveItIsOverAtOnce() {
        Round round = among();

        assertTrue(round.isBatchOver());
        assertEquals(List.of(), round.nextBatch());
        assertTrue(round.isBatchOver());
    }

    @Test
    void nativesComeInDoublingBatchesHighestFirst() {
        Round round = among(Fixtures.nats(2, 10).toArray(Member[]::new));

        for (List<Integer> expected : List.of(List.of(10), List.of(9, 8), List.of(7, 6, 5, 4), List.of(3, 2))) {
            List<Member> batch = round.nextBatch();
            assertEquals(expected, days(batch));
            assertFalse(round.isBatchOver());
            failAll(round, batch, NoAnswer.REFUSED);
            assertTrue(round.isBatchOver());
        }
        assertEquals(List.of(), round.nextBatch());
    }

    @Test
    void labMembersAreAllInTheFirstBatchAndOnlyThere() {
        Round round = among(lab(5), nat(6), lab(7), nat(8));

        assertEquals(List.of(7, 5, 8), days(round.nextBatch()));
        assertEquals(List.of(6), days(round.nextBatch()));
    }

    @Test
    void unreachableNativesComeLast() {
        List.of(nat(5), nat(6), nat(7)).forEach(roster::learn);
        roster.markUnreachable(id(7));
        Round round = among();

        assertEquals(List.of(6), days(round.nextBatch()));
        assertEquals(List.of(5, 7), days(round.nextBatch()));
    }

    @Test
    void aBatchIsOverOnlyWhenTheLastHasFailed() {
        Round round = among(lab(5), lab(6));
        round.nextBatch();

        round.failed(id(5), NoAnswer.REFUSED);
        round.failed(id(5), NoAnswer.REFUSED);
        assertFalse(round.isBatchOver());
        round.failed(id(6), NoAnswer.REFUSED);
        assertTrue(round.isBatchOver());
    }

    @Test
    void oneAnswerEndsTheAsking() {
        Round round = among(lab(5), lab(6));
        round.nextBatch();
        round.answered(id(5), false);
        round.failed(id(6), NoAnswer.CLOSED);

        assertTrue(round.isAnswered());
        assertFalse(round.isBatchOver());
    }

    @Test
    void onlyANativeAnswererIsAwaited() {
        Round round = among(lab(5), nat(6));
        round.nextBatch();

        round.answered(id(5), false);
        assertFalse(round.isAwaiting(id(5)));
        round.answered(id(6), true);
        assertTrue(round.isAwaiting(id(6)));
        round.answered(id(5), false);
        assertTrue(round.isAwaiting(id(6)));
    }

    @Test
    void onlySilenceCountsAsATimeout() {
        Round round = among(lab(5), lab(6), lab(7));
        round.nextBatch();

        round.failed(id(5), NoAnswer.REFUSED);
        round.failed(id(6), NoAnswer.CLOSED);
        assertFalse(round.hasTimedOut());
        round.failed(id(7), NoAnswer.SILENT);
        assertTrue(round.hasTimedOut());
    }
}
