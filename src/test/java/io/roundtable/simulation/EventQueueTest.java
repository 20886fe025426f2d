package io.roundtable.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    private record Due(long atMicros, int order) {}

    @Test
    void eventsComeByTimeAndThenInTheOrderInWhichTheyWereAdded() {
        SplittableRandom random = new SplittableRandom(5);
        EventQueue queue = new EventQueue();
        List<Due> ran = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(3) == 0 && !queue.isEmpty()) {
                now = queue.nextAtMicros();
                queue.poll().run();
            }
            Due due = new Due(now + random.nextInt(50), i);
            queue.add(due.atMicros(), () -> ran.add(due));
        }
        while (!queue.isEmpty()) {
            queue.poll().run();
        }
        assertEquals(20_000, ran.size());
        for (int i = 1; i < ran.size(); i++) {
            Due before = ran.get(i - 1);
            Due after = ran.get(i);
            boolean inOrder = before.atMicros() < after.atMicros()
                    || (before.atMicros() == after.atMicros() && before.order() < after.order());
            assertTrue(inOrder, before + " before " + after);
        }
        assertEquals(0, queue.size());
    }
}
