package io.roundtable.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Dialect;
import org.junit.jupiter.api.Test;

class JoinWordsTest {
    private final JoinWords words = new JoinWords(null);

    @Test
    void aGcdOfAnotherYearIsAskedInTheWordsOfTheNextUntilItTakesOne() {
        assertEquals(Dialect.LAB, words.year());
        assertTrue(words.tryOther("Unexpected message: JOIN"));
        assertEquals(Dialect.F24, words.year());
        assertTrue(words.tryOther("Unexpected message: BEGIN"));
        assertEquals(Dialect.F25, words.year());
        words.accepted();

        assertEquals(Dialect.F25, words.year(), "what was taken is said the next time");
        assertTrue(words.tryOther("Unexpected message: HOWDY"), "another GCD may sit there since");
    }

    @Test
    void whoTakesNoneOfTheWordsHasRefused() {
        assertTrue(words.tryOther("Unexpected message: JOIN"));
        assertTrue(words.tryOther("Unexpected message: BEGIN"));
        assertFalse(words.tryOther("Unexpected message: HOWDY"));
    }

    @Test
    void anyOtherRefusalIsNoMatterOfWords() {
        assertFalse(words.tryOther("Invalid port number"));
        assertEquals(Dialect.LAB, words.year());
    }

    @Test
    void aFixedYearSaysItsOwnWordOnly() {
        JoinWords fixed = new JoinWords(Dialect.F24);

        assertFalse(fixed.tryOther("Unexpected message: BEGIN"));
        assertEquals(Dialect.F24, fixed.year());
    }
}
