package io.roundtable.gcd;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Change;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.Entry.Request;
import io.roundtable.catalog.Outcome;
import io.roundtable.folder.Folders;
import io.roundtable.gcd.LeaseTable.Seat;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three GCDs that keep one catalog, in one process, over real sockets. */
class GroupLogTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Member SELF = LeaseTable.member(10);

    @TempDir
    private Path folder;

    private final List<Address> places = new ArrayList<>();
    private final RatisLog[] logs = new RatisLog[3];

    @BeforeEach
    void pickPorts() throws IOException {
        places.addAll(FreePorts.pick(logs.length));
    }

    @AfterEach
    void close() {
        for (RatisLog log : logs) {
            if (log != null) {
                log.close();
            }
        }
    }

    private void open(int... numbers) throws IOException {
        for (int i : numbers) {
            logs[i] = RatisLog.open(folder.resolve("gcd" + i), new Group(places, places.get(i), "127.0.0.1"));
        }
    }

    private void stop(int number) {
        logs[number].close();
        logs[number] = null;
    }

    private int leader() {
        int[] leader = {-1};
        await().atMost(PATIENCE).until(() -> {
            for (int i = 0; i < 3; i++) {
                if (logs[i] != null && logs[i].isLeading()) {
                    leader[0] = i;
                    return true;
                }
            }
            return false;
        });
        return leader[0];
    }

    private static Outcome submit(CatalogLog log, Entry entry) throws Exception {
        return log.submit(entry).get(30, TimeUnit.SECONDS);
    }

    private static Entry add(long epoch, String user) {
        return new Entry.Changes(
                epoch, List.of(new Request(0, new Change.AddUser(user, Optional.empty(), Optional.empty()))), 0);
    }

    private static void awaitUsers(CatalogLog log, int users) {
        await().atMost(PATIENCE).until(() -> RatisLogTest.catalog(log).users().size() == users);
    }

    /** Until an epoch is granted, whoever leads, and whatever lease has to be waited out. */
    private static long claim(CatalogLog log) {
        long[] epoch = new long[1];
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            if (submit(log, new Entry.ClaimLease(SELF, 0)) instanceof Outcome.Leased leased) {
                epoch[0] = leased.epoch();
            }
            return epoch[0] != 0;
        });
        return epoch[0];
    }

    @Test
    void whatOneAcknowledgesAllHaveWhicheverIsAsked() throws Exception {
        open(0, 1, 2);
        int leader = leader();
        int follower = (leader + 1) % 3;
        long epoch = claim(logs[follower]);
        assertInstanceOf(Outcome.Changed.class, submit(logs[follower], add(epoch, "ann")));
        assertEquals(1, RatisLogTest.catalog(logs[follower]).users().size(), "what it acknowledged itself, at once");
        assertInstanceOf(Outcome.Changed.class, submit(logs[leader], add(epoch, "bob")));
        for (RatisLog log : logs) {
            awaitUsers(log, 2);
        }
    }

    @Test
    void aNewGroupWaitsUntilAllOfItsGcdsAreThere() throws Exception {
        open(0, 1);
        await().during(Duration.ofSeconds(1))
                .atMost(PATIENCE)
                .until(() -> !logs[0].isLeading() && !logs[1].isLeading());
        assertFalse(logs[0].started().isDone());
        // Both say for whom, whether they would begin the log or wait to be invited.
        for (int i = 0; i < 2; i++) {
            List<String> told = new CopyOnWriteArrayList<>();
            logs[i].listen(new WaitingListener(told));
            await().atMost(PATIENCE).until(() -> told.contains(places.get(2) + " true"));
        }

        open(2);
        leader();
        for (RatisLog log : logs) {
            log.started().get(30, TimeUnit.SECONDS);
        }
    }

    private record WaitingListener(List<String> told) implements CatalogLog.Listener {
        @Override
        public void onManager(LeaseView lease) {}

        @Override
        public void onMembers() {}

        @Override
        public void onWaiting(List<Address> missing, boolean areAllNeeded) {
            told.add(missing.stream().map(Address::toString).collect(Collectors.joining(",")) + " " + areAllNeeded);
        }
    }

    @Test
    void oneOfAGroupThatIsStartedAgainWaitsForAMajorityAndSaysSo() throws Exception {
        beginAll();
        stop(0);
        stop(1);
        stop(2);
        List<String> told = new CopyOnWriteArrayList<>();
        open(1);
        logs[1].listen(new WaitingListener(told));
        await().atMost(PATIENCE).until(() -> told.contains(places.get(0) + "," + places.get(2) + " false"));
        open(2);
        logs[1].started().get(30, TimeUnit.SECONDS);
        awaitUsers(logs[1], 1);
    }

    @Test
    void theGroupGoesOnWithoutItsLeaderAndTheOneThatComesBackCatchesUp() throws Exception {
        open(0, 1, 2);
        int first = leader();
        long epoch = claim(logs[first]);
        submit(logs[first], add(epoch, "ann"));
        int other = (first + 1) % 3;
        // Else it may not know of the group yet that it is to go on with.
        for (RatisLog log : logs) {
            awaitUsers(log, 1);
        }
        stop(first);

        int second = leader();
        assertNotEquals(first, second);
        long next = claim(logs[other]);
        assertTrue(next > epoch);
        submit(logs[other], add(next, "bob"));
        open(first);
        awaitUsers(logs[first], 2);
    }

    @Test
    void aGcdThatReachesNoLeaderRefusesWhatItWouldHaveToWaitFor() throws Exception {
        open(0, 1, 2);
        leader();
        for (RatisLog log : logs) {
            log.started().get(30, TimeUnit.SECONDS);
        }
        int left = (leader() + 1) % 3;
        stop((left + 1) % 3);
        stop((left + 2) % 3);
        List<CompletableFuture<Outcome>> all = new ArrayList<>();
        assertTimeoutPreemptively(Duration.ofSeconds(3), () -> {
            for (int i = 0; i < LogSettings.PASSED_ON_MAX + 100; i++) {
                all.add(logs[left].submit(add(1, "ann")));
            }
        });
        assertTrue(all.get(LogSettings.PASSED_ON_MAX).isCompletedExceptionally(), "one too many, and refused at once");
    }

    @Test
    void aSingleGcdThatGrowsIntoAGroupKeepsAllData() throws Exception {
        long epoch;
        try (RatisLog alone = RatisLog.open(folder.resolve("gcd1"))) {
            epoch = ((Outcome.Leased) submit(alone, new Entry.ClaimLease(SELF, 0))).epoch();
            submit(alone, add(epoch, "ann"));
        }
        open(0, 1, 2);
        for (RatisLog log : logs) {
            awaitUsers(log, 1);
        }
        long next = claim(logs[0]);
        assertTrue(next > epoch);
        submit(logs[0], add(next, "bob"));
        for (RatisLog log : logs) {
            awaitUsers(log, 2);
        }
        stop(1);
        awaitUsers(logs[leader()], 2);
        assertTrue(claim(logs[2]) > next, "the one that had the data is needed no more");
    }

    @Test
    void aGcdThatLostItsDiskGetsTheCatalogOfTheOthersAndBeginsNoneOfItsOwn() throws Exception {
        open(0, 1, 2);
        leader();
        long epoch = claim(logs[0]);
        submit(logs[0], add(epoch, "ann"));
        for (RatisLog log : logs) {
            awaitUsers(log, 1);
        }
        // The first of the list, that would begin a new log if it were asked alone.
        stop(0);
        Folders.delete(folder.resolve("gcd0"));
        open(0);
        awaitUsers(logs[0], 1);
        int victim = leader() == 1 ? 1 : 2;
        stop(victim);
        long next = claim(logs[0]);
        submit(logs[0], add(next, "bob"));
        awaitUsers(logs[0], 2);
    }

    /** Three that have begun, and a user. */
    private void beginAll() throws Exception {
        open(0, 1, 2);
        leader();
        submit(logs[0], add(claim(logs[0]), "ann"));
        for (RatisLog log : logs) {
            awaitUsers(log, 1);
        }
    }

    private static String refusal(RatisLog log) throws Exception {
        return log.failure().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aLogOfOneOfThreeThatWasPutIntoANewFolderIsRefusedAndItRejoinsAsItIsTold() throws Exception {
        beginAll();
        stop(0);
        Path kept = folder.resolve("kept");
        StoreFaultsTest.copy(folder.resolve("gcd0"), kept);
        Files.delete(kept.resolve("member"));
        Folders.delete(folder.resolve("gcd0"));
        StoreFaultsTest.copy(kept, folder.resolve("gcd0"));
        open(0);
        String reason = refusal(logs[0]);
        assertTrue(reason.contains("a copy of that of one of 3") && reason.contains("empty folder"), reason);
        stop(0);
        try (RatisLog alone = RatisLog.open(kept)) {
            assertEquals(refusal(alone).replace(kept.toString(), ""), reason.replace(folder + "/gcd0", ""));
        }
        Folders.delete(folder.resolve("gcd0"));
        open(0);
        awaitUsers(logs[0], 1);
        submit(logs[0], add(claim(logs[0]), "bob"));
        awaitUsers(logs[0], 2);
    }

    @Test
    void oneOfThreeThatIsStartedAloneSaysWhatIsMissing() throws Exception {
        beginAll();
        stop(0);
        try (RatisLog alone = RatisLog.open(folder.resolve("gcd0"))) {
            String reason = refusal(alone);
            assertTrue(
                    reason.contains("--group") && reason.contains(places.get(1).toString()), reason);
        }
        open(0);
        awaitUsers(logs[0], 1);
    }

    /** The whole folder was put back, as it was before the other two came. */
    @Test
    void aCopyFromBeforeItGrewTakesNothingFromTheGroup() throws Exception {
        Path kept = folder.resolve("kept");
        try (RatisLog alone = RatisLog.open(folder.resolve("gcd1"))) {
            long epoch = ((Outcome.Leased) submit(alone, new Entry.ClaimLease(SELF, 0))).epoch();
            submit(alone, add(epoch, "ann"));
            StoreFaultsTest.copy(folder.resolve("gcd1"), kept);
        }
        open(0, 1, 2);
        submit(logs[0], add(claim(logs[0]), "bob"));
        for (RatisLog log : logs) {
            awaitUsers(log, 2);
        }
        stop(1);
        Folders.delete(folder.resolve("gcd1"));
        StoreFaultsTest.copy(kept, folder.resolve("gcd1"));
        open(1);
        String reason = refusal(logs[1]);
        assertTrue(reason.contains("has gone on without") && reason.contains("empty folder"), reason);
        stop(1);
        submit(logs[0], add(claim(logs[0]), "cid"));
        awaitUsers(logs[2], 3);
        assertEquals(3, RatisLogTest.catalog(logs[0]).users().size());
    }

    @Test
    void aWholeFolderFromAnEarlierMomentIsRefusedByWhoeverKnowsBetter() throws Exception {
        beginAll();
        stop(0);
        Path kept = folder.resolve("kept");
        StoreFaultsTest.copy(folder.resolve("gcd0"), kept);
        open(0);
        for (int users = 2; users < 5; users++) {
            submit(logs[1], add(claim(logs[1]), "user" + users));
            for (RatisLog log : logs) {
                awaitUsers(log, users);
            }
        }
        stop(0);
        // Started again on what it had it is welcome, whatever the others know.
        open(0);
        awaitUsers(logs[0], 4);
        stop(0);
        Folders.delete(folder.resolve("gcd0"));
        StoreFaultsTest.copy(kept, folder.resolve("gcd0"));
        open(0);
        String reason = refusal(logs[0]);
        assertTrue(reason.contains("knows that it had entry") && reason.contains("empty folder"), reason);
    }

    @Test
    void aLogOfASingleGcdFromElsewhereIsBroughtIntoNoGroupUnlookedAt() throws Exception {
        try (RatisLog alone = RatisLog.open(folder.resolve("gcd1"))) {
            submit(alone, new Entry.ClaimLease(SELF, 0));
        }
        Files.delete(folder.resolve("gcd1/member"));
        open(1);
        String reason = refusal(logs[1]);
        assertTrue(reason.contains("once without --group"), reason);
    }

    @Test
    void aGcdThatWasAwayGetsACatalogTooBigForOneMessage() throws Exception {
        open(0, 1, 2);
        leader();
        long epoch = claim(logs[0]);
        stop(2);
        int users = 0;
        for (; users < 32_500; users += 2_500) {
            assertInstanceOf(Outcome.Changed.class, submit(logs[0], addBig(epoch, users, 2_500)));
        }
        awaitUsers(logs[1], users);
        // Whichever leads when the other is back, it does not have the old entries any more.
        takeSnapshot(0);
        takeSnapshot(1);
        open(2);
        awaitUsers(logs[2], users);
        submit(logs[0], add(claim(logs[0]), "ann"));
        awaitUsers(logs[2], users + 1);
    }

    /** Users of half a kilobyte each. */
    private static Entry addBig(long epoch, int first, int count) {
        Optional<Address> port = Optional.of(new Address("h".repeat(Address.HOST_LENGTH_MAX), 1));
        return new Entry.Changes(
                epoch,
                IntStream.range(first, first + count)
                        .mapToObj(number -> new Request(0, new Change.AddUser("user" + number, port, port)))
                        .toList(),
                0);
    }

    /** On the disk, whereupon the entries before it go. */
    private void takeSnapshot(int number) throws Exception {
        RaftPeer peer = peer(number);
        try (RaftClient client = client(RaftGroup.valueOf(groupId(number), peer))) {
            assertTrue(client.getSnapshotManagementApi(peer.getId())
                    .create(true, 20_000)
                    .isSuccess());
        }
    }

    private RaftPeer peer(int number) {
        return Membership.peer(Membership.idOf(places.get(number)), places.get(number));
    }

    private RaftGroupId groupId(int number) throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("gcd" + number).resolve("log"))) {
            return RaftGroupId.valueOf(
                    UUID.fromString(all.findFirst().orElseThrow().getFileName().toString()));
        }
    }

    private RaftClient client(RaftGroup group) {
        return RaftClient.newBuilder()
                .setProperties(LogSettings.make(folder, new Group(places, places.get(0), "127.0.0.1")))
                .setRaftGroup(group)
                .build();
    }

    @Test
    void aGcdThatDiedRightAfterItWasInvitedWaitsToBeInvitedAgain() throws Exception {
        try (RatisLog alone = RatisLog.open(folder.resolve("gcd1"))) {
            long epoch = ((Outcome.Leased) submit(alone, new Entry.ClaimLease(SELF, 0))).epoch();
            submit(alone, add(epoch, "ann"));
        }
        open(0);
        RaftPeer invited = peer(0);
        RaftGroupId log = groupId(1);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            try (RaftClient client = client(RaftGroup.valueOf(RaftGroupId.randomId(), invited))) {
                return client.getGroupManagementApi(invited.getId())
                        .add(RaftGroup.valueOf(log), true)
                        .isSuccess();
            }
        });
        stop(0);

        open(0);
        await().during(Duration.ofMillis(1_500)).atMost(PATIENCE).until(() -> !logs[0].isLeading());
        open(1, 2);
        for (RatisLog each : logs) {
            awaitUsers(each, 1);
        }
    }

    @Test
    void aGcdWithAnotherCatalogIsNotTakenIn() throws Exception {
        for (int i : new int[] {0, 1}) {
            try (RatisLog alone = RatisLog.open(folder.resolve("gcd" + i))) {
                submit(alone, new Entry.ClaimLease(SELF, 0));
            }
        }
        open(0, 1, 2);
        String reason = CompletableFutures.either(logs[0].failure(), logs[1].failure());
        assertTrue(reason.contains("keeps another catalog"), reason);
    }

    @Test
    void membersOfOneGcdAreKnownToAllAndAHolderMayClaimAtAnyOfThem() throws Exception {
        open(0, 1, 2);
        leader();
        List<LeaseTable> tables = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tables.add(new LeaseTable(logs[i]));
            logs[i] = null;
        }
        try (Seat first = tables.get(0).seat(20);
                Seat second = tables.get(1).seat(10)) {
            await().atMost(PATIENCE).until(() -> {
                Message.Members members = (Message.Members) second.ask(new Message.Join(second.self));
                return members.members().contains(first.self);
            });
            LeaseMessage.Granted granted = first.claim();
            assertInstanceOf(LeaseMessage.Granted.class, first.ask(new LeaseMessage.Renew(granted.epoch())));
            await().atMost(PATIENCE).until(() -> second.news().manager().equals(Optional.of(first.self)));
            first.close();
            await().atMost(PATIENCE).until(() -> second.news().manager().isEmpty());
            assertTrue(second.claim().epoch() > granted.epoch());
        } finally {
            for (LeaseTable table : tables) {
                table.close();
            }
        }
    }
}
