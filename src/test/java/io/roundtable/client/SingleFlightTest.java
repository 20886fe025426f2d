package io.roundtable.client;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SingleFlightTest {
    private final SingleFlight<Integer> flight = new SingleFlight<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch answered = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    private FutureTask<Integer> begin(Callable<Integer> task) {
        FutureTask<Integer> begun = new FutureTask<>(task);
        Thread thread = new Thread(begun);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return begun;
    }

    private List<FutureTask<Integer>> askWithFour(SingleFlight.Question<Integer> question) {
        List<FutureTask<Integer>> all = new ArrayList<>();
        all.add(begin(() -> flight.ask(question)));
        await().until(() -> asked.get() == 1);
        for (int i = 0; i < 3; i++) {
            all.add(begin(() -> flight.ask(question)));
        }
        await().until(() -> threads.stream().allMatch(each -> each.getState() == Thread.State.WAITING));
        return all;
    }

    private int answerLater() throws GroupException {
        int number = asked.incrementAndGet();
        try {
            answered.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GroupException("interrupted");
        }
        return number;
    }

    @Test
    void whatIsAskedAtTheSameTimeIsAskedOnce() throws Exception {
        List<FutureTask<Integer>> all = askWithFour(this::answerLater);
        answered.countDown();
        for (FutureTask<Integer> each : all) {
            assertEquals(1, each.get(10, TimeUnit.SECONDS));
        }
        assertEquals(2, flight.ask(this::answerLater), "who comes later asks anew");
    }

    @Test
    void allGetTheFailure() {
        GroupException failure = new GroupException("nobody manages");
        List<FutureTask<Integer>> all = askWithFour(() -> {
            answerLater();
            throw failure;
        });
        answered.countDown();
        for (FutureTask<Integer> each : all) {
            ExecutionException e = assertThrows(ExecutionException.class, () -> each.get(10, TimeUnit.SECONDS));
            assertSame(failure, e.getCause());
        }
        assertEquals(1, asked.get());
    }

    @Test
    void ifTheOneThatAsksIsInterruptedAnotherAsks() throws Exception {
        List<FutureTask<Integer>> all = askWithFour(this::answerLater);
        threads.get(0).interrupt();
        ExecutionException e =
                assertThrows(ExecutionException.class, () -> all.get(0).get(10, TimeUnit.SECONDS));
        assertEquals("interrupted", e.getCause().getMessage());
        await().until(() -> asked.get() == 2);
        answered.countDown();
        for (FutureTask<Integer> each : all.subList(1, 4)) {
            assertEquals(2, each.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void whoWaitsCanBeInterrupted() throws Exception {
        List<FutureTask<Integer>> all = askWithFour(this::answerLater);
        threads.get(3).interrupt();
        ExecutionException e =
                assertThrows(ExecutionException.class, () -> all.get(3).get(10, TimeUnit.SECONDS));
        assertEquals("interrupted", e.getCause().getMessage());
        answered.countDown();
        assertEquals(1, all.get(1).get(10, TimeUnit.SECONDS));
        assertEquals(1, asked.get());
    }
}
