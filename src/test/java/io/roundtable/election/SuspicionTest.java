package io.roundtable.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuspicionTest {
    private static final int FLOOR_MS = 160;

    private final Suspicion suspicion = new Suspicion(FLOOR_MS, 0);

    private void sendProbes(int count) {
        for (int i = 0; i < count; i++) {
            suspicion.probeSent();
        }
    }

    @Test
    void silenceMeansNothingBeforeTwoProbesWentUnanswered() {
        sendProbes(1);
        assertEquals(0, suspicion.level(1_000_000));
        sendProbes(1);
        assertTrue(suspicion.level(1_000_000) > 1);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "80, 0.5", "159, 0.99375", "160, 1", "320, 2"})
    void theLevelIsSilenceInUnitsOfWhatIsNormal(long silentMs, double level) {
        sendProbes(2);
        assertEquals(level, suspicion.level(silentMs), 1e-9);
    }

    @Test
    void whateverTheLeaderSaysClearsIt() {
        sendProbes(5);
        suspicion.heard(1_000);

        assertEquals(0, suspicion.unanswered());
        assertEquals(0, suspicion.level(2_000));
        sendProbes(2);
        assertEquals(1, suspicion.level(1_000 + FLOOR_MS), 1e-9);
    }

    @ParameterizedTest
    @CsvSource({"0, 160", "10, 200", "100, 560", "1000, 4160", "1210, 5000", "60000, 5000"})
    void slowAnswersAndOwnLagStretchTheThresholdUpToItsBound(long tookMs, long thresholdMs) {
        suspicion.answered(tookMs, 0);
        assertEquals(thresholdMs, suspicion.thresholdMs());

        Suspicion lagging = new Suspicion(FLOOR_MS, 0);
        lagging.ownLag(tookMs);
        assertEquals(thresholdMs, lagging.thresholdMs());
    }

    @Test
    void aBurstOfLoadWearsOffWithinAHundredOrSoAnswers() {
        suspicion.answered(500, 0);
        long before = suspicion.thresholdMs();
        for (int i = 0; i < 100; i++) {
            suspicion.answered(1, i);
            assertTrue(suspicion.thresholdMs() <= before, "never rises again");
            before = suspicion.thresholdMs();
        }
        assertTrue(before < 2 * FLOOR_MS, "threshold " + before);
        for (int i = 0; i < 100; i++) {
            suspicion.answered(1, i);
        }
        assertTrue(suspicion.thresholdMs() < FLOOR_MS + 10);
    }
}
