package io.roundtable.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.DiskMessage.ShareLine;
import io.roundtable.protocol.ShareKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A disk on a simulated medium next to a plain map of what it must hold: for each share the contents that it may have,
 * one if it was acknowledged, several while nobody knows how an operation ended.
 */
final class StoreModel {
    static final long CAPACITY = 8 << 20;

    final SimulatedMedium medium;
    final DiskOptions options;
    long epoch;
    DiskStore store;
    private final Map<ShareKey, List<Optional<byte[]>>> possible = new TreeMap<>();
    private long nowMs = 1_000_000;
    private long random;

    interface Step {
        void run() throws DiskFaultException;
    }

    StoreModel(long seed, DiskOptions options) throws IOException {
        this.medium = new SimulatedMedium(seed, CAPACITY);
        this.options = options;
        this.store = open();
    }

    private DiskStore open() throws IOException {
        return DiskStore.open(medium, options, () -> nowMs++, () -> ++random);
    }

    /** The process dies, or is dead already, and starts again. */
    void restart(boolean power) throws IOException {
        medium.restart(power);
        store = open();
    }

    void put(ShareKey key, byte[] content) {
        change(List.of(key), content, () -> Shares.put(store, key, epoch, content));
    }

    void write(ShareKey key, byte[] content) {
        change(List.of(key), content, () -> Shares.write(store, key, epoch, content));
    }

    void delete(List<ShareKey> keys) {
        change(keys, null, () -> store.delete(epoch, keys));
    }

    void wipe(int volume) {
        List<ShareKey> keys = possible.keySet().stream()
                .filter(key -> volume == 0 || key.volumeId() == volume)
                .toList();
        change(keys, null, () -> store.wipe(epoch, volume));
    }

    void compact() {
        change(List.of(), null, () -> {
            for (int packs = 0; store.compact(); packs++) {
                assertTrue(packs < 1000, "compaction never ends");
            }
        });
    }

    void raiseEpoch() {
        long next = epoch + 1;
        change(List.of(), null, () -> {
            store.admit(next);
            epoch = next;
        });
    }

    /** Refused for want of space or because the medium failed: then nobody knows. */
    private void change(List<ShareKey> keys, byte @Nullable [] to, Step step) {
        Optional<byte[]> after = Optional.ofNullable(to);
        for (ShareKey key : keys) {
            List<Optional<byte[]>> now = new ArrayList<>(possible.getOrDefault(key, List.of(Optional.<byte[]>empty())));
            now.add(after);
            possible.put(key, now);
        }
        try {
            step.run();
            keys.forEach(key -> possible.put(key, List.of(after)));
        } catch (DiskFaultException e) {
            assertTrue(e.fault() == Fault.IO || e.fault() == Fault.FULL, e.fault() + " " + e.getMessage());
        }
    }

    /** What was acknowledged is there and whole, what was deleted is gone, and every byte is accounted for. */
    void verify() throws IOException {
        List<ShareLine> lines = list();
        for (ShareLine line : lines) {
            assertTrue(line.isSealed(), line + " is broken or not sealed");
            assertTrue(possible.containsKey(line.key()), line + " was never written");
        }
        assertEquals(lines.size(), store.statistics().shares());
        for (ShareKey key : possible.keySet()) {
            boolean isListed = lines.stream().anyMatch(line -> line.key().equals(key));
            Optional<byte[]> held = Optional.empty();
            try {
                held = Optional.of(Shares.read(store, key));
            } catch (DiskFaultException e) {
                assertEquals(Fault.NO_SUCH_SHARE, e.fault(), key + ": " + e.getMessage());
            }
            assertEquals(isListed, held.isPresent(), key + " is listed or read, not both");
            Optional<byte[]> found = held;
            assertTrue(
                    possible.get(key).stream().anyMatch(one -> isSame(one, found)),
                    () -> key + " is " + found.map(Arrays::hashCode) + " but should be one of "
                            + possible.get(key).stream()
                                    .map(one -> one.map(Arrays::hashCode))
                                    .toList());
            possible.put(key, List.of(held));
        }
        assertEquals(onMedium(), store.statistics().usedBytes(), "bytes are not accounted for");
        assertTrue(store.highestEpoch() >= epoch, "the epoch was forgotten");
        epoch = store.highestEpoch();
        if (epoch > 0) {
            assertEquals(
                    Fault.STALE_EPOCH,
                    assertThrows(DiskFaultException.class, () -> store.admit(epoch - 1))
                            .fault());
        }
        assertArrayEquals(new String[0], medium.files("tmp/").toArray());
    }

    /** After all faults the disk is a good one: it takes shares, gives them back, and all space comes back. */
    void verifyLife() throws IOException {
        verify();
        ShareKey small = Shares.key(9, 1, 0);
        ShareKey big = Shares.key(9, 2, 0);
        put(small, Shares.content(1, 5000));
        write(big, Shares.content(2, 5000));
        verify();
        assertEquals(1, possible.get(small).size());
        assertTrue(assertDoesNotThrow(() -> store.check(small, Pace.UNLIMITED)) > 0);
        assertTrue(assertDoesNotThrow(() -> store.check(big, Pace.UNLIMITED)) > 0);
        wipe(0);
        compact();
        verify();
        assertEquals(0, store.statistics().shares());
        assertEquals(0, store.statistics().usedBytes());
        restart(true);
        verify();
        assertEquals(0, store.statistics().shares());
    }

    private List<ShareLine> list() throws IOException {
        List<ShareLine> lines = new ArrayList<>();
        try {
            Optional<ShareKey> after = Optional.empty();
            while (true) {
                var page = store.list(after, 3);
                lines.addAll(page.shares());
                if (!page.more()) {
                    return lines;
                }
                after = Optional.of(lines.get(lines.size() - 1).key());
            }
        } catch (DiskFaultException e) {
            throw new IOException(e);
        }
    }

    private long onMedium() throws IOException {
        long bytes = 0;
        for (String path : Stream.concat(medium.files("packs/").stream(), medium.files("shares/").stream())
                .toList()) {
            long size = medium.open(path).size();
            bytes += path.endsWith(".pack") ? size : path.endsWith(".share") ? SpaceLedger.onDisk(size) : 0;
        }
        return bytes;
    }

    private static boolean isSame(Optional<byte[]> one, Optional<byte[]> other) {
        return one.isPresent() == other.isPresent() && (one.isEmpty() || Arrays.equals(one.get(), other.get()));
    }
}
