package io.roundtable.role;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OpenQuestionsTest {
    private final OpenQuestions open = new OpenQuestions();
    private final Object one = new Object();
    private final Object other = new Object();

    @Test
    void eachConnectionHasAShareAndGetsItBackWithTheAnswers() {
        for (int i = 0; i < OpenQuestions.MAX; i++) {
            assertTrue(open.begin(one));
        }
        assertFalse(open.begin(one));
        assertTrue(open.begin(other));
        open.end(one);
        assertTrue(open.begin(one));
        assertFalse(open.begin(one));
    }

    @Test
    void whatEndsTwiceFreesNothing() {
        open.end(one);
        assertTrue(open.begin(one));
        open.end(one);
        open.end(one);
        for (int i = 0; i < OpenQuestions.MAX; i++) {
            assertTrue(open.begin(one));
        }
        assertFalse(open.begin(one));
    }
}
