package io.roundtable.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.DiskMessage.ShareLine;
import io.roundtable.protocol.ShareKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a disk promises, on a real file system. */
class DiskStoreTest {
    private static final DiskOptions OPTIONS = DiskOptions.defaults().withPackBytes(64 << 10);
    private static final ShareKey KEY = Shares.key(1, 0x100000001L, 2);

    @TempDir
    Path folder;

    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final AtomicLong random = new AtomicLong(42);
    private DiskStore store;

    @BeforeEach
    void openStore() throws IOException {
        store = open(OPTIONS);
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    private DiskStore open(DiskOptions options) throws IOException {
        return DiskStore.open(new FileMedium(folder), options, nowMs::get, random::incrementAndGet);
    }

    private void reopen() throws IOException {
        store.close();
        store = open(OPTIONS);
    }

    private static Fault fault(org.junit.jupiter.api.function.Executable request) {
        return assertThrows(DiskFaultException.class, request).fault();
    }

    private List<Path> files(String end) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.toString().endsWith(end)).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 5000, 1 << 20, (1 << 20) + 1, 3_000_000})
    void aSealedShareIsReadAsItWasWrittenAlsoAfterARestart(int bytes) throws Exception {
        byte[] content = Shares.content(bytes, bytes);
        Shares.write(store, KEY, 1, content);
        assertArrayEquals(content, Shares.read(store, KEY));
        reopen();
        assertArrayEquals(content, Shares.read(store, KEY));
        assertTrue(store.check(KEY, Pace.UNLIMITED) >= bytes);
        assertEquals(List.of(), store.startReport().problems());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 5000, DiskStore.PUT_BYTES_MAX})
    void aSmallShareIsReadAsItWasPutAlsoAfterARestart(int bytes) throws Exception {
        store.close();
        store = open(DiskOptions.defaults());
        byte[] content = Shares.content(bytes, bytes);
        Shares.put(store, KEY, 1, content);
        assertArrayEquals(content, Shares.read(store, KEY));
        reopen();
        assertArrayEquals(content, Shares.read(store, KEY));
        assertEquals(0, files(".share").size());
    }

    @Test
    void whatIsNotSealedIsListedButNeitherReadNorKept() throws Exception {
        long free = store.statistics().usedBytes();
        ShareWriter writer = Shares.begin(store, KEY, 1, Shares.content(1, 5000));
        nowMs.addAndGet(700);
        assertEquals(Fault.NO_SUCH_SHARE, fault(() -> store.read(KEY)));
        assertEquals(
                List.of(new ShareLine(KEY, false, 5000, 700)),
                store.list(Optional.empty(), 10).shares());
        writer.close();
        assertEquals(List.of(), store.list(Optional.empty(), 10).shares());
        assertEquals(free, store.statistics().usedBytes());
        assertEquals(0, files(".tmp").size());
    }

    @Test
    void aKilledProcessLeavesTemporariesAndTheNextStartRemovesThem() throws Exception {
        Files.write(folder.resolve("tmp/77.tmp"), new byte[10_000]);
        reopen();
        assertEquals(1, store.startReport().temporaries());
        assertEquals(0, files(".tmp").size());
        assertEquals(0, store.statistics().usedBytes());
    }

    @Test
    void whyAShareCannotBeBegunIsAReasonAndNotOnlyAPath() throws Exception {
        Files.createFile(folder.resolve("tmp/1.tmp"));
        DiskFaultException refusal =
                assertThrows(DiskFaultException.class, () -> Shares.begin(store, KEY, 1, new byte[10]));
        assertEquals(
                "could not begin share " + KEY + ": " + folder.resolve("tmp/1.tmp") + " is there already",
                refusal.getMessage());
    }

    @Test
    void theDiskKeepsItsIdentityAndItsEpoch() throws Exception {
        var id = store.id();
        store.admit(7);
        assertEquals(Fault.STALE_EPOCH, fault(() -> store.admit(6)));
        reopen();
        assertEquals(id, store.id());
        assertEquals(7, store.highestEpoch());
        assertEquals(Fault.STALE_EPOCH, fault(() -> Shares.put(store, KEY, 6, new byte[10])));
        assertEquals(Fault.STALE_EPOCH, fault(() -> Shares.begin(store, KEY, 6, new byte[10])));
        assertEquals(Fault.STALE_EPOCH, fault(() -> store.delete(6, List.of(KEY))));
        assertEquals(Fault.STALE_EPOCH, fault(() -> store.wipe(6, 0)));
        store.admit(7);
        assertEquals(Fault.BAD_REQUEST, fault(() -> store.admit(1L << 40)));
    }

    @Test
    void aShareThatWasBegunUnderAnOlderEpochIsNotSealed() throws Exception {
        try (ShareWriter writer = Shares.begin(store, KEY, 3, new byte[10])) {
            store.admit(4);
            assertEquals(Fault.STALE_EPOCH, fault(() -> writer.seal(3, 10)));
        }
        assertEquals(Fault.NO_SUCH_SHARE, fault(() -> store.read(KEY)));
    }

    @Test
    void eitherCopyOfTheEpochIsEnoughAndWithNoneTheDiskRefusesToStart() throws Exception {
        store.admit(9);
        Path epoch = folder.resolve("epoch");
        for (int at : new int[] {10, 4096 + 10}) {
            store.close();
            flip(epoch, at);
            store = open(OPTIONS);
            assertEquals(9, store.highestEpoch());
        }
        store.close();
        flip(epoch, 10);
        flip(epoch, 4096 + 10);
        String said = assertThrows(IOException.class, () -> open(OPTIONS)).getMessage();
        assertTrue(said.contains("\"epoch\"") && said.contains("damaged"), said);
        Files.delete(epoch);
        assertTrue(assertThrows(IOException.class, () -> open(OPTIONS))
                .getMessage()
                .contains("missing"));
    }

    @Test
    void twoDisksCannotShareAFolder() {
        String said = assertThrows(IOException.class, () -> open(OPTIONS)).getMessage();
        assertTrue(said.contains("in use by another peer"), said);
    }

    @Test
    void aFolderOfAnotherFormatOrWithoutItsIdentityIsRefused() throws Exception {
        Shares.put(store, KEY, 1, new byte[10]);
        store.close();
        Path identity = folder.resolve("disk");
        String text = Files.readString(identity);
        Files.writeString(identity, text.replace("format 1", "format 2"));
        assertTrue(assertThrows(IOException.class, () -> open(OPTIONS))
                .getMessage()
                .contains("format 2"));
        Files.writeString(identity, "nonsense");
        assertTrue(assertThrows(IOException.class, () -> open(OPTIONS))
                .getMessage()
                .contains("damaged"));
        Files.delete(identity);
        assertTrue(assertThrows(IOException.class, () -> open(OPTIONS))
                .getMessage()
                .contains("missing"));
        Files.writeString(identity, text);
        store = open(OPTIONS);
        assertEquals(1, store.startReport().shares());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFlippedBitIsFoundByACheck(boolean packed) throws Exception {
        byte[] content = Shares.content(1, 20_000);
        if (packed) {
            Shares.put(store, KEY, 1, content);
        } else {
            Shares.write(store, KEY, 1, content);
        }
        assertTrue(store.check(KEY, Pace.UNLIMITED) > 0);
        flip(files(packed ? ".pack" : ".share").get(0), 10_000);
        assertEquals(-1, store.check(KEY, Pace.UNLIMITED));
        assertThrows(IOException.class, () -> Shares.read(store, KEY));
    }

    @Test
    void aShareWhoseFileCannotBeOpenedIsBrokenOnlyIfOthersCanBe() throws Exception {
        Shares.write(store, KEY, 1, Shares.content(1, 20_000));
        Path file = files(".share").get(0);
        Path epoch = file.getParent().getParent().resolveSibling("epoch");
        swap(file);
        assertEquals(-1, store.check(KEY, Pace.UNLIMITED));
        // Like a process that has no file descriptors left.
        swap(epoch);
        assertEquals(Fault.IO, fault(() -> store.check(KEY, Pace.UNLIMITED)));
        swap(epoch);
        swap(file);
        assertTrue(store.check(KEY, Pace.UNLIMITED) > 0);
    }

    /** Puts a folder in a file's place, which nobody can open, or back again. */
    private static void swap(Path file) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".aside");
        if (Files.exists(aside)) {
            Files.delete(file);
            Files.move(aside, file);
        } else {
            Files.move(file, aside);
            Files.createDirectory(file);
        }
    }

    @Test
    void aShareWhoseHeaderRottedIsBrokenUntilItIsWrittenAgain() throws Exception {
        byte[] content = Shares.content(1, 20_000);
        Shares.write(store, KEY, 1, content);
        flip(files(".share").get(0), 20);
        assertEquals(Fault.CORRUPT, fault(() -> store.read(KEY)));
        reopen();
        assertEquals(1, store.startReport().problems().size());
        assertEquals(Fault.CORRUPT, fault(() -> store.read(KEY)));
        assertEquals(-1, store.check(KEY, Pace.UNLIMITED));
        assertFalse(store.list(Optional.empty(), 10).shares().get(0).isSealed());
        Shares.write(store, KEY, 1, content);
        assertArrayEquals(content, Shares.read(store, KEY));
        store.delete(1, List.of(KEY));
        assertEquals(0, store.statistics().usedBytes());
    }

    @Test
    void aTruncatedShareIsBrokenAndCanBeDeleted() throws Exception {
        Shares.write(store, KEY, 1, Shares.content(1, 20_000));
        Path file = files(".share").get(0);
        try (var channel = java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
            channel.truncate(9_000);
        }
        assertEquals(Fault.CORRUPT, fault(() -> store.read(KEY)));
        reopen();
        assertEquals(Fault.CORRUPT, fault(() -> store.read(KEY)));
        store.delete(1, List.of(KEY));
        assertEquals(Fault.NO_SUCH_SHARE, fault(() -> store.read(KEY)));
        assertEquals(0, store.statistics().usedBytes());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRottenRecordIsNotHeldAfterAStartAndItsNeighboursAre(boolean hasHint) throws Exception {
        for (int file = 0; file < 10; file++) {
            Shares.put(store, Shares.key(1, file, 0), 1, Shares.content(file, 3000));
        }
        if (hasHint) {
            reopen();
        }
        store.close();
        Path pack = files(".pack").get(0);
        // The header of the fourth, the body of the sixth.
        flip(pack, 3 * 3080 + 30);
        flip(pack, 5 * 3080 + 1000);
        store = open(OPTIONS);
        for (int file = 0; file < 10; file++) {
            ShareKey key = Shares.key(1, file, 0);
            boolean isBad = file == 3 || file == 5;
            assertEquals(isBad, store.check(key, Pace.UNLIMITED) < 0, "file " + file);
        }
        assertEquals(!hasHint, store.startReport().problems().size() == 1);
    }

    @Test
    void theRoomAheadOfAPackGoesWithACleanStopOrWithTheNextStart() throws Exception {
        Shares.put(store, KEY, 1, Shares.content(1, 3000));
        Path pack = files(".pack").get(0);
        byte[] asKilled = Files.readAllBytes(pack);
        assertTrue(asKilled.length > 3080);
        assertEquals(asKilled.length, store.statistics().usedBytes());
        store.close();
        assertEquals(3080, Files.size(pack));
        Files.write(pack, asKilled);
        store = open(OPTIONS);
        assertEquals(List.of(), store.startReport().problems());
        assertEquals(3080, Files.size(pack));
        assertEquals(3080, store.statistics().usedBytes());
        assertArrayEquals(Shares.content(1, 3000), Shares.read(store, KEY));
    }

    @Test
    void whatIsTornBeforeTheRoomAheadIsReported() throws Exception {
        Shares.put(store, KEY, 1, Shares.content(1, 3000));
        Path pack = files(".pack").get(0);
        byte[] asKilled = Files.readAllBytes(pack);
        store.close();
        Arrays.fill(asKilled, 1000, asKilled.length, (byte) 0);
        Files.write(pack, asKilled);
        store = open(OPTIONS);
        assertEquals(1, store.startReport().problems().size());
        assertEquals(Fault.NO_SUCH_SHARE, fault(() -> store.read(KEY)));
    }

    @Test
    void aDamagedHintIsNotBelieved() throws Exception {
        Shares.put(store, KEY, 1, Shares.content(1, 3000));
        reopen();
        store.close();
        Path hint = files(".hint").get(0);
        flip(hint, 12);
        store = open(OPTIONS);
        assertArrayEquals(Shares.content(1, 3000), Shares.read(store, KEY));
        store.close();
        Files.delete(hint);
        store = open(OPTIONS);
        assertArrayEquals(Shares.content(1, 3000), Shares.read(store, KEY));
    }

    @Test
    void contentThatLooksLikeARecordIsNeverTakenForOne() throws Exception {
        // A whole pack with a share as the content of another share, behind a header that rots.
        Shares.put(store, KEY, 1, Shares.content(1, 3000));
        byte[] pack = Arrays.copyOf(Files.readAllBytes(files(".pack").get(0)), 3080);
        store.delete(1, List.of(KEY));
        Shares.put(store, Shares.key(1, 5, 0), 1, pack);
        store.close();
        flip(files(".pack").get(0), pack.length + 64 + 30);
        store = open(OPTIONS);
        assertEquals(Fault.NO_SUCH_SHARE, fault(() -> store.read(KEY)));
    }

    @Test
    void whatDoesNotMatchItsCrcIsRefusedAndTakesNoSpace() {
        byte[] group = Shares.group(Shares.content(1, 3000), 0, 3000, Shares.UNIT);
        group[17] ^= 1;
        ByteBuffer buffer = ByteBuffer.allocate(DiskStore.PUT_BUFFER_BYTES);
        buffer.put(DiskStore.PUT_HEADROOM_BYTES, group).limit(DiskStore.PUT_HEADROOM_BYTES + group.length);
        assertEquals(Fault.CORRUPT, fault(() -> store.put(Shares.putRequest(KEY, 1, 3000), buffer, false)));
        assertEquals(Fault.CORRUPT, fault(() -> {
            try (ShareWriter writer = store.begin(Shares.beginRequest(KEY, 1), false)) {
                writer.writeGroup(3, ByteBuffer.wrap(group));
            }
        }));
        assertEquals(0, store.statistics().usedBytes());
    }

    @Test
    void requestsThatMakeNoSenseAreRefused() throws Exception {
        assertEquals(
                Fault.BAD_REQUEST, fault(() -> store.begin(new DiskMessage.BeginShare(KEY, 1, 2, 1, 1024), false)));
        assertEquals(
                Fault.BAD_REQUEST, fault(() -> store.begin(new DiskMessage.BeginShare(KEY, 1, 3, 1, 1000), false)));
        assertEquals(
                Fault.BAD_REQUEST,
                fault(() -> store.begin(new DiskMessage.BeginShare(Shares.key(1, 1, 3), 1, 3, 1, 1024), false)));
        assertEquals(
                Fault.BAD_REQUEST,
                fault(() -> store.begin(new DiskMessage.BeginShare(Shares.key(0, 1, 0), 1, 3, 1, 1024), false)));
        try (ShareWriter writer = Shares.begin(store, KEY, 1, Shares.content(1, 2000))) {
            assertEquals(Fault.BAD_REQUEST, fault(() -> writer.beginGroup(1, 1028)));
            assertEquals(Fault.BAD_REQUEST, fault(() -> writer.seal(1, 2001)));
        }
        try (ShareWriter writer = store.begin(Shares.beginRequest(KEY, 1), false)) {
            assertEquals(Fault.BAD_REQUEST, fault(() -> writer.beginGroup(0, 0)));
            assertEquals(Fault.BAD_REQUEST, fault(() -> writer.beginGroup(Integer.MAX_VALUE, 1L << 34)));
            assertEquals(Fault.BAD_REQUEST, fault(() -> writer.beginGroup(2, 1028)));
        }
        assertEquals(0, store.statistics().usedBytes());
    }

    @Test
    void theReserveIsForRepairsOnly() throws Exception {
        store.close();
        store = open(OPTIONS.withCapacityBytes(200_000).withReservePercent(20));
        for (int file = 0; file < 7; file++) {
            Shares.put(store, Shares.key(1, file, 0), 1, Shares.content(file, 20_000));
        }
        long used = store.statistics().usedBytes();
        byte[] content = Shares.content(9, 20_000);
        assertEquals(Fault.FULL, fault(() -> Shares.put(store, KEY, 1, content)));
        assertEquals(Fault.FULL, fault(() -> Shares.begin(store, KEY, 1, content)));
        assertEquals(used, store.statistics().usedBytes());
        assertTrue(store.statistics().freeBytes() < 20_000);
        try (ShareWriter writer = store.begin(Shares.beginRequest(KEY, 1), true)) {
            writer.writeGroup(20, ByteBuffer.wrap(Shares.group(content, 0, 20_000, Shares.UNIT)));
            writer.seal(1, 20_000);
        }
        assertArrayEquals(content, Shares.read(store, KEY));
        store.wipe(1, 0);
        while (store.compact()) {
            // Until all is given back.
        }
        assertEquals(0, store.statistics().usedBytes());
        Shares.put(store, KEY, 1, content);
    }

    @Test
    void sharesAreListedInOrderPageByPage() throws Exception {
        List<ShareKey> keys = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            ShareKey key = Shares.key(1 + i % 3, 100 - i, 0);
            keys.add(key);
            if (i % 4 == 0) {
                Shares.write(store, key, 1, new byte[10]);
            } else {
                Shares.put(store, key, 1, new byte[10]);
            }
        }
        List<ShareWriter> writers = List.of(
                Shares.begin(store, Shares.key(1, 1000, 0), 1, new byte[5]),
                Shares.begin(store, Shares.key(2, 1, 0), 1, new byte[5]));
        writers.forEach(writer -> keys.add(writer.key()));
        List<ShareKey> listed = new ArrayList<>();
        Optional<ShareKey> after = Optional.empty();
        while (true) {
            DiskMessage.Shares page = store.list(after, 4);
            page.shares().forEach(line -> listed.add(line.key()));
            if (!page.more()) {
                break;
            }
            assertEquals(4, page.shares().size());
            after = Optional.of(listed.get(listed.size() - 1));
        }
        assertEquals(keys.stream().sorted().toList(), listed);
        writers.forEach(ShareWriter::close);
        assertEquals(Fault.BAD_REQUEST, fault(() -> store.list(Optional.empty(), 5_001)));
    }

    @Test
    void noShareSeemsOlderThanItIs() throws Exception {
        Shares.put(store, Shares.key(1, 1, 0), 1, new byte[10]);
        Shares.write(store, Shares.key(1, 2, 0), 1, new byte[10]);
        nowMs.addAndGet(60_000);
        Shares.put(store, Shares.key(1, 3, 0), 1, new byte[10]);
        Shares.write(store, Shares.key(1, 4, 0), 1, new byte[10]);
        nowMs.addAndGet(1_000);
        assertEquals(
                List.of(61_000L, 61_000L, 1_000L, 1_000L),
                store.list(Optional.empty(), 10).shares().stream()
                        .map(ShareLine::ageMs)
                        .toList());
        reopen();
        assertTrue(store.list(Optional.empty(), 10).shares().stream()
                .allMatch(line -> line.ageMs() == 1_000
                        || line.ageMs() == 61_000 && line.key().fileId() == 2));
    }

    @Test
    void aWipeTakesOneVolumeAndWhatIsOnItsWayForIt() throws Exception {
        for (int file = 0; file < 2500; file++) {
            Shares.append(store, Shares.key(1 + file % 2, file, 0), 1, new byte[20]);
        }
        store.commit();
        try (ShareWriter ours = Shares.begin(store, Shares.key(1, 9999, 0), 1, new byte[5]);
                ShareWriter other = Shares.begin(store, Shares.key(2, 9999, 0), 1, new byte[5])) {
            store.wipe(2, 1);
            assertEquals(Fault.NO_SUCH_SHARE, fault(() -> ours.seal(2, 5)));
            other.seal(2, 5);
        }
        assertEquals(1251, store.statistics().shares());
        assertTrue(store.list(Optional.empty(), 5000).shares().stream()
                .allMatch(line -> line.key().volumeId() == 2));
        reopen();
        assertEquals(1251, store.statistics().shares());
    }

    @Test
    void compactionGivesSpaceBackAndDisturbsNoReader() throws Exception {
        for (int file = 0; file < 100; file++) {
            Shares.put(store, Shares.key(1, file, 0), 1, Shares.content(file, 3000));
        }
        long before = store.statistics().usedBytes();
        List<ShareReader> readers = new ArrayList<>();
        for (int file = 0; file < 100; file++) {
            readers.add(store.read(Shares.key(1, file, 0)));
        }
        List<ShareKey> gone = new ArrayList<>();
        for (int file = 0; file < 100; file++) {
            if (file % 5 != 0) {
                gone.add(Shares.key(1, file, 0));
            }
        }
        store.delete(1, gone);
        while (store.compact()) {
            // As long as there is something to do.
        }
        assertTrue(
                store.statistics().usedBytes() < before / 2, store.statistics().usedBytes() + " of " + before);
        for (int file = 0; file < 100; file++) {
            assertArrayEquals(Shares.content(file, 3000), Shares.read(readers.get(file)), "file " + file);
            assertFalse(readers.get(file).isCurrent());
            readers.get(file).close();
        }
        reopen();
        assertEquals(20, store.startReport().shares());
        for (int file = 0; file < 100; file += 5) {
            assertArrayEquals(Shares.content(file, 3000), Shares.read(store, Shares.key(1, file, 0)));
        }
    }

    @Test
    void compactionLeavesAPackWithARottenShareAlone() throws Exception {
        for (int file = 0; file < 30; file++) {
            Shares.put(store, Shares.key(1, file, 0), 1, Shares.content(file, 3000));
        }
        ShareKey rotten = Shares.key(1, 0, 0);
        flip(files("0000001.pack").get(0), 1000);
        List<ShareKey> gone = new ArrayList<>();
        for (int file = 2; file < 30; file++) {
            gone.add(Shares.key(1, file, 0));
        }
        store.delete(1, gone);
        for (int rounds = 0; store.compact(); rounds++) {
            assertTrue(rounds < 20, "compaction never ends");
        }
        assertEquals(-1, store.check(rotten, Pace.UNLIMITED));
        assertEquals(1, store.list(Optional.empty(), 1).shares().size());
        Shares.put(store, rotten, 1, Shares.content(0, 3000));
        while (store.compact()) {
            // Now it can go.
        }
        assertEquals(0, files("0000001.pack").size());
        assertArrayEquals(Shares.content(0, 3000), Shares.read(store, rotten));
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void manyThreadsWriteReadDeleteAndCompactAtOnce(Durability durability) throws Exception {
        store.close();
        store = open(OPTIONS.withDurability(durability));
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            int position = number % 3;
            int volume = 1 + number / 3;
            threads.add(new Thread(() -> {
                try {
                    for (int file = 0; file < 150; file++) {
                        ShareKey key = Shares.key(volume, file, position);
                        byte[] content = Shares.content(file, 100 * (file % 50));
                        if (file % 10 == 0) {
                            Shares.write(store, key, 1, content);
                        } else {
                            Shares.put(store, key, 1, content);
                        }
                        assertArrayEquals(content, Shares.read(store, key));
                        if (file >= 10) {
                            store.delete(1, List.of(Shares.key(volume, file - 10, position)));
                        }
                    }
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        while (threads.stream().anyMatch(Thread::isAlive)) {
            store.compact();
            Thread.onSpinWait();
        }
        assertEquals(List.of(), failures);
        assertEquals(40, store.statistics().shares());
        reopen();
        assertEquals(40, store.statistics().shares());
        assertEquals(List.of(), store.startReport().problems());
    }

    private static void flip(Path file, long at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) at] ^= 4;
        Files.write(file, bytes);
    }
}
