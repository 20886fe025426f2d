package io.roundtable.role.manager;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Catalog;
import io.roundtable.manager.Manager;
import io.roundtable.manager.ManagerEffect;
import io.roundtable.manager.ManagerOptions;
import io.roundtable.net.EventLoop;
import io.roundtable.net.nio.NioTransport;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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
        hang();
        tickUntil(overruns);
    }

    /** The manager hangs from here on. */
    private void hang() {
        loop.post(() -> mailbox.tell((manager, nowMs) -> neverDone()));
    }

    private boolean isBusy() throws Exception {
        CompletableFuture<Boolean> busy = new CompletableFuture<>();
        loop.post(() -> busy.complete(mailbox.isBusy()));
        return busy.get(10, TimeUnit.SECONDS);
    }

    @Test
    void newWorkIsRefusedOnceSoManyRequestsWaitAndTakenAgainAfterwards() throws Exception {
        hang();
        loop.post(() -> {
            for (int i = 1; i < ManagerMailbox.REQUESTS_MAX; i++) {
                mailbox.ask((manager, nowMs) -> List.of());
            }
        });
        assertFalse(isBusy());
        loop.post(() -> mailbox.ask((manager, nowMs) -> List.of()));
        assertTrue(isBusy());
        endless.countDown();
        await().until(() -> !isBusy());
        assertEquals(0, overruns.get());
    }

    @Test
    void oneThatIsTooFarBehindIsGivenUpAtOnce() {
        hang();
        loop.post(() -> {
            for (int i = 0; i <= ManagerMailbox.WAITING_MAX; i++) {
                mailbox.tell((manager, nowMs) -> List.of());
            }
        });
        await().until(() -> overruns.get() == 1);
        endless.countDown();
        assertEquals(0, decided.get(), "nothing that waited is carried out");
    }

    /** Else the lease would be kept by one who will never manage. */
    @Test
    void whateverFailsWhileTheManagerIsMadeIsTold() {
        AtomicReference<Throwable> told = new AtomicReference<>();
        loop.post(() -> new ManagerMailbox(loop, loop::nanoTime, new Owner())
                .begin(
                        () -> {
                            throw new StackOverflowError("planted");
                        },
                        made::incrementAndGet,
                        told::set));
        await().untilAsserted(() -> assertInstanceOf(StackOverflowError.class, told.get()));
        assertEquals(1, made.get());
    }
}
