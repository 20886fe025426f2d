package io.roundtable.peer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GcdTrustTest {
    private static final Member OTHER =
            new Member(new Identity(10, 1_000_010), new Address("127.0.0.1", 6_000), Dialect.NATIVE);
    private static final LeaseMessage VACANT = new LeaseMessage.Held(Optional.empty(), 3, 10);
    private static final LeaseMessage HELD = new LeaseMessage.Held(Optional.of(OTHER), 3, 250);

    private final GcdTrust trust = new GcdTrust();

    @Test
    void twoSilencesInARowAreTooMany() {
        trust.onSilence();
        trust.onAnswer(new Control.Done(), 1_000);
        trust.onSilence();
        assertFalse(trust.isLost());

        trust.onSilence();
        assertTrue(trust.isLost());
    }

    @Test
    void aNewConnectionBeginsAnew() {
        trust.onSilence();
        trust.onSilence();
        trust.begin();
        assertFalse(trust.isLost());
    }

    @Test
    void whoRefusesTheLeaseForLongThoughNobodyHoldsItIsCutOff() {
        for (long nowMs = 0; nowMs < 5_000; nowMs += 250) {
            trust.onAnswer(VACANT, nowMs);
            trust.onAnswer(new Control.Done(), nowMs);
            assertFalse(trust.isLost());
        }
        trust.onAnswer(VACANT, 5_000);
        assertTrue(trust.isLost());
    }

    @Test
    void whoSaysThatAnotherHoldsTheLeaseIsNot() {
        for (long nowMs = 0; nowMs < 20_000; nowMs += 250) {
            trust.onAnswer(nowMs % 4_000 == 0 ? HELD : VACANT, nowMs);
            assertFalse(trust.isLost());
        }
    }

    @Test
    void aRefusalOfLongAgoDoesNotCount() {
        trust.onAnswer(VACANT, 0);
        trust.onAnswer(VACANT, 60_000);
        assertFalse(trust.isLost());
    }
}
