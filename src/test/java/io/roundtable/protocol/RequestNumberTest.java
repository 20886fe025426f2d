package io.roundtable.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequestNumberTest {
    private static final int WORDS = 0x1234_5678;

    /** Two million commands in a row: each is a request of its own. */
    @Test
    void theSameWordsAtOnePortAreNewRequestsForALongTime() {
        Set<Long> seen = new HashSet<>();
        for (int count = -1_000_000; count < 1_000_000; count++) {
            assertTrue(seen.add(RequestNumber.of(WORDS, 7, count)));
        }
        assertNotEquals(RequestNumber.of(WORDS, 7, 5), RequestNumber.of(WORDS, 7, 5 + 65_536));
        assertNotEquals(RequestNumber.of(WORDS, 7, 5), RequestNumber.of(WORDS, 7, 5 + (1 << 27)));
    }

    @Test
    void theSameWordsByAnotherWayAreKnown() {
        long one = RequestNumber.of(WORDS, 7, 5);

        assertTrue(RequestNumber.isByAnotherWay(one, RequestNumber.of(WORDS, 8, 5)));
        assertTrue(RequestNumber.isByAnotherWay(one, RequestNumber.of(WORDS, 8, 5_000_000)));
        assertFalse(RequestNumber.isByAnotherWay(one, RequestNumber.of(WORDS, 7, 6)));
        assertFalse(RequestNumber.isByAnotherWay(one, RequestNumber.of(WORDS + 1, 8, 5)));
    }

    @Test
    void whateverItIsMadeOfItIsNotZero() {
        assertEquals(1, RequestNumber.of(0, 0, 0));
        assertNotEquals(0, RequestNumber.of(-1, -1, -1));
    }
}
