package io.roundtable.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.ShareKey;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A medium that does not work any more, or not for a while. */
class MediumFaultsTest {
    private static final ShareKey PACKED = Shares.key(1, 1, 0);
    private static final ShareKey FILED = Shares.key(1, 2, 0);
    private static final byte[] CONTENT = Shares.content(1, 5_000);

    private final SimulatedMedium medium = new SimulatedMedium(1, 64 << 20);
    private DiskStore store;

    @BeforeEach
    void openStore() throws Exception {
        store = DiskStore.open(medium, DiskOptions.defaults(), () -> 1, () -> 7);
        Shares.put(store, PACKED, 1, CONTENT);
        Shares.write(store, FILED, 1, CONTENT);
    }

    private static Fault fault(org.junit.jupiter.api.function.Executable request) {
        return assertThrows(DiskFaultException.class, request).fault();
    }

    /** EIO on everything: no share is broken, the disk is away, and all are there when it is well again. */
    @Test
    void whenNothingCanBeReadOrWrittenNoShareIsCalledBroken() throws Exception {
        medium.failWhen(any -> true);
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> store.check(PACKED, Pace.UNLIMITED)));
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> store.check(FILED, Pace.UNLIMITED)));
        String reason = store.lost().orElseThrow();
        assertTrue(reason.contains("cannot be written"), reason);
        var id = store.id();
        store.close();

        assertThrows(IOException.class, () -> DiskStore.open(medium, DiskOptions.defaults(), () -> 1, id));
        medium.failWhen(any -> false);
        store = DiskStore.open(medium, DiskOptions.defaults(), () -> 1, id);
        assertArrayEquals(CONTENT, Shares.read(store, PACKED));
        assertArrayEquals(CONTENT, Shares.read(store, FILED));
    }

    /** EROFS: what is there can be read, and the scrub would go on for ever. */
    @Test
    void whatCanOnlyBeReadIsAwayToo() {
        medium.failWhen(what -> !what.startsWith("read") && !what.startsWith("open"));
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> store.probe()));
    }

    @Test
    void oneBrokenShareIsNoBrokenMedium() throws Exception {
        medium.failWhen(what -> what.startsWith("read") && what.contains("packs/"));
        assertEquals(-1, store.check(PACKED, Pace.UNLIMITED));
        assertEquals(Optional.empty(), store.lost());
    }

    @Test
    void noMoreIsAFullOne() throws Exception {
        medium.capacityBytes(0);
        store.probe();
        assertArrayEquals(CONTENT, Shares.read(store, PACKED));
    }
}
