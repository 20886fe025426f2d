package io.roundtable.election;

import static io.roundtable.election.Fixtures.askedOf;
import static io.roundtable.election.Fixtures.asks;
import static io.roundtable.election.Fixtures.id;
import static io.roundtable.election.Fixtures.lab;
import static io.roundtable.election.Fixtures.tells;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes that name all members in COORDINATOR, dead and higher ones too: their list names no sender. */
class LabListsTest {
    /** Knows 100 and 200; follows 200. */
    private final Bench peer = Bench.following(lab(200), 50, lab(100));

    private List<Effect> listOfAll() {
        return peer.coordinator(lab(200), lab(200), lab(100), peer.self);
    }

    /** 200 is killed: it refuses the connection of the PROBE, and of the ELECTION that follows. */
    private void kill200() {
        peer.fire(PeerTimer.PROBE);
        peer.noAnswer(peer.askOf(200), NoAnswer.REFUSED);
        peer.pass(LabLanes.ELECTION_GAP_MS);
        if (peer.askOf(200).message() instanceof Message.Election) {
            peer.noAnswer(peer.askOf(200), NoAnswer.REFUSED);
        }
    }

    @Test
    void theLeaderIsTheHighestThatIsNotKnownToBeDead() {
        kill200();
        peer.labOk(peer.askOf(100));

        listOfAll();
        peer.pass(LabLanes.ELECTION_GAP_MS);

        assertEquals(100, peer.leaderDays());
        assertEquals(PeerState.FOLLOWER, peer.state());
    }

    @Test
    void oneThatRefusesTheConnectionIsStruckAndTheNextTaken() {
        Bench newcomer = Bench.joined(50, lab(100), lab(200));
        newcomer.labOk(newcomer.askOf(100));
        List<Effect> effects = new ArrayList<>(newcomer.coordinator(lab(200), lab(200), lab(100)));
        effects.addAll(newcomer.pass(LabLanes.GAP_MS));
        Effect.Ask asked = asks(effects).get(0);
        assertEquals(id(200), asked.to().identity());
        assertInstanceOf(Message.Probe.class, asked.message());

        newcomer.noAnswer(asked, NoAnswer.REFUSED);
        newcomer.pass(LabLanes.GAP_MS);

        assertEquals(100, newcomer.leaderDays());
    }

    @Test
    void aListNeverMakesADeadMemberAliveAgain() {
        kill200();
        assertFalse(peer.machine.roster().isReachable(id(200)));

        listOfAll();

        assertFalse(peer.machine.roster().isReachable(id(200)));
    }

    @Test
    void theSameListAgainAndAgainChangesTheLeaderOnce() {
        kill200();
        peer.labOk(peer.askOf(100));
        listOfAll();
        peer.pass(LabLanes.ELECTION_GAP_MS);
        assertEquals(100, peer.leaderDays());

        for (int i = 0; i < 20; i++) {
            List<Effect> effects = new ArrayList<>(listOfAll());
            effects.addAll(peer.pass(LabLanes.ELECTION_GAP_MS));
            assertTrue(Fixtures.events(effects).isEmpty(), effects::toString);
            assertEquals(100, peer.leaderDays());
        }
    }

    /** It answers each ELECTION and announces itself each time, on a list of which nobody is alive. */
    @Test
    void threeRoundsWithoutALeaderAreEnoughHoweverOftenSomebodyAnnouncesTheDead() {
        Bench below = Bench.joined(10, lab(80), lab(95), lab(96));
        for (int round = 1; round <= 3; round++) {
            assertFalse(below.state() == PeerState.LEADER);
            below.noAnswer(below.askOf(95), NoAnswer.REFUSED);
            below.noAnswer(below.askOf(96), NoAnswer.REFUSED);
            below.labOk(below.askOf(80));
            below.coordinator(lab(96), lab(96), lab(95));
            below.fire(PeerTimer.VICTOR);
            below.pass(LabLanes.ELECTION_GAP_MS);
        }
        below.noAnswer(below.askOf(95), NoAnswer.REFUSED);
        below.noAnswer(below.askOf(96), NoAnswer.REFUSED);
        below.labOk(below.askOf(80));

        assertEquals(PeerState.LEADER, below.state());
    }

    /** A leader that a lab node asks without end announces itself, at most twice a second. */
    @Test
    void whoAsksAllTheTimeIsToldTwiceASecond() {
        Bench leader = Bench.joined(100, lab(50));
        leader.pass(LabLanes.ELECTION_GAP_MS);
        int told = 0;
        for (int i = 0; i < 1_000; i++) {
            List<Effect> effects = new ArrayList<>(leader.labElection(lab(50), leader.self));
            effects.addAll(leader.pass(10));
            told += tells(effects).size();
            assertEquals(List.of(), askedOf(effects));
        }
        assertTrue(told > 0 && told <= 2 * 10, "told " + told + " times in ten seconds");
    }
}
