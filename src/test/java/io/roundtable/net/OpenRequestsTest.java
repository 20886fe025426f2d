package io.roundtable.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.net.OpenRequests.End;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OpenRequestsTest {
    private static final Message ANSWER = new Control.Done();

    private final List<Runnable> timers = new ArrayList<>();
    private final Set<Integer> cancelled = new TreeSet<>();
    private final List<String> told = new ArrayList<>();
    private final OpenRequests requests = new OpenRequests(
            (delayMs, action) -> {
                int index = timers.size();
                timers.add(action);
                return () -> cancelled.add(index);
            },
            41);

    private long begin(Object way) {
        long number = requests.nextNumber() + 1;
        return requests.begin(way, 1_000, new OpenRequests.Outcome() {
            @Override
            public void onAnswer(Message answer) {
                told.add(number + " " + answer.word());
            }

            @Override
            public void onNone(End why) {
                told.add(number + " " + why);
            }
        });
    }

    @Test
    void numbersFollowTheOneBefore() {
        assertEquals(42, requests.nextNumber());
        assertEquals(43, requests.begin("way", 1, OpenRequests.Outcome.either(answer -> {})));
    }

    @Test
    void anAnswerIsToldOnceAndEndsTheWait() {
        long number = begin("way");
        assertTrue(requests.answer(number, ANSWER));
        timers.get(0).run();
        requests.close("way");
        assertFalse(requests.answer(number, ANSWER));
        assertEquals(List.of(number + " " + ANSWER.word()), told);
        assertEquals(Set.of(0), cancelled);
    }

    @Test
    void anAnswerThatComesTooLateIsNone() {
        long number = begin("way");
        timers.get(0).run();
        assertFalse(requests.answer(number, ANSWER));
        assertEquals(List.of(number + " SILENCE"), told);
    }

    @Test
    void theEndOfAWayEndsWhatWentThereInItsOrderAndNothingElse() {
        Object way = new Object();
        long first = begin(way);
        long elsewhere = begin(new Object());
        long second = begin(way);
        requests.close(way);
        assertEquals(List.of(first + " CLOSED", second + " CLOSED"), told);
        assertTrue(requests.answer(elsewhere, ANSWER));
    }

    @Test
    void whatIsAskedWhileAllIsDroppedStays() {
        List<Message> answers = new ArrayList<>();
        requests.begin("way", 1, new OpenRequests.Outcome() {
            @Override
            public void onAnswer(Message answer) {}

            @Override
            public void onNone(End why) {
                long again = requests.begin("way", 1, OpenRequests.Outcome.either(answers::add));
                told.add("again " + again);
            }
        });
        requests.drop();
        assertEquals(List.of("again 43"), told);
        assertTrue(requests.answer(43, ANSWER));
        assertEquals(List.of(ANSWER), answers);
    }
}
