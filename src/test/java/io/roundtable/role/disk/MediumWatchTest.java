package io.roundtable.role.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.disk.DiskOptions;
import io.roundtable.disk.DiskStore;
import io.roundtable.disk.FileMedium;
import io.roundtable.disk.Medium;
import io.roundtable.disk.MediumFile;
import io.roundtable.net.EventLoop;
import io.roundtable.net.nio.NioTransport;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk's medium is looked at without anybody's asking, and one that hangs is given up. */
@Timeout(60)
class MediumWatchTest {
    @TempDir
    private Path folder;

    private final AtomicBoolean hangs = new AtomicBoolean();
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private final CompletableFuture<String> lost = new CompletableFuture<>();
    private EventLoop loop;
    private DiskStore store;

    @BeforeEach
    void start() throws IOException {
        AtomicLong random = new AtomicLong();
        Medium medium = hanging(Medium.class, new FileMedium(folder.resolve("disk")));
        store = DiskStore.open(medium, DiskOptions.defaults(), System::currentTimeMillis, random::incrementAndGet);
        store.onLost(lost::complete);
        loop = NioTransport.loop("watch", complaint -> {});
        loop.start();
    }

    @AfterEach
    void stop() throws IOException {
        goesOn.countDown();
        loop.close();
        store.close();
    }

    /** A medium, or a file of it, that answers no write and no flush while it hangs. */
    private <T> T hanging(Class<T> type, T real) {
        Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            if (hangs.get()
                    && (method.getName().equals("force") || method.getName().equals("write"))) {
                goesOn.await();
            }
            try {
                Object answer = method.invoke(real, args);
                return answer instanceof MediumFile file ? hanging(MediumFile.class, file) : answer;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
        return type.cast(proxy);
    }

    private void watch(int hungMs) {
        loop.post(() -> new MediumWatch(loop, store, hungMs).start());
    }

    @Test
    void oneThatHangsIsGivenUpAndTheLoopDoesNotWaitForIt() throws Exception {
        hangs.set(true);
        watch(500);
        assertEquals("its medium has not answered for 0 s", lost.get(30, TimeUnit.SECONDS));
        CompletableFuture<Boolean> turn = new CompletableFuture<>();
        loop.post(() -> turn.complete(true));
        assertTrue(turn.get(10, TimeUnit.SECONDS));
    }

    @Test
    void aFolderThatIsGoneIsFoundThoughNobodyUsesIt() throws Exception {
        watch(MediumWatch.HUNG_MS);
        Files.move(folder.resolve("disk"), folder.resolve("elsewhere"));
        assertTrue(lost.get(30, TimeUnit.SECONDS).endsWith(" is gone"));
    }

    @Test
    void oneThatIsWellIsLookedAtAgainAndAgain() throws Exception {
        Path probe = folder.resolve("disk/probe");
        watch(MediumWatch.HUNG_MS);
        byte[] before = Files.readAllBytes(probe);
        for (int look = 0; look < 2; look++) {
            byte[] last = before;
            Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> !Arrays.equals(last, Files.readAllBytes(probe)));
            before = Files.readAllBytes(probe);
        }
        assertEquals(Optional.empty(), store.lost());
    }
}
