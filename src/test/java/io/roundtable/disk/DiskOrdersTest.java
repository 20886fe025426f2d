package io.roundtable.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Checked;
import io.roundtable.protocol.DiskMessage.DiskRefusal;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.DiskMessage.ShareLine;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DiskOrdersTest {
    @TempDir
    Path folder;

    private DiskStore store;
    private DiskOrders orders;
    private DiskId disk;

    @BeforeEach
    void start() throws Exception {
        AtomicLong random = new AtomicLong();
        store = DiskStore.open(new FileMedium(folder), DiskOptions.defaults(), () -> 1, random::incrementAndGet);
        orders = new DiskOrders(store, 1L << 30);
        disk = store.id();
        for (int file = 0; file < 4; file++) {
            Shares.write(store, Shares.key(1 + file % 2, file, 0), 3, Shares.content(file, 10_000));
        }
    }

    @AfterEach
    void stop() throws IOException {
        orders.close();
        store.close();
    }

    private Message ask(DiskMessage order) throws Exception {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        orders.execute(order, answer::complete);
        return answer.get(20, TimeUnit.SECONDS);
    }

    private List<ShareKey> listed() throws Exception {
        return ((DiskMessage.Shares) ask(new DiskMessage.ListShares(disk, 3, Optional.empty(), 100)))
                .shares().stream().map(ShareLine::key).toList();
    }

    @Test
    void theManagerListsDeletesAndWipes() throws Exception {
        assertEquals(
                List.of(Shares.key(1, 0, 0), Shares.key(1, 2, 0), Shares.key(2, 1, 0), Shares.key(2, 3, 0)), listed());
        assertEquals(
                new Control.Done(),
                ask(new DiskMessage.DeleteShares(disk, 3, List.of(Shares.key(1, 2, 0), Shares.key(5, 5, 0)))));
        assertEquals(List.of(Shares.key(1, 0, 0), Shares.key(2, 1, 0), Shares.key(2, 3, 0)), listed());
        assertEquals(new Control.Done(), ask(new DiskMessage.Wipe(disk, 3, 2)));
        assertEquals(List.of(Shares.key(1, 0, 0)), listed());
        assertEquals(new Control.Done(), ask(new DiskMessage.Wipe(disk, 3, 0)));
        assertEquals(List.of(), listed());
    }

    @Test
    void aCheckNamesWhatIsBrokenOrGone() throws Exception {
        Path broken = folder.resolve(ShareFolders.path(1, Shares.key(1, 2, 0)));
        byte[] bytes = Files.readAllBytes(broken);
        bytes[9_000] ^= 1;
        Files.write(broken, bytes);
        List<ShareKey> keys =
                List.of(Shares.key(1, 0, 0), Shares.key(1, 2, 0), Shares.key(2, 1, 0), Shares.key(7, 7, 0));
        Checked checked = (Checked) ask(new DiskMessage.CheckShares(disk, 3, keys));
        assertEquals(List.of(Shares.key(1, 2, 0), Shares.key(7, 7, 0)), checked.bad());
        assertEquals(2 * (10_000 + 4 * 10), checked.bytes());
    }

    @Test
    void aCheckThatCouldNotLookSaysSoUnlessItFoundSomething() throws Exception {
        orders.close();
        store.close();
        SimulatedMedium medium = new SimulatedMedium(1, 64 << 20);
        store = DiskStore.open(medium, DiskOptions.defaults(), () -> 1, () -> 7);
        orders = new DiskOrders(store, 1L << 30);
        disk = store.id();
        for (int file : new int[] {0, 2}) {
            Shares.write(store, Shares.key(1, file, 0), 3, Shares.content(file, 10_000));
        }
        // A process without file descriptors.
        medium.failWhen(what -> what.startsWith("open"));
        List<ShareKey> keys = List.of(Shares.key(1, 0, 0), Shares.key(1, 2, 0));
        assertEquals(Fault.IO, ((DiskRefusal) ask(new DiskMessage.CheckShares(disk, 3, keys))).fault());
        List<ShareKey> withOneGone = List.of(Shares.key(7, 7, 0), Shares.key(1, 2, 0));
        Checked checked = (Checked) ask(new DiskMessage.CheckShares(disk, 3, withOneGone));
        assertEquals(List.of(Shares.key(7, 7, 0)), checked.bad());
    }

    @Test
    void aFormerManagersOrdersAreRefusedWithTheEpochThatIsOver() throws Exception {
        for (DiskMessage order : List.of(
                new DiskMessage.ListShares(disk, 2, Optional.empty(), 100),
                new DiskMessage.DeleteShares(disk, 2, List.of(Shares.key(1, 0, 0))),
                new DiskMessage.Wipe(disk, 2, 0),
                new DiskMessage.CheckShares(disk, 2, List.of(Shares.key(1, 0, 0))))) {
            DiskRefusal refusal = (DiskRefusal) ask(order);
            assertEquals(Fault.STALE_EPOCH, refusal.fault());
            assertEquals(3, refusal.highestEpoch());
        }
        assertEquals(4, listed().size());
    }

    @Test
    void aSlowCheckHoldsUpNoOtherOrderAndTheQueueIsBounded() throws Exception {
        orders.close();
        orders = new DiskOrders(store, 1_000);
        CompletableFuture<Message> refused = new CompletableFuture<>();
        for (int i = 0; i < 100; i++) {
            orders.execute(new DiskMessage.CheckShares(disk, 3, List.of(Shares.key(1, 0, 0))), answer -> {
                if (answer instanceof DiskRefusal) {
                    refused.complete(answer);
                }
            });
        }
        assertEquals(Fault.OUT_OF_SERVICE, ((DiskRefusal) refused.get(20, TimeUnit.SECONDS)).fault());
        assertEquals(4, listed().size());
    }

    @Test
    void aSteadyPaceTakesItsTime() {
        SteadyPace pace = new SteadyPace(1_000_000);
        long start = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            pace.before(10_000);
        }
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void whatIsNoOrderIsTheCallersMistake() {
        assertThrows(
                IllegalArgumentException.class, () -> orders.execute(new DiskMessage.DataHello(disk), answer -> {}));
    }
}
