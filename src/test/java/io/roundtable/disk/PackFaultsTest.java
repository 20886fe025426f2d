package io.roundtable.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.ShareKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of the medium one after the other, while packs of small shares are written. */
class PackFaultsTest {
    private static final ShareKey FIRST = Shares.key(1, 1, 0);
    private static final ShareKey SECOND = Shares.key(1, 2, 0);
    private static final ShareKey THIRD = Shares.key(1, 3, 0);
    private static final Predicate<String> NOTHING = any -> false;

    private SimulatedMedium medium;
    private DiskStore store;

    @BeforeEach
    void openStore() throws IOException {
        open(1, 1 << 20);
    }

    private void open(long seed, int packBytes) throws IOException {
        medium = new SimulatedMedium(seed, 64 << 20);
        store = start(packBytes);
    }

    private DiskStore start(int packBytes) throws IOException {
        return DiskStore.open(medium, DiskOptions.defaults().withPackBytes(packBytes), () -> 1, () -> 7);
    }

    private static Predicate<String> onPack(String... operations) {
        return what -> what.contains("packs/")
                && what.contains(".pack")
                && List.of(operations).stream().anyMatch(what::startsWith);
    }

    private long onMedium() throws IOException {
        long bytes = 0;
        for (String path : medium.files("packs/")) {
            bytes += path.endsWith(".pack") ? medium.open(path).size() : 0;
        }
        return bytes;
    }

    private void refusesAndAccountsForAll(Predicate<String> faults) throws Exception {
        medium.failWhen(faults);
        assertThrows(DiskFaultException.class, () -> Shares.put(store, SECOND, 1, Shares.content(2, 3000)));
        medium.failWhen(NOTHING);
        Shares.put(store, THIRD, 1, Shares.content(3, 3000));
        assertEquals(onMedium(), store.statistics().usedBytes());
        while (store.compact()) {
            assertEquals(onMedium(), store.statistics().usedBytes());
        }
        assertArrayEquals(Shares.content(3, 3000), Shares.read(store, THIRD));
    }

    @Test
    void zerosThatCannotBeWrittenAndNotBeCutOffAreInNoAccount() throws Exception {
        refusesAndAccountsForAll(onPack("write", "cut"));
        assertEquals(1, store.statistics().shares());
    }

    @Test
    void noMoreDoesAShareInTheMiddleOfAPackWhenItCannotBeWrittenAndNotBeCutOff() throws Exception {
        Shares.put(store, FIRST, 1, Shares.content(1, 3000));
        refusesAndAccountsForAll(onPack("write", "cut"));
        assertArrayEquals(Shares.content(1, 3000), Shares.read(store, FIRST));
    }

    @Test
    void moreZerosThatFailInTheMiddleOfAPackDoNotHoldUpItsCompaction() throws Exception {
        List<ShareKey> some = new ArrayList<>();
        while (onMedium() < 100_000) {
            some.add(Shares.key(2, some.size(), 0));
            Shares.put(store, some.get(some.size() - 1), 1, Shares.content(7, 3000));
        }
        medium.failWhen(onPack("write 65536 bytes", "cut"));
        for (int file = 0; file < 100; file++) {
            ShareKey key = Shares.key(3, file, 0);
            try {
                Shares.put(store, key, 1, Shares.content(file, 3000));
            } catch (DiskFaultException e) {
                break;
            }
            some.add(key);
        }
        medium.failWhen(NOTHING);
        store.delete(1, some.subList(0, some.size() - 1));
        while (store.compact()) {
            assertEquals(onMedium(), store.statistics().usedBytes());
        }
        assertTrue(onMedium() < 100_000, onMedium() + " bytes are left");
    }

    @Test
    void zerosThatCannotBeTakenBackStayInTheAccount() throws Exception {
        Shares.put(store, FIRST, 1, Shares.content(1, 3000));
        medium.failWhen(onPack("cut"));
        while (medium.files("packs/0000002.pack").isEmpty()) {
            Shares.put(store, SECOND, 1, Shares.content(2, 60_000));
        }
        medium.failWhen(NOTHING);
        assertEquals(onMedium(), store.statistics().usedBytes());
        medium.restart(false);
        store = start(1 << 20);
        assertEquals(List.of(), store.startReport().problems());
        assertEquals(onMedium(), store.statistics().usedBytes());
        assertArrayEquals(Shares.content(1, 3000), Shares.read(store, FIRST));
    }

    @Test
    void zerosThatAStartCannotCutOffDoNoHarm() throws Exception {
        Shares.put(store, FIRST, 1, Shares.content(1, 3000));
        medium.restart(false);
        medium.failWhen(onPack("cut"));
        store = start(1 << 20);
        assertEquals(List.of(), store.startReport().problems());
        assertEquals(onMedium(), store.statistics().usedBytes());
        assertArrayEquals(Shares.content(1, 3000), Shares.read(store, FIRST));
    }

    /** While the fsync of one pack fails, the next is filled and the one after it begun. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aFailedFsyncDoesNotAcknowledgeWhatWasWrittenMeanwhile(long seed) throws Exception {
        open(seed, 64 << 10);
        List<DiskStore.Put> meanwhile = new ArrayList<>();
        DiskStore.Put first = Shares.append(store, FIRST, 1, Shares.content(1, 60_000));
        medium.failWhen(what -> {
            if (!what.equals("force packs/0000001.pack")) {
                return false;
            }
            try {
                meanwhile.add(Shares.append(store, SECOND, 1, Shares.content(2, 60_000)));
                meanwhile.add(Shares.append(store, THIRD, 1, Shares.content(3, 60_000)));
            } catch (DiskFaultException e) {
                throw new AssertionError(e);
            }
            return true;
        });
        assertThrows(DiskFaultException.class, store::commit);
        assertThrows(DiskFaultException.class, first::demand);
        medium.failWhen(NOTHING);
        assertEquals(2, meanwhile.size());
        store.commit();
        for (DiskStore.Put put : meanwhile) {
            put.demand();
        }
        medium.restart(true);
        store = start(64 << 10);
        assertArrayEquals(Shares.content(2, 60_000), Shares.read(store, SECOND));
        assertArrayEquals(Shares.content(3, 60_000), Shares.read(store, THIRD));
    }

    @Test
    void aPackThatCannotBeOpenedCostsNoOtherAndIsBackTheNextTime() throws Exception {
        open(1, 64 << 10);
        Shares.put(store, FIRST, 1, Shares.content(1, 60_000));
        Shares.put(store, SECOND, 1, Shares.content(2, 60_000));
        medium.restart(false);
        medium.failWhen(what -> what.equals("open packs/0000001.pack"));
        store = start(64 << 10);
        assertEquals(1, store.startReport().problems().size());
        assertArrayEquals(Shares.content(2, 60_000), Shares.read(store, SECOND));
        assertThrows(DiskFaultException.class, () -> Shares.read(store, FIRST));
        while (store.compact()) {
            // It must stay.
        }
        medium.restart(false);
        medium.failWhen(NOTHING);
        store = start(64 << 10);
        assertArrayEquals(Shares.content(1, 60_000), Shares.read(store, FIRST));
    }

    private static boolean reads(String what, long place) {
        if (!what.startsWith("read ") || !what.contains(".pack at ")) {
            return false;
        }
        String[] words = what.split(" ");
        long from = Long.parseLong(words[words.length - 1]);
        return from <= place && place < from + Long.parseLong(words[1]);
    }

    @Test
    void aBadSectorCostsTheShareOnItAndNotThoseBehind() throws Exception {
        Shares.put(store, FIRST, 1, Shares.content(1, 30_000));
        Shares.put(store, SECOND, 1, Shares.content(2, 30_000));
        Shares.put(store, THIRD, 1, Shares.content(3, 30_000));
        medium.restart(false);
        medium.failWhen(what -> reads(what, 45_000));
        store = start(1 << 20);
        assertEquals(1, store.startReport().problems().size());
        assertArrayEquals(Shares.content(1, 30_000), Shares.read(store, FIRST));
        assertArrayEquals(Shares.content(3, 30_000), Shares.read(store, THIRD));
        assertThrows(DiskFaultException.class, () -> Shares.read(store, SECOND));
        while (store.compact()) {
            // It must stay.
        }
        medium.restart(false);
        medium.failWhen(NOTHING);
        store = start(1 << 20);
        assertArrayEquals(Shares.content(2, 30_000), Shares.read(store, SECOND));
    }

    @Test
    void aPackWhoseDeletionWasNotForcedDoesNotEndAllCompaction() throws Exception {
        open(1, 64 << 10);
        for (int file = 1; file <= 80; file++) {
            Shares.put(store, Shares.key(1, file, 0), 1, Shares.content(file, 60_000));
        }
        store.delete(1, List.of(FIRST));
        medium.failWhen(what -> what.equals("force folder packs"));
        assertThrows(DiskFaultException.class, store::compact);
        medium.failWhen(NOTHING);
        for (int file = 2; file <= 80; file++) {
            // So many that the first pack is no longer open.
            assertArrayEquals(Shares.content(file, 60_000), Shares.read(store, Shares.key(1, file, 0)));
        }
        store.delete(1, List.of(SECOND));
        while (store.compact()) {
            // The second pack, too.
        }
        assertEquals(List.of(), medium.files("packs/0000001.pack"));
        assertEquals(List.of(), medium.files("packs/0000002.pack"));
        assertEquals(onMedium(), store.statistics().usedBytes());
    }

    @Test
    void aShareThatIsDeletedWhileItIsSealedIsNotHeld() throws Exception {
        try (ShareWriter writer = Shares.begin(store, FIRST, 1, Shares.content(1, 300_000))) {
            medium.failWhen(what -> {
                if (what.startsWith("force tmp/")) {
                    try {
                        store.delete(1, List.of(FIRST));
                    } catch (DiskFaultException e) {
                        throw new AssertionError(e);
                    }
                }
                return false;
            });
            assertThrows(DiskFaultException.class, () -> writer.seal(1, 300_000));
        }
        medium.failWhen(NOTHING);
        assertEquals(0, store.statistics().shares());
        assertEquals(List.of(), medium.files("shares/"));
    }

    /** One slot of the epoch has the highest, the other cannot be written: the first is not risked. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anEpochThatWasSeenIsNotForgottenForANewerOne(long seed) throws Exception {
        open(seed, 1 << 20);
        store.admit(2);
        medium.failWhen(what -> what.equals("write 24 bytes to epoch at 4096"));
        assertThrows(DiskFaultException.class, () -> store.admit(3));
        medium.restart(true);
        medium.failWhen(what -> what.startsWith("write 24 bytes to epoch"));
        store = start(1 << 20);
        long seen = store.highestEpoch();
        assertThrows(DiskFaultException.class, () -> store.admit(4));
        medium.restart(true);
        medium.failWhen(NOTHING);
        store = start(1 << 20);
        assertTrue(store.highestEpoch() >= seen, store.highestEpoch() + " after " + seen);
    }

    /** Compaction finds a share in an old pack, and before it has copied it, it is written anew. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aCopyDoesNotPassWhatWasWrittenMeanwhile(long seed) throws Exception {
        int acknowledged = 0;
        for (int operations = 0; operations < 12; operations++) {
            open(seed, 64 << 10);
            Shares.put(store, FIRST, 1, Shares.content(1, 20_000));
            Shares.put(store, SECOND, 1, Shares.content(2, 40_000));
            Shares.put(store, THIRD, 1, Shares.content(3, 60_000));
            store.delete(1, List.of(SECOND));
            List<DiskStore.Put> meanwhile = new ArrayList<>();
            medium.failWhen(what -> {
                if (meanwhile.isEmpty() && what.startsWith("read ") && what.contains("packs/0000001.pack at 0")) {
                    try {
                        meanwhile.add(Shares.append(store, FIRST, 1, Shares.content(4, 10_000)));
                    } catch (DiskFaultException e) {
                        throw new AssertionError(e);
                    }
                }
                return false;
            });
            medium.crashAt(medium.operations() + operations);
            try {
                while (store.compact()) {
                    // The first pack goes.
                }
                store.commit();
            } catch (SimulatedCrash e) {
                assertTrue(medium.isDead());
            }
            boolean isAcknowledged = false;
            if (!meanwhile.isEmpty()) {
                try {
                    meanwhile.get(0).demand();
                    isAcknowledged = true;
                } catch (DiskFaultException | SimulatedCrash e) {
                    isAcknowledged = false;
                }
            }
            medium.restart(true);
            store = start(64 << 10);
            if (isAcknowledged) {
                acknowledged++;
                assertArrayEquals(Shares.content(4, 10_000), Shares.read(store, FIRST), operations + " operations");
            }
        }
        assertTrue(acknowledged > 0);
    }

    @Test
    void tombstonesThatCannotBeReadDoNotGoWithTheirPack() throws Exception {
        open(1, 64 << 10);
        List<ShareKey> gone = new ArrayList<>();
        for (int file = 0; file < 8; file++) {
            ShareKey key = Shares.key(1, file, 0);
            gone.add(key);
            Shares.put(store, key, 1, Shares.content(file, 12_000));
            Shares.put(store, Shares.key(2, file, 0), 1, Shares.content(file, 45_000));
        }
        // The ninth pack has what makes it wasteful, and behind it the tombstones.
        ShareKey last = Shares.key(3, 1, 0);
        Shares.put(store, last, 1, Shares.content(9, 50_000));
        store.delete(1, gone);
        Shares.put(store, Shares.key(3, 2, 0), 1, Shares.content(9, 50_000));
        store.delete(1, List.of(last));
        List<String> failed = new ArrayList<>();
        medium.failWhen(what -> what.startsWith("read ") && what.contains("packs/0000009.pack") && failed.add(what));
        while (store.compact()) {
            // It must stay, or what it takes back comes again.
        }
        assertTrue(!failed.isEmpty(), "compaction has looked into it");
        medium.failWhen(NOTHING);
        medium.restart(true);
        store = start(64 << 10);
        for (ShareKey key : gone) {
            assertThrows(DiskFaultException.class, () -> Shares.read(store, key), key.toString());
        }
    }
}
