package io.roundtable.gcd;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.Entry.Request;
import io.roundtable.catalog.Levels;
import io.roundtable.catalog.Outcome;
import io.roundtable.folder.Folders;
import io.roundtable.protocol.Member;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One GCD's log on a real disk. */
class RatisLogTest {
    private static final Member SELF = LeaseTable.member(10);

    @TempDir
    private Path folder;

    private static Outcome submit(CatalogLog log, Entry entry) throws Exception {
        return log.submit(entry).get(20, TimeUnit.SECONDS);
    }

    private static Entry add(long epoch, String... users) {
        return new Entry.Changes(
                epoch,
                Stream.of(users)
                        .map(user -> new Request(0, new Change.AddUser(user, Optional.empty(), Optional.empty())))
                        .toList(),
                0);
    }

    static Catalog catalog(CatalogLog log) throws Exception {
        Snapshot snapshot = log.snapshot().get(20, TimeUnit.SECONDS);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (bytes.size() < snapshot.sizeBytes()) {
            bytes.writeBytes(snapshot.part(bytes.size(), 100_000).get());
        }
        snapshot.close();
        return CatalogCodec.readSnapshot(new ByteArrayInputStream(bytes.toByteArray()));
    }

    private Path newest(String pattern) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(each -> each.startsWith(folder.resolve("copy")))
                    .filter(each -> each.getFileName().toString().matches(pattern))
                    .max(Comparator.comparing(Path::toString))
                    .orElseThrow();
        }
    }

    @Test
    void aGcdThatIsStartedAgainHasTheWholeCatalog() throws Exception {
        long epoch;
        try (CatalogLog log = RatisLog.open(folder)) {
            epoch = assertInstanceOf(Outcome.Leased.class, submit(log, new Entry.ClaimLease(SELF, 0)))
                    .epoch();
            submit(log, add(epoch, "ann", "bob"));
        }
        try (CatalogLog log = RatisLog.open(folder)) {
            log.started().get(20, TimeUnit.SECONDS);
            assertEquals(2, catalog(log).users().size());
            assertEquals(epoch, log.lease().epoch());
            assertEquals(Optional.of(SELF), log.lease().holder());
            assertEquals(
                    epoch + 1,
                    assertInstanceOf(Outcome.Leased.class, submit(log, new Entry.ClaimLease(SELF, 0)))
                            .epoch());
        }
    }

    @Test
    void aLeaseFromBeforeTheRestartIsWaitedOut() throws Exception {
        try (CatalogLog log = RatisLog.open(folder)) {
            submit(log, new Entry.ClaimLease(SELF, 0));
        }
        try (CatalogLog log = RatisLog.open(folder)) {
            log.started().get(20, TimeUnit.SECONDS);
            long begin = System.nanoTime();
            Entry claim = new Entry.ClaimLease(LeaseTable.member(20), 0);
            while (!(submit(log, claim) instanceof Outcome.Leased)) {
                assertTrue(System.nanoTime() - begin < 20_000_000_000L, "never granted");
            }
            long waitedMs = (System.nanoTime() - begin) / 1_000_000;
            assertTrue(waitedMs >= RatisLog.LEASE_MS - 300, "waited only " + waitedMs + " ms");
        }
    }

    @Test
    void entriesThatComeBeforeTheLogIsReadyAreTakenInOrder() throws Exception {
        try (CatalogLog log = RatisLog.open(folder)) {
            CompletableFuture<Outcome> claim = log.submit(new Entry.ClaimLease(SELF, 0));
            CompletableFuture<Outcome> change = claim.thenCompose(granted -> log.submit(add(1, "ann")));
            assertInstanceOf(Outcome.Changed.class, change.get(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void manyAtOnceAreAllTakenAndEachHearsItsOwnOutcome() throws Exception {
        try (CatalogLog log = RatisLog.open(folder)) {
            submit(log, new Entry.ClaimLease(SELF, 0));
            List<CompletableFuture<Outcome>> all = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                all.add(log.submit(add(1, "u" + i / 2)));
            }
            int done = 0;
            for (CompletableFuture<Outcome> each : all) {
                Outcome.Changed changed = assertInstanceOf(Outcome.Changed.class, each.get(20, TimeUnit.SECONDS));
                done += changed.outcomes().get(0) instanceof Outcome.Done ? 1 : 0;
            }
            assertEquals(500, done);
            assertEquals(500, catalog(log).users().size());
        }
    }

    @Test
    void whoeverAsksForTheCatalogWhileItDoesNotChangeGetsTheSameSnapshot() throws Exception {
        try (CatalogLog log = RatisLog.open(folder)) {
            submit(log, new Entry.ClaimLease(SELF, 0));
            // Its level is in the log, too.
            await().until(() -> catalog(log).levels().level() == Levels.KNOWN);
            Snapshot first = log.snapshot().get(20, TimeUnit.SECONDS);
            Snapshot second = log.snapshot().get(20, TimeUnit.SECONDS);
            assertSame(first, second);
            first.close();
            assertEquals(
                    first.sizeBytes(), second.part(0, Integer.MAX_VALUE).get().length, "one of two holds it still");
            submit(log, new Entry.RenewLease(1, 0));
            Snapshot third = log.snapshot().get(20, TimeUnit.SECONDS);
            assertSame(first, third, "a lease goes on while a manager reads");
            third.close();
            submit(log, add(1, "ann"));
            assertEquals(1, catalog(log).users().size());
            second.close();
            assertEquals(1, catalog(log).users().size(), "not one that is closed");
        }
    }

    @Test
    void aSnapshotThatAKillLeftHalfWayIsSweptAtTheNextStart() throws Exception {
        write(1);
        Path current = newest("log_inprogress_.*").getParent();
        Path half = Files.createDirectories(current.resolveSibling("sm")).resolve("snapshot.1_2.half");
        Files.writeString(half, "half a snapshot");
        assertEquals(1, usersAfterRestart());
        assertFalse(Files.exists(half));
    }

    @Test
    void aSecondGcdOnTheSameFolderIsRefusedAndHarmsNothing() throws Exception {
        try (CatalogLog log = RatisLog.open(folder)) {
            submit(log, new Entry.ClaimLease(SELF, 0));
            String reason =
                    assertThrows(IOException.class, () -> RatisLog.open(folder)).getMessage();
            assertTrue(reason.contains("in use by another GCD") && reason.contains("--data"), reason);
            assertInstanceOf(Outcome.Changed.class, submit(log, add(1, "ann")));
        }
        RatisLog.open(folder).close();
    }

    @Test
    void aFileInPlaceOfTheFolderIsRefusedInOneSentence() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertTrue(assertThrows(IOException.class, () -> RatisLog.open(file))
                .getMessage()
                .contains("is a file; name a folder"));
    }

    @Test
    void aTemporaryCatalogLeavesNothingBehind() throws Exception {
        RatisLog log = RatisLog.temporary();
        submit(log, new Entry.ClaimLease(SELF, 0));
        Path place = log.folder();
        assertTrue(Files.exists(place));
        log.close();
        assertFalse(Files.exists(place));
    }

    @Test
    void aFirstStartThatDiedHalfWayIsBegunAnew() throws Exception {
        Files.createDirectories(folder.resolve("log/02511d47-d67c-49a3-9011-abb3109a44c1/current"));
        try (CatalogLog log = RatisLog.open(folder)) {
            assertInstanceOf(Outcome.Leased.class, submit(log, new Entry.ClaimLease(SELF, 0)));
        }
    }

    // ---- a folder that was put together

    /** What a backup of the log alone is put back as. */
    private Path restored() throws Exception {
        write(5);
        Path restored = Files.createDirectories(folder.resolve("restored"));
        copy(folder.resolve("copy/log"), restored.resolve("log"));
        return restored;
    }

    private static String refusal(Path data) throws Exception {
        try (RatisLog opened = RatisLog.open(data)) {
            return String.valueOf(assertThrows(
                            ExecutionException.class, () -> opened.started().get(20, TimeUnit.SECONDS))
                    .getCause()
                    .getMessage());
        }
    }

    @Test
    void aLogThatWasPutIntoANewFolderIsCarriedOnWith() throws Exception {
        Path restored = restored();
        for (int users = 5; users < 7; users++) {
            try (CatalogLog log = RatisLog.open(restored)) {
                log.started().get(20, TimeUnit.SECONDS);
                assertEquals(users, catalog(log).users().size());
                long epoch = assertInstanceOf(Outcome.Leased.class, submit(log, new Entry.ClaimLease(SELF, 0)))
                        .epoch();
                submit(log, add(epoch, "later" + users));
            }
        }
    }

    @Test
    void aLogOfAnotherGcdIsNotTakenForOnesOwn() throws Exception {
        Path restored = restored();
        Files.writeString(restored.resolve("member"), "somebody\n");
        String reason = refusal(restored);
        assertTrue(reason.contains("says that this GCD is somebody") && reason.contains("take the file away"), reason);
        Files.delete(restored.resolve("member"));
        try (CatalogLog log = RatisLog.open(restored)) {
            log.started().get(20, TimeUnit.SECONDS);
            assertEquals(5, catalog(log).users().size());
        }
    }

    @Test
    void aFolderWhoseLogIsGoneIsNotBegunAnew() throws Exception {
        write(5);
        Path copy = folder.resolve("copy");
        Folders.delete(copy.resolve("log"));
        String reason = refusal(copy);
        assertTrue(reason.contains("has held a catalog") && reason.contains("put it back"), reason);
        assertFalse(Files.exists(copy.resolve("log")));
    }

    @Test
    void whatSomebodyElseHasInTheFolderStaysThere() throws Exception {
        Path stray = Files.createDirectories(folder.resolve("tmp/theirs")).resolve("file");
        Path log = Files.createDirectories(folder.resolve("log")).resolve("theirs");
        Files.writeString(stray, "theirs");
        Files.writeString(log, "theirs");
        Files.writeString(folder.resolve("tmp/picture1.tmp"), "left over");
        RatisLog opened = RatisLog.open(folder);
        opened.started().get(20, TimeUnit.SECONDS);
        opened.close();
        assertTrue(Files.exists(stray) && Files.exists(log));
        assertFalse(Files.exists(folder.resolve("tmp/picture1.tmp")));
    }

    @Test
    void aFolderThatIsNamedLikeATemporaryOneIsNotSweptAway() throws Exception {
        Path named = Files.createTempDirectory("roundtable-gcd-");
        try {
            RatisLog.open(named).close();
            RatisLog.temporary().close();
            assertTrue(Files.exists(named.resolve("lock")));
        } finally {
            Folders.delete(named);
        }
    }

    @Test
    void aTemporaryFolderOfADeadProcessIsSwept() throws Exception {
        RatisLog dead = RatisLog.temporary();
        dead.started().get(20, TimeUnit.SECONDS);
        Path left = dead.folder().resolveSibling(dead.folder().getFileName() + "-left");
        copy(dead.folder(), left);
        dead.close();
        RatisLog.temporary().close();
        assertFalse(Files.exists(left));
    }

    @Test
    void theCatalogIsForItsUserAlone() throws Exception {
        Path data = folder.resolve("gcd");
        try (RatisLog log = RatisLog.open(data)) {
            submit(log, new Entry.ClaimLease(SELF, 0));
            StoreFaultsTest.takeSnapshot(log);
            List<String> open = new ArrayList<>();
            try (Stream<Path> all = Files.walk(data)) {
                for (Path each : all.toList()) {
                    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(each));
                    if (!mode.endsWith("------")) {
                        open.add(mode + " " + each);
                    }
                }
            }
            assertEquals(List.of(), open);
        }
    }

    // ---- damage

    private void write(int users) throws Exception {
        Path copy = folder.resolve("copy");
        try (CatalogLog log = RatisLog.open(folder.resolve("gcd"))) {
            submit(log, new Entry.ClaimLease(SELF, 0));
            for (int i = 0; i < users; i++) {
                submit(log, add(1, "user" + i));
            }
            // As kill -9 would leave it: with the log still open, and room made for more.
            copy(folder.resolve("gcd"), copy);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else if (!each.getFileName().toString().equals("in_use.lock")) {
                    Files.copy(each, target);
                }
            }
        }
    }

    private int usersAfterRestart() throws Exception {
        try (CatalogLog log = RatisLog.open(folder.resolve("copy"))) {
            log.started().get(20, TimeUnit.SECONDS);
            return catalog(log).users().size();
        }
    }

    private static long end(RandomAccessFile file) throws IOException {
        long end = file.length();
        while (end > 0) {
            file.seek(end - 1);
            if (file.read() != 0) {
                return end;
            }
            end--;
        }
        return 0;
    }

    @Test
    void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
        write(20);
        assertEquals(20, usersAfterRestart());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 12, 20})
    void anEntryThatWasTornByAKillIsDroppedWhateverIsLeftOfIt(int lostBytes) throws Exception {
        write(3);
        Path log = newest("log_inprogress_.*");
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            long torn = end(file) - lostBytes;
            long length = file.length();
            // The room that was made for more stays: zeros.
            file.setLength(torn);
            file.setLength(length);
        }
        assertEquals(2, usersAfterRestart());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 100_000})
    void anEntryWhoseFirstPartAPowerCutLeftOutIsDroppedWhateverIsThereOfTheRest(int gapBytes) throws Exception {
        write(3);
        Path log = newest("log_inprogress_.*");
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            file.seek(end(file) + gapBytes);
            file.writeBytes("the rest of an entry");
        }
        assertEquals(3, usersAfterRestart());
    }

    @Test
    void anEntryThatWasCutOffIsDropped() throws Exception {
        write(3);
        Path log = newest("log_inprogress_.*");
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            file.setLength(end(file) - 7);
        }
        assertEquals(2, usersAfterRestart());
    }

    /** Where the entries of a segment begin. */
    private static List<Integer> entries(byte[] segment) {
        List<Integer> starts = new ArrayList<>();
        int at = 8;
        while (segment[at] != 0) {
            starts.add(at);
            int length = 0;
            for (int shift = 0, more = 0x80; more != 0; shift += 7) {
                more = segment[at] & 0x80;
                length |= (segment[at++] & 0x7f) << shift;
            }
            at += length + 4;
        }
        return starts;
    }

    @Test
    void aBitThatFlippedInALengthCutsOffNoEntry() throws Exception {
        write(8);
        Path log = newest("log_inprogress_.*");
        byte[] segment = Files.readAllBytes(log);
        List<Integer> starts = entries(segment);
        assertTrue(starts.size() >= 10, "a claim and eight changes, and what Ratis writes: " + starts);
        for (int start : starts) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] damaged = segment.clone();
                damaged[start] ^= (byte) (1 << bit);
                Files.write(log, damaged);
                TornTail.cut(folder.resolve("copy/log"));
                assertEquals(segment.length, Files.size(log), "bit " + bit + " of the entry at " + start);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 9})
    void aBitThatFlippedInALengthIsToldInOneSentence(int entry) throws Exception {
        write(8);
        Path log = newest("log_inprogress_.*");
        byte[] segment = Files.readAllBytes(log);
        segment[entries(segment).get(entry)] ^= (byte) 0x80;
        Files.write(log, segment);
        String reason = refusal(folder.resolve("copy"));
        assertTrue(reason.contains("is damaged") && reason.contains("put back a copy"), reason);
    }

    @Test
    void garbageThatWasWrittenOverAnEntryCutsOffNoneOfThoseAfterIt() throws Exception {
        write(8);
        Path log = newest("log_inprogress_.*");
        byte[] segment = Files.readAllBytes(log);
        List<Integer> starts = entries(segment);
        for (int seed = 0; seed < 200; seed++) {
            byte[] garbage = new byte[16];
            new Random(seed).nextBytes(garbage);
            byte[] damaged = segment.clone();
            System.arraycopy(garbage, 0, damaged, starts.get(seed % (starts.size() - 2)), garbage.length);
            Files.write(log, damaged);
            TornTail.cut(folder.resolve("copy/log"));
            assertEquals(segment.length, Files.size(log), "seed " + seed);
        }
    }

    /** Of a batch that was under way, a power cut may have left the later part: nobody was told that any of it is there. */
    @Test
    void wholeEntriesAfterASectorThatIsNotOnTheDiskAreDropped() throws Exception {
        write(40);
        Path log = newest("log_inprogress_.*");
        byte[] segment = Files.readAllBytes(log);
        List<Integer> starts = entries(segment);
        int last = starts.get(starts.size() - 1);
        int sector = last / 512 * 512 - 512;
        byte[] torn = segment.clone();
        Arrays.fill(torn, sector, sector + 512, (byte) 0);
        Files.write(log, torn);
        TornTail.cut(folder.resolve("copy/log"));
        int kept = starts.stream()
                .filter(start -> start < sector)
                .mapToInt(each -> each)
                .max()
                .orElseThrow();
        int after = starts.stream()
                .filter(start -> start >= sector)
                .mapToInt(each -> each)
                .min()
                .orElseThrow();
        assertEquals(after == sector ? sector : kept, Files.size(log));
    }

    @Test
    void aBitThatFlippedInTheMiddleIsToldInOneSentence() throws Exception {
        write(20);
        Path log = newest("log_inprogress_.*");
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            long middle = end(file) / 2;
            file.seek(middle);
            int value = file.read();
            file.seek(middle);
            file.write(value ^ 4);
        }
        try (CatalogLog opened = RatisLog.open(folder.resolve("copy"))) {
            String reason = assertThrows(
                            ExecutionException.class, () -> opened.started().get(20, TimeUnit.SECONDS))
                    .getCause()
                    .getMessage();
            assertTrue(reason.contains("is damaged") && reason.contains("put back a copy"), reason);
            assertEquals(1, reason.lines().count());
            assertEquals(reason, opened.failure().get(1, TimeUnit.SECONDS));
            assertThrows(ExecutionException.class, () -> submit(opened, new Entry.EndLease(1)));
        }
    }
}
