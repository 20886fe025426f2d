package io.roundtable.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PeerStateTest {
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FEIGNING")
    void anyHealthyStateMayFailElectOrFollow(PeerState state) {
        assertTrue(
                state.successors().containsAll(EnumSet.of(PeerState.FEIGNING, PeerState.WAIT_OK, PeerState.FOLLOWER)));
    }

    @Test
    void recoveryIsTheOnlyWayOutOfAFeignedFailure() {
        assertEquals(Set.of(PeerState.QUIESCENT), PeerState.FEIGNING.successors());
    }

    @ParameterizedTest
    @EnumSource
    void aVictorIsAwaitedOnlyAfterAnOk(PeerState state) {
        assertEquals(state == PeerState.WAIT_OK, state.successors().contains(PeerState.WAIT_VICTOR));
    }

    @ParameterizedTest
    @EnumSource
    void theTableCannotBeChangedByItsReaders(PeerState state) {
        state.successors().clear();

        assertFalse(state.successors().isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void anElectionOfOurOwnIsUnderWayWhileWeWait(PeerState state) {
        assertEquals(EnumSet.of(PeerState.WAIT_OK, PeerState.WAIT_VICTOR).contains(state), state.isElecting());
    }
}
