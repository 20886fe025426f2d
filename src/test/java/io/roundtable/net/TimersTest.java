package io.roundtable.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimersTest {
    private static final long NONE = 777;

    private final Timers timers = new Timers();
    private final List<String> ran = new ArrayList<>();

    private TimerHandle add(long atMs, String name) {
        return timers.add(atMs, () -> ran.add(name));
    }

    @Test
    void whatIsDueRunsByTimeAndThenInTheOrderItWasSet() {
        add(20, "c");
        add(10, "a");
        add(20, "d");
        add(10, "b");
        add(21, "later");

        timers.runDue(20);

        assertEquals(List.of("a", "b", "c", "d"), ran);
        assertEquals(1, timers.delayMs(20, NONE));
    }

    @Test
    void aCancelledOneDoesNothingAndKeepsNobodyAwake() {
        add(10, "a").cancel();
        TimerHandle late = add(30, "b");
        late.cancel();

        assertEquals(NONE, timers.delayMs(0, NONE));
        timers.runDue(50);
        assertEquals(List.of(), ran);
    }

    @Test
    void oneThatIsDueInTheSameTurnCanStillBeCancelled() {
        List<TimerHandle> second = new ArrayList<>();
        timers.add(10, () -> second.get(0).cancel());
        second.add(add(10, "b"));

        timers.runDue(10);

        assertEquals(List.of(), ran);
    }

    @Test
    void cancellingAfterItRanChangesNothing() {
        TimerHandle handle = add(10, "a");
        timers.runDue(10);
        handle.cancel();
        timers.runDue(20);

        assertEquals(List.of("a"), ran);
    }

    @Test
    void whatIsSetForNowRunsInTheNextTurn() {
        timers.add(10, () -> {
            ran.add("a");
            add(10, "b");
            add(0, "overdue");
        });

        timers.runDue(10);
        assertEquals(List.of("a"), ran);
        assertEquals(0, timers.delayMs(10, NONE));

        timers.runDue(10);
        assertEquals(List.of("a", "overdue", "b"), ran);
    }

    @Test
    void theDelayIsNeverNegative() {
        add(10, "a");

        assertEquals(0, timers.delayMs(50, NONE));
        assertEquals(4, timers.delayMs(6, NONE));
    }

    @Test
    void withoutTimersTheDelayIsWhatTheCallerSays() {
        assertEquals(NONE, timers.delayMs(5, NONE));
    }
}
