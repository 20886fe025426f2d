package io.roundtable.disk;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class GroupCommitTest {
    private final GroupCommit group = new GroupCommit();
    private final AtomicInteger forced = new AtomicInteger();
    private final CountDownLatch firstIsIn = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private void held() throws IOException {
        forced.incrementAndGet();
        firstIsIn.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private List<Thread> followers(int count, GroupCommit.Action action, AtomicInteger failures) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> {
                try {
                    group.commit(action);
                } catch (IOException e) {
                    failures.incrementAndGet();
                }
            });
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    private AtomicInteger runSeven(GroupCommit.Action secondGo) throws InterruptedException {
        AtomicInteger failures = new AtomicInteger();
        List<Thread> threads = new ArrayList<>(followers(1, this::held, failures));
        firstIsIn.await();
        List<Thread> later = followers(6, secondGo, failures);
        await().until(() -> later.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));
        threads.addAll(later);
        release.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        return failures;
    }

    @Test
    void thoseThatComeWhileOneIsForcingShareTheNextGo() throws Exception {
        AtomicInteger failures = runSeven(forced::incrementAndGet);
        assertEquals(2, forced.get());
        assertEquals(0, failures.get());
    }

    @Test
    void aFailureIsToldToAllThatSharedItAndToNobodyElse() throws Exception {
        AtomicInteger failures = runSeven(() -> {
            forced.incrementAndGet();
            throw new IOException("no");
        });
        assertEquals(2, forced.get());
        assertEquals(6, failures.get());
        group.commit(forced::incrementAndGet);
        assertEquals(3, forced.get());
    }

    @Test
    void aBugInTheActionIsNoSuccess() {
        assertThrows(
                IllegalStateException.class,
                () -> group.commit(() -> {
                    throw new IllegalStateException();
                }));
    }
}
