package io.roundtable.election;

import static io.roundtable.election.Fixtures.lab;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import org.junit.jupiter.api.Test;

/** Some lab nodes never say OK: they take a question, close, and announce themselves. */
class ClosersTest {
    private static final Member ABOVE = lab(60);

    private static Bench asking() {
        Bench peer = Bench.joined(50, lab(10), ABOVE);
        peer.noAnswer(peer.askOf(60), NoAnswer.CLOSED);
        return peer;
    }

    private static void announces(Bench peer) {
        peer.coordinator(ABOVE, ABOVE, peer.self, lab(10));
    }

    @Test
    void whoClosedOurQuestionIsBelievedAtOnceWhenItAnnouncesItself() {
        Bench peer = asking();
        announces(peer);

        assertEquals(PeerState.FOLLOWER, peer.state());
        assertEquals(60, peer.leaderDays());
    }

    @Test
    void whoeverAnnouncesItselfTooLateIsAskedAgainSoon() {
        Bench peer = asking();
        peer.fire(PeerTimer.LAB_OK);
        assertEquals(PeerState.LEADER, peer.state());

        peer.fire(PeerTimer.RECHECK);
        peer.noAnswer(electionTo60(peer), NoAnswer.CLOSED);
        announces(peer);
        peer.fire(PeerTimer.VERIFY);

        assertEquals(60, peer.leaderDays());
    }

    private static Effect.Ask electionTo60(Bench peer) {
        Effect.Ask ask = peer.askOf(60);
        assertEquals(Message.Election.class, ask.message().getClass());
        return ask;
    }
}
