package io.roundtable.election;

import static io.roundtable.election.Fixtures.events;
import static io.roundtable.election.Fixtures.fact;
import static io.roundtable.election.Fixtures.lab;
import static io.roundtable.election.Fixtures.nat;
import static io.roundtable.election.Fixtures.view;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.event.EventKind;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Faults of lab nodes that show only over time (docs/PROTOCOL.md, A log that teaches). */
class LabFaultReportsTest {
    private static final int SETTLED_MS = Timing.NATIVE.labVictorTimeoutMs();

    private static boolean has(List<Effect> effects, EventKind kind) {
        return events(effects).contains(kind);
    }

    @Test
    void whoSaysOkThreeTimesAndNeverAnnouncesIsNamed() {
        Bench peer = Bench.joined(10, lab(80), lab(90));
        List<Effect> effects = new ArrayList<>();
        for (int round = 1; round <= 3; round++) {
            assertFalse(has(effects, EventKind.NO_COORDINATOR));
            peer.labOk(peer.askOf(90));
            effects.addAll(peer.fire(PeerTimer.VICTOR));
            effects.addAll(peer.pass(LabLanes.ELECTION_GAP_MS));
        }

        assertEquals(lab(90).identity(), fact(effects, EventKind.NO_COORDINATOR, "peer"));
        assertEquals("said OK 3 times, never announced", fact(effects, EventKind.NO_COORDINATOR, "reason"));
    }

    // ---- announcing oneself below the leader

    @Test
    void aNodeThatTakesItselfForHigherThanTheLeaderIsTold() {
        Bench leader = Bench.joined(100, lab(99));
        leader.pass(SETTLED_MS);

        List<Effect> effects = leader.victory(lab(99));

        assertEquals(lab(99).identity(), fact(effects, EventKind.WRONG_LEADER, "peer"));
        assertEquals(nat(100).identity(), fact(effects, EventKind.WRONG_LEADER, "leader"));
        assertTrue(
                fact(effects, EventKind.WRONG_LEADER, "hint").toString().contains("as text '99' is higher than '100'"));
    }

    @Test
    void whoIsLowerAsTextTooIsToldToAsk() {
        Bench leader = Bench.joined(90, lab(80));
        leader.pass(SETTLED_MS);

        List<Effect> effects = leader.coordinator(lab(80), lab(80));

        assertTrue(fact(effects, EventKind.WRONG_LEADER, "hint").toString().startsWith("ask everybody above"));
    }

    @Test
    void aListDoesNotSayWhoseItIs() {
        Bench leader = Bench.joined(100, lab(99), lab(50));
        leader.pass(SETTLED_MS);

        List<Effect> effects = leader.coordinator(lab(100), lab(99), lab(50), lab(100));

        assertEquals("(99,1000099) (50,1000050)", String.valueOf(fact(effects, EventKind.WRONG_LEADER, "may_be")));
    }

    /** Their COORDINATOR says whose it is, so the list is none of theirs. */
    @Test
    void nativeMembersOnAListAreNotSuspected() {
        Bench leader = Bench.joined(100, lab(99), lab(50), nat(70));
        leader.pass(SETTLED_MS);

        List<Effect> effects = leader.coordinator(lab(99), lab(99), nat(70), lab(50));

        assertEquals("(99,1000099) (50,1000050)", String.valueOf(fact(effects, EventKind.WRONG_LEADER, "may_be")));
    }

    /** Tables of the simulator blamed a lower member on the list of one that had been stopped. */
    @Test
    void aListThatBeginsWithOneWhoMayBeBackBlamesNobody() {
        Bench leader = Bench.joined(100, lab(120), lab(99));
        leader.noAnswer(leader.askOf(120), NoAnswer.REFUSED);
        leader.pass(SETTLED_MS);
        leader.pass(SETTLED_MS);
        assertEquals(PeerState.LEADER, leader.state());

        assertFalse(has(leader.coordinator(lab(120), lab(120), lab(99), nat(100)), EventKind.WRONG_LEADER));
    }

    @Test
    void beforeTheTableHasSettledNobodyIsBlamed() {
        Bench leader = Bench.joined(100, lab(99));

        assertFalse(has(leader.victory(lab(99)), EventKind.WRONG_LEADER));
    }

    @Test
    void aFollowerWaitsForASignOfItsLeader() {
        Bench follower = Bench.following(nat(120), 10, lab(99));
        follower.pass(SETTLED_MS);
        assertFalse(has(follower.victory(lab(99)), EventKind.WRONG_LEADER));

        follower.fire(PeerTimer.PROBE);
        Message.View leads = view(nat(120), PeerState.LEADER, nat(120));
        List<Effect> effects = follower.ok(follower.askOf(120), leads);

        assertEquals(lab(99).identity(), fact(effects, EventKind.WRONG_LEADER, "peer"));
    }

    /** A table of the simulator blamed a node that had taken over from a stopped leader. */
    @Test
    void whoTookOverWhileWeWereStoppedIsNotBlamed() {
        Bench leader = Bench.joined(100, lab(99));
        leader.pass(SETTLED_MS);
        leader.machine.backSince(leader.nowMs);
        assertFalse(has(leader.victory(lab(99)), EventKind.WRONG_LEADER));

        leader.pass(SETTLED_MS);
        assertTrue(has(leader.victory(lab(99)), EventKind.WRONG_LEADER));
    }

    /** It noticed before we did. */
    @Test
    void whoFollowsADeadLeaderIsNotBlamed() {
        Bench follower = Bench.following(nat(120), 10, lab(99));
        follower.pass(SETTLED_MS);
        List<Effect> effects = new ArrayList<>(follower.victory(lab(99)));
        effects.addAll(follower.disconnected(nat(120)));
        effects.addAll(follower.victory(lab(99)));

        assertFalse(has(effects, EventKind.WRONG_LEADER), effects::toString);
    }

    @Test
    void theLeadersOwnListIsRight() {
        Bench follower = Bench.following(lab(120), 10, lab(99));
        follower.pass(SETTLED_MS);

        assertFalse(has(follower.coordinator(lab(120), lab(120), lab(99), nat(10)), EventKind.WRONG_LEADER));
    }
}
