package io.roundtable.gcd;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.Entry.Request;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotTakerTest {
    private static final int EVERY = 100;

    private final List<Long> written = new CopyOnWriteArrayList<>();
    private final List<Throwable> faults = new CopyOnWriteArrayList<>();
    private final AtomicInteger tries = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private final Catalog catalog = new Catalog(2_000);
    private final CountDownLatch disk = new CountDownLatch(1);
    private volatile int usersWritten;
    private volatile Optional<Exception> fault = Optional.empty();
    private long last;

    private final SnapshotTaker taker = new SnapshotTaker(this::write, EVERY, faults::add);

    private void write(TermIndex index, Catalog copy) throws IOException {
        try {
            disk.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        tries.incrementAndGet();
        if (fault.orElse(null) instanceof IOException io) {
            throw io;
        } else if (fault.orElse(null) instanceof RuntimeException bug) {
            throw bug;
        }
        usersWritten = copy.users().size();
        written.add(index.getIndex());
    }

    @AfterEach
    void close() {
        disk.countDown();
        taker.close();
    }

    private void apply(int entries) {
        for (int i = 0; i < entries; i++) {
            last++;
            catalog.applyOnce(new Request(0, new Change.AddUser("u" + last, Optional.empty(), Optional.empty())));
            taker.onApplied(TermIndex.valueOf(1, last), catalog::copy, told::incrementAndGet);
        }
    }

    @Test
    void entriesAreAppliedWhileADiskTakesItsTimeAndTheSnapshotIsOfWhenItWasBegun() {
        apply(10 * EVERY);
        assertEquals(List.of(), written, "the disk hangs");
        assertEquals(-1, taker.takeWritten());
        disk.countDown();
        await().until(() -> told.get() == 1);
        assertEquals(List.of((long) EVERY), written);
        assertEquals(EVERY, usersWritten);
        assertEquals(EVERY, taker.takeWritten());
        assertEquals(-1, taker.takeWritten(), "told once");
        apply(1);
        await().until(() -> told.get() == 2);
        assertEquals(List.of((long) EVERY, 10L * EVERY + 1), written);
    }

    @Test
    void oneThatADiskDoesNotTakeIsTriedAgainSomeEntriesLater() {
        fault = Optional.of(new IOException("No space left on device"));
        disk.countDown();
        apply(EVERY);
        await().until(() -> tries.get() == 1);
        apply(EVERY / 10 - 1);
        assertEquals(1, tries.get());
        fault = Optional.empty();
        await().until(() -> {
            apply(1);
            return told.get() == 1;
        });
        assertEquals(2, tries.get());
        assertEquals(List.of(), faults, "nothing is wrong with us");
    }

    /** Ratis ends the log when it is told of an older snapshot than it knows. */
    @Test
    void oneThatIsOvertakenByAnotherGcdsIsNotTold() {
        apply(EVERY);
        taker.has(5_000);
        last = 5_000;
        disk.countDown();
        await().until(() -> written.size() == 1);
        apply(EVERY);
        await().until(() -> told.get() == 1);
        assertEquals(List.of((long) EVERY, 5_000L + EVERY), written);
        assertEquals(5_000 + EVERY, taker.takeWritten());
    }

    @Test
    void oneThatIsOvertakenIsNothingThatWasWritten() {
        apply(EVERY);
        taker.has(5_000);
        disk.countDown();
        await().until(() -> written.size() == 1);
        taker.close();
        assertEquals(-1, taker.takeWritten());
        assertEquals(0, told.get());
    }

    @Test
    void aBugIsTold() {
        fault = Optional.of(new IllegalStateException("a bug"));
        disk.countDown();
        apply(EVERY);
        await().until(() -> faults.size() == 1);
        assertEquals("a bug", faults.get(0).getMessage());
        assertEquals(0, told.get());
    }

    @Test
    void oneThatIsWantedAtOnceIsWaitedFor() throws IOException {
        disk.countDown();
        taker.has(5_000);
        assertEquals(5_007, taker.writeNow(TermIndex.valueOf(1, 5_007), catalog.copy()));
        fault = Optional.of(new IOException("No space left on device"));
        assertThrows(IOException.class, () -> taker.writeNow(TermIndex.valueOf(1, 5_008), catalog.copy()));
    }
}
