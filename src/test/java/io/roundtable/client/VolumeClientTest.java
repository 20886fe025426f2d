package io.roundtable.client;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.stream.StreamOptions;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever uses volumes does not notice a change of the manager, and hears of everything else in one sentence. */
class VolumeClientTest {
    private static final VolumeOptions QUICK =
            new VolumeOptions(300, 3_000, new StreamOptions(500, 300, 2_000, 50, 500, 16 << 20, 300));
    private static final int LARGE = 8 << 20;

    private FakeGroup group;
    private VolumeClient client;

    @BeforeEach
    void start() throws Exception {
        group = new FakeGroup(3);
        client = new VolumeClient(List.of(group.gcd()), "U1", QUICK);
        client.configure("dss1", 3, 1, 1 << 16);
    }

    @AfterEach
    void stop() {
        client.close();
        group.close();
    }

    private static byte[] content(int bytes) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return content;
    }

    private byte[] read(String file) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        client.read("dss1", file, out);
        return out.toByteArray();
    }

    private long asked(Class<? extends VolumeMessage> type) {
        return group.asked.stream().filter(type::isInstance).count();
    }

    private static Predicate<VolumeMessage> a(Class<? extends VolumeMessage> type) {
        return type::isInstance;
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        for (int size : new int[] {0, 1, 4_096, 200_000, LARGE}) {
            FileInfo file = client.write("dss1", "f" + size, content(size));

            assertEquals(size, file.sizeBytes());
            assertEquals(group.file("f" + size), file);
            assertArrayEquals(content(size), read("f" + size));
        }
        assertEquals(5, client.files("dss1").size());
        await().untilAsserted(() -> assertEquals(5, asked(VolumeMessage.CloseRead.class)));
    }

    @Test
    void aLargeFileIsNamedBeforeItsBytesAreSent() throws Exception {
        client.write("dss1", "f", content(LARGE));
        assertEquals(1, asked(VolumeMessage.PrepareWrite.class));
        VolumeMessage named = new VolumeMessage.PrepareWrite("dss1", "U1", 1, Optional.of("f"));
        assertTrue(group.asked.contains(named), () -> "" + group.asked);
    }

    @Test
    void aPartIsRead() throws Exception {
        client.write("dss1", "f", content(LARGE));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        client.read("dss1", "f", 1_000_000, 10, Channels.newChannel(out));

        assertArrayEquals(java.util.Arrays.copyOfRange(content(LARGE), 1_000_000, 1_000_010), out.toByteArray());
    }

    @Test
    void aManagerThatDiesAfterTheCommitCommitsOnce() throws Exception {
        group.dieOn(a(VolumeMessage.Commit.class));

        FileInfo file = client.write("dss1", "f", content(5_000));

        assertEquals(group.file("f"), file);
        List<VolumeMessage> commits =
                group.asked.stream().filter(a(VolumeMessage.Commit.class)).toList();
        assertEquals(2, commits.size());
        assertEquals(commits.get(0), commits.get(1));
        assertArrayEquals(content(5_000), read("f"));
    }

    @Test
    void aManagerThatDiesIsFollowedByTheNextForEveryQuestion() throws Exception {
        client.write("dss1", "f", content(5_000));
        group.dieOn(a(VolumeMessage.OpenRead.class));
        assertArrayEquals(content(5_000), read("f"));
        group.changeManager();
    }

    @Test
    void aRemovalIsNotRefusedBecauseItWasDoneAlready() throws Exception {
        client.write("dss1", "f", content(5_000));
        group.dieOn(a(VolumeMessage.Remove.class));

        client.remove("dss1", "f");

        assertEquals(List.of(), client.files("dss1"));
    }

    @Test
    void aManagerThatIsSilentIsAskedAgain() throws Exception {
        group.beSilentOn(a(VolumeMessage.PrepareWrite.class));

        client.write("dss1", "f", content(5_000));

        assertEquals(2, asked(VolumeMessage.PrepareWrite.class));
    }

    @Test
    void aLongWriteOutlivesAChangeOfTheManager() throws Exception {
        InputStream in = new java.io.ByteArrayInputStream(content(LARGE)) {
            private boolean isChanged;

            @Override
            public synchronized int read(byte[] to, int offset, int length) {
                if (!isChanged && pos > LARGE / 2) {
                    isChanged = true;
                    await().until(() -> group.disks.stream().allMatch(disk -> disk.sharesBegun.get() == 1));
                    group.changeManager();
                }
                return super.read(to, offset, length);
            }
        };

        FileInfo file = client.write("dss1", "f", in, LARGE);

        assertEquals(List.of(), file.missing());
        assertTrue(asked(VolumeMessage.KeepWrite.class) > 0);
        assertArrayEquals(content(LARGE), read("f"));
    }

    @Test
    void aWriteThatTakesLongIsKeptAlive() throws Exception {
        group.keepEvery(100);
        InputStream slow = new java.io.ByteArrayInputStream(content(LARGE)) {
            @Override
            public synchronized int read(byte[] to, int offset, int length) {
                if (pos == LARGE / 2) {
                    await().until(() -> asked(VolumeMessage.KeepWrite.class) >= 2);
                }
                return super.read(to, offset, length);
            }
        };

        client.write("dss1", "f", slow, LARGE);

        assertTrue(asked(VolumeMessage.KeepWrite.class) >= 2);
    }

    @Test
    void manySmallFilesAskForNumbersByTheDozen() throws Exception {
        List<VolumeClient.Content> many = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            many.add(new VolumeClient.Content("f" + i, content(1_000 + i)));
        }

        List<FileInfo> written = client.writeMany("dss1", many);

        assertEquals(150, written.size());
        assertEquals(150, written.stream().map(FileInfo::fileId).distinct().count());
        assertTrue(asked(VolumeMessage.PrepareWrite.class) <= 6, () -> "" + asked(VolumeMessage.PrepareWrite.class));
        assertArrayEquals(content(1_149), read("f149"));
        client.close();
        long unused = 64 * (asked(VolumeMessage.PrepareWrite.class) - 1) + 1 - 150;
        await().untilAsserted(() -> assertEquals(unused, asked(VolumeMessage.Abort.class)));
    }

    @Test
    void manyWritersWaitForTheManagerTogetherAndNotOneAfterTheOther() throws Exception {
        client.write("dss1", "f", content(5_000));
        group.manageNobody();
        long before = System.nanoTime();
        List<Future<GroupException>> failures = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String name = "f" + i;
            failures.add(inBackground(
                    () -> assertThrows(GroupException.class, () -> client.write("dss1", name, content(5_000)))));
        }
        for (Future<GroupException> each : failures) {
            assertTrue(each.get(30, TimeUnit.SECONDS).getMessage().contains("could not be asked for 3 s"));
        }
        long tookMs = (System.nanoTime() - before) / 1_000_000;
        assertTrue(tookMs < 6_500, () -> "each waits for 3 s, all for " + tookMs + " ms");
    }

    @Test
    void aWriteThatFailsIsGivenUp() throws Exception {
        group.disks.forEach(disk -> disk.refusesWrites = Fault.FULL);

        Exception e = assertThrows(Exception.class, () -> client.write("dss1", "f", content(5_000)));

        assertTrue(e.getMessage().contains("FULL"), e::getMessage);
        await().untilAsserted(() -> assertEquals(1, asked(VolumeMessage.Abort.class)));
    }

    @Test
    void damageIsReportedOnceAShare() throws Exception {
        FileInfo file = client.write("dss1", "f", content(LARGE));
        group.disks.get(0).flipBit(new io.roundtable.protocol.ShareKey(1, file.fileId(), 0), 5);
        group.disks.get(0).flipBit(new io.roundtable.protocol.ShareKey(1, file.fileId(), 0), 3_000_000);

        assertArrayEquals(content(LARGE), read("f"));

        await().untilAsserted(() -> assertEquals(1, asked(VolumeMessage.ReportDamage.class)));
    }

    @Test
    void jobsAreFollowedToTheirEnd() throws Exception {
        List<Long> seen = new ArrayList<>();

        VolumeMessage.Job over = client.await(client.failDisk("dss1", Optional.of("D2")), job -> seen.add(job.done()));

        assertTrue(over.isOver());
        assertEquals(List.of(0L, 50L, 100L), seen);
    }

    @Test
    void aRefusalIsTheManagersOwnSentence() {
        GroupException e = assertThrows(GroupException.class, () -> read("nothing"));

        assertEquals("file not found", e.getMessage());
    }

    @Test
    void withoutAGcdTheErrorComesAtOnce() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        try (VolumeClient lost = new VolumeClient(List.of(new Address("127.0.0.1", port)), "U1", QUICK)) {
            long before = System.nanoTime();

            GroupException e = assertThrows(GroupException.class, lost::list);

            assertTrue(e.getMessage().contains("127.0.0.1:" + port), e::getMessage);
            assertTrue((System.nanoTime() - before) / 1_000_000 < 2_000);
        }
    }

    @Test
    void withoutAManagerTheErrorComesWhenTheTimeIsOver() throws Exception {
        client.list();
        group.close();

        GroupException e = assertThrows(GroupException.class, client::list);

        assertTrue(e.getMessage().contains("the manager could not be asked for 3 s"), e::getMessage);
    }

    // ---- waiting

    private static VolumeClient waiting(Address gcd, boolean waitsForGroup, List<String> said) {
        VolumeOptions patient = new VolumeOptions(3_000, 5_000, StreamOptions.DEFAULT);
        return new VolumeClient(List.of(gcd), "U1", patient, new Patience(waitsForGroup, said::add));
    }

    private static void awaitOneWithinTwoSeconds(List<String> said, long sinceNs, String words) {
        await().pollInterval(Duration.ofMillis(20)).until(() -> !said.isEmpty());
        // A little more than the two seconds, since the machine may be busy.
        assertTrue(System.nanoTime() - sinceNs < 2_500_000_000L, "too late");
        assertTrue(said.get(0).startsWith("waiting for ") && said.get(0).contains(words), () -> said.get(0));
    }

    @Test
    void withoutAManagerItIsToldWithinTwoSecondsAndOnceWhatIsWaitedFor() throws Exception {
        List<String> said = new CopyOnWriteArrayList<>();
        try (VolumeClient patient = waiting(group.gcd(), false, said)) {
            patient.list();
            group.manageNobody();
            long began = System.nanoTime();
            Future<GroupException> failed = inBackground(() -> assertThrows(GroupException.class, patient::list));

            awaitOneWithinTwoSeconds(said, began, "no peer manages now");

            assertTrue(failed.get(20, TimeUnit.SECONDS).getMessage().contains("could not be asked for 5 s"));
            assertEquals(1, said.size(), said::toString);
        }
    }

    @Test
    void aManagerThatHangsIsToldWithinTwoSeconds() throws Exception {
        List<String> said = new CopyOnWriteArrayList<>();
        try (VolumeClient patient = waiting(group.gcd(), false, said)) {
            patient.list();
            group.beSilentOn(a(VolumeMessage.ListVolumes.class));
            long began = System.nanoTime();
            Future<VolumeMessage.Listing> listed = inBackground(patient::list);

            awaitOneWithinTwoSeconds(said, began, "the manager at 127.0.0.1:");

            // It is asked once more when its time is over.
            assertEquals(1, listed.get(20, TimeUnit.SECONDS).volumes().size());
            assertEquals(1, said.size(), said::toString);
        }
    }

    @Test
    void disksThatHangAreToldWithinTwoSecondsAndASlowReaderOfOursIsNoDisk() throws Exception {
        client.write("dss1", "f", content(LARGE));
        List<String> said = new CopyOnWriteArrayList<>();
        try (VolumeClient patient = waiting(group.gcd(), false, said)) {
            WritableByteChannel slow = Channels.newChannel(new ByteArrayOutputStream() {
                @Override
                public void write(byte[] bytes, int from, int count) {
                    LockSupport.parkNanos(2_500_000_000L);
                    super.write(bytes, from, count);
                }
            });
            patient.read("dss1", "f", 0, 10, slow);
            assertEquals(List.of(), said);

            group.disks.forEach(disk -> disk.readDelayMs = 60_000);
            long began = System.nanoTime();
            Future<byte[]> read = inBackground(() -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                patient.read("dss1", "f", out);
                return out.toByteArray();
            });
            awaitOneWithinTwoSeconds(said, began, "the disks of dss1");
            read.cancel(true);
        }
    }

    @Test
    void whoIsToldToWaitForTheGroupWaitsUntilItIsThere() throws Exception {
        group.manageNobody();
        List<String> said = new CopyOnWriteArrayList<>();
        try (VolumeClient patient = waiting(group.gcd(), true, said)) {
            Future<VolumeMessage.Listing> listed = inBackground(patient::list);
            // Longer than the time after which a group that was there is given up.
            await().pollDelay(Duration.ofSeconds(6)).until(() -> true);
            assertFalse(listed.isDone());
            assertEquals(1, said.size(), said::toString);

            group.changeManager();

            assertEquals(1, listed.get(20, TimeUnit.SECONDS).volumes().size());
            assertEquals(1, said.size(), said::toString);
        }
    }

    private static <T> Future<T> inBackground(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread = new Thread(future, "waits-in-background");
        thread.setDaemon(true);
        thread.start();
        return future;
    }
}
