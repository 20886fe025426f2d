package io.roundtable.role.manager;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.catalog.Catalog;
import io.roundtable.manager.Manager;
import io.roundtable.manager.ManagerEffect;
import io.roundtable.manager.ManagerOptions;
import io.roundtable.net.EventLoop;
import io.roundtable.net.nio.NioTransport;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ManagerMailboxTest {
    private static final int HUNG_MS = 1_500;

    private final CountDownLatch endless = new CountDownLatch(1);
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger decided = new AtomicInteger();
    private final AtomicInteger overruns = new AtomicInteger();
    private EventLoop loop;
    private ManagerMailbox mailbox;

    @BeforeEach
    void start() throws IOException {
        loop = NioTransport.loop("mailbox", complaint -> {});
        mailbox = new ManagerMailbox(loop, loop::nanoTime, new Owner(), HUNG_MS);
        loop.start();
        loop.post(() -> mailbox.begin(
                () -> new Manager(
                        1, new Catalog(2_000), ManagerOptions.DEFAULT, new SplittableRandom(1), loop.nanoTime()),
                made::incrementAndGet,
                fault -> {}));
        await().until(() -> made.get() == 1);
    }

    @AfterEach
    void stop() {
        endless.countDown();
        loop.close();
    }

    private final class Owner implements ManagerMailbox.Owner {
        @Override
        public void decided(List<ManagerEffect> effects) {
            decided.incrementAndGet();
        }

        @Override
        public void overrun() {
            overruns.incrementAndGet();
            mailbox.close();
        }
    }

    private List<ManagerEffect> neverDone() {
        try {
            endless.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.of();
    }

    private void tickUntil(AtomicInteger count) {
        await().until(() -> {
            loop.post(mailbox::tick);
            return count.get() > 0;
        });
    }

    @Test
    void aManagerThatHangsIsGivenUpAndDoesNotKeepTheLeaseFromOthers() {
        tickUntil(decided);
        assertEquals(0, overruns.get());
        loop.post(() -> mailbox.tell((manager, nowMs) -> neverDone()));
        tickUntil(overruns);
    }
}
