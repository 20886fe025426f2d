package io.roundtable.gcd;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.Entry.Request;
import io.roundtable.catalog.Outcome.Done;
import io.roundtable.catalog.Outcome.Refused;
import io.roundtable.catalog.Outcome.Result;
import io.roundtable.catalog.Refusals;
import io.roundtable.event.EventKind;
import io.roundtable.gcd.LeaseTable.Seat;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.LeaseMessage.Applied;
import io.roundtable.protocol.LeaseMessage.CatalogPart;
import io.roundtable.protocol.LeaseMessage.Claim;
import io.roundtable.protocol.LeaseMessage.FetchCatalog;
import io.roundtable.protocol.LeaseMessage.Granted;
import io.roundtable.protocol.LeaseMessage.HandBack;
import io.roundtable.protocol.LeaseMessage.Held;
import io.roundtable.protocol.LeaseMessage.Manages;
import io.roundtable.protocol.LeaseMessage.Propose;
import io.roundtable.protocol.LeaseMessage.Renew;
import io.roundtable.protocol.LeaseMessage.WhoManages;
import io.roundtable.protocol.Message;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lease over real sockets, with the log on a real disk. */
class LeaseDeskTest {
    @TempDir
    private Path folder;

    private LeaseTable table;

    @BeforeEach
    void open() throws Exception {
        table = new LeaseTable(RatisLog.open(folder));
    }

    @AfterEach
    void close() throws Exception {
        table.close();
        assertEquals(List.of(), table.complaints);
    }

    private static Propose proposal(long epoch, Change... changes) {
        return new Propose(
                epoch,
                CatalogCodec.encodeRequests(java.util.Arrays.stream(changes)
                        .map(change -> new Request(0, change))
                        .toList()));
    }

    private static Change user(String name) {
        return new Change.AddUser(name, Optional.empty(), Optional.empty());
    }

    private static List<Result> applied(Message answer) {
        return CatalogCodec.decodeResults(
                assertInstanceOf(Applied.class, answer).outcomes());
    }

    private static Catalog fetch(Seat seat, long epoch) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            CatalogPart part = assertInstanceOf(CatalogPart.class, seat.ask(new FetchCatalog(epoch, bytes.size())));
            assertEquals(bytes.size(), part.offset());
            bytes.writeBytes(part.bytes());
            if (bytes.size() == part.totalBytes()) {
                return CatalogCodec.readSnapshot(new ByteArrayInputStream(bytes.toByteArray()));
            }
        }
    }

    @Test
    void joinIsAnsweredBeforeTheLogIsReady() throws Exception {
        try (Seat seat = table.seat(10)) {
            // The log needs a while to start; whether it is ready by now, nobody knows, and nobody had to wait for it.
            assertInstanceOf(Message.Members.class, seat.ask(new Message.Join(seat.self)));
        }
    }

    @Test
    void aClaimThatComesBeforeTheLogIsReadyWaitsForIt() throws Exception {
        try (Seat seat = table.seat(10)) {
            assertEquals(new Granted(1, RatisLog.LEASE_MS), seat.ask(new Claim(seat.self)));
        }
    }

    @Test
    void theGcdSaysThatItsCatalogIsOpenAndWhere() {
        await().until(() -> table.events.stream()
                .anyMatch(event -> event.kind() == EventKind.CATALOG_OPENED
                        && event.facts().get(0).value().equals(folder.toString())));
    }

    @Test
    void onlyWhoSitsOnTheConnectionCanClaim() throws Exception {
        try (Seat seat = table.seat(10);
                Seat other = table.seat(20)) {
            assertInstanceOf(Message.Refusal.class, seat.ask(new Claim(other.self)));
            assertInstanceOf(Message.Refusal.class, seat.ask(new Claim(LeaseTable.member(30))));
        }
    }

    @Test
    void theSecondClaimIsHeldWithASmallWait() throws Exception {
        try (Seat first = table.seat(10);
                Seat second = table.seat(20)) {
            first.claim();
            Held held = assertInstanceOf(Held.class, second.ask(new Claim(second.self)));

            assertEquals(Optional.of(first.self), held.holder());
            assertEquals(1, held.epoch());
            assertTrue(held.retryMs() >= 1 && held.retryMs() <= 250, held.toString());
        }
    }

    /** As a claimer does that has waited too long for the first answer. */
    @Test
    void whoeverAsksForTheCatalogAnewHasDoneNothingWrong() throws Exception {
        try (Seat seat = table.seat(10)) {
            long epoch = seat.claim().epoch();
            for (int i = 0; i < 20; i++) {
                List<Message> answers = seat.askTwice(new FetchCatalog(epoch, 0));

                assertTrue(answers.stream().anyMatch(CatalogPart.class::isInstance), answers::toString);
                assertTrue(!answers.toString().contains("java."), answers::toString);
            }
            assertEquals(
                    List.of(),
                    table.events.stream()
                            .filter(event -> event.kind() == EventKind.BAD_INPUT)
                            .toList());
        }
    }

    @Test
    void nobodyRenewsHandsBackProposesOrReadsWithAnothersEpoch() throws Exception {
        try (Seat first = table.seat(10);
                Seat second = table.seat(20)) {
            long epoch = first.claim().epoch();
            for (Message question : List.of(
                    new Renew(epoch), new HandBack(epoch), proposal(epoch, user("u")), new FetchCatalog(epoch, 0))) {
                assertInstanceOf(Held.class, second.ask(question), question.word());
            }
            for (Message question :
                    List.of(new Renew(0), new HandBack(2), proposal(0, user("u")), new FetchCatalog(7, 0))) {
                assertInstanceOf(Held.class, first.ask(question), question.word());
            }
            assertEquals(0, fetch(first, epoch).users().size());
        }
    }

    @Test
    void aHigherClaimEndsRenewalsAndAHandBackPassesTheLeaseOnAtOnce() throws Exception {
        try (Seat low = table.seat(10);
                Seat high = table.seat(20)) {
            long epoch = low.claim().epoch();
            assertInstanceOf(Granted.class, low.ask(new Renew(epoch)));
            assertInstanceOf(Held.class, high.ask(new Claim(high.self)));
            Held held = assertInstanceOf(Held.class, low.ask(new Renew(epoch)));
            assertEquals(Optional.of(low.self), held.holder());

            assertEquals(new Control.Done(), low.ask(new HandBack(epoch)));
            assertEquals(new Granted(2, RatisLog.LEASE_MS), high.ask(new Claim(high.self)));
        }
    }

    @Test
    void theEndOfItsConnectionEndsTheLeaseAndEverybodyIsTold() throws Exception {
        Seat first = table.seat(20);
        try (Seat second = table.seat(10)) {
            assertEquals(new Manages(Optional.empty(), 0), second.news());
            first.claim();
            assertEquals(new Manages(Optional.of(first.self), 1), second.news());
            long before = System.nanoTime();
            first.close();

            assertEquals(new Manages(Optional.empty(), 1), second.news());
            assertEquals(new Granted(2, RatisLog.LEASE_MS), second.ask(new Claim(second.self)));
            assertTrue(
                    Duration.ofNanos(System.nanoTime() - before).toMillis() < RatisLog.LEASE_MS / 2,
                    "it was not waited out");
            assertEquals(new Manages(Optional.of(second.self), 2), second.news());
        }
    }

    @Test
    void whoSaysGoodbyeGivesTheLeaseBack() throws Exception {
        try (Seat first = table.seat(20);
                Seat second = table.seat(10)) {
            assertEquals(new Manages(Optional.empty(), 0), second.news());
            first.claim();
            assertEquals(new Manages(Optional.of(first.self), 1), second.news());
            first.leave();
            assertEquals(new Manages(Optional.empty(), 1), second.news());
        }
    }

    @Test
    void aHolderThatFallsSilentLosesTheLeaseWhenItsTimeIsUpAndEverybodyIsTold() throws Exception {
        try (Seat first = table.seat(20);
                Seat second = table.seat(10)) {
            assertEquals(new Manages(Optional.empty(), 0), second.news());
            long before = System.nanoTime();
            first.claim();
            assertEquals(new Manages(Optional.of(first.self), 1), second.news());
            assertEquals(new Manages(Optional.empty(), 1), second.news());
            long silentMs = Duration.ofNanos(System.nanoTime() - before).toMillis();

            assertTrue(silentMs >= RatisLog.LEASE_MS, "after " + silentMs + " ms, before its time was up");
            assertInstanceOf(Held.class, first.ask(new Renew(1)));
        }
    }

    @Test
    void aHolderThatRenewsKeepsTheLeaseForLongerThanItsDuration() throws Exception {
        try (Seat seat = table.seat(20)) {
            long epoch = seat.claim().epoch();
            long begin = System.nanoTime();
            await().pollInterval(Duration.ofMillis(300))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> {
                        assertInstanceOf(Granted.class, seat.ask(new Renew(epoch)));
                        return Duration.ofNanos(System.nanoTime() - begin).toMillis() > 3L * RatisLog.LEASE_MS / 2;
                    });
        }
    }

    @Test
    void whoSitsDownIsToldWhoManagesAndSoIsWhoeverAsks() throws Exception {
        try (Seat first = table.seat(20)) {
            first.claim();
            Manages expected = new Manages(Optional.of(first.self), 1);
            try (Seat second = table.seat(10)) {
                assertEquals(expected, second.news());
                assertEquals(expected, second.ask(new WhoManages()));
            }
        }
    }

    @Test
    void aChangeIsAppliedAndStandsInTheSnapshotThatTheNextManagerFetches() throws Exception {
        try (Seat second = table.seat(10)) {
            try (Seat first = table.seat(20)) {
                long epoch = first.claim().epoch();
                assertEquals(
                        List.of(new Done(0, 0), new Refused(Refusals.BAD_USER)),
                        applied(first.ask(proposal(epoch, user("ann"), user("ann")))));
            }
            long epoch = second.claim().epoch();
            Catalog catalog = fetch(second, epoch);
            assertEquals("ann", catalog.users().iterator().next().name());
            assertEquals(epoch, catalog.epoch());
            assertEquals(Optional.of(second.self), catalog.manager());
        }
    }

    @Test
    void aSnapshotOfSeveralPartsIsTheSameWhateverIsChangedMeanwhile() throws Exception {
        try (Seat seat = table.seat(20)) {
            long epoch = seat.claim().epoch();
            for (int i = 0; i < 20; i++) {
                Change[] users = new Change[1000];
                for (int j = 0; j < users.length; j++) {
                    users[j] = new Change.AddUser(
                            "u" + i + "-" + j,
                            Optional.of(new io.roundtable.protocol.Address("h".repeat(60), 1)),
                            Optional.empty());
                }
                applied(seat.ask(proposal(epoch, users)));
                assertInstanceOf(Granted.class, seat.ask(new Renew(epoch)), "this may take longer than a lease");
            }
            CatalogPart first = assertInstanceOf(CatalogPart.class, seat.ask(new FetchCatalog(epoch, 0)));
            assertTrue(first.totalBytes() > CatalogPart.BYTES_MAX, "it takes more than one part");
            applied(seat.ask(proposal(epoch, user("late"))));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(first.bytes());
            while (bytes.size() < first.totalBytes()) {
                assertInstanceOf(Granted.class, seat.ask(new Renew(epoch)));
                bytes.writeBytes(assertInstanceOf(CatalogPart.class, seat.ask(new FetchCatalog(epoch, bytes.size())))
                        .bytes());
            }
            Catalog old = CatalogCodec.readSnapshot(new ByteArrayInputStream(bytes.toByteArray()));
            assertEquals(20_000, old.users().size());
            assertEquals(20_001, fetch(seat, epoch).users().size());
        }
    }

    @Test
    void partsOfNoSnapshotAndBatchesThatAreNoneAreRefused() throws Exception {
        try (Seat seat = table.seat(20)) {
            long epoch = seat.claim().epoch();
            assertInstanceOf(Message.Refusal.class, seat.ask(new FetchCatalog(epoch, 100)));
            assertInstanceOf(Message.Refusal.class, seat.ask(new Propose(epoch, new byte[] {1, 2, 3})));
            assertInstanceOf(Message.Refusal.class, seat.ask(new Granted(1, 1)));
            fetch(seat, epoch);
            CatalogPart beyond =
                    assertInstanceOf(CatalogPart.class, seat.ask(new FetchCatalog(epoch, Integer.MAX_VALUE)));
            assertEquals(0, beyond.bytes().length);
        }
    }

    @Test
    void theLargestBatchThatAMessageCarriesIsTaken() throws Exception {
        try (Seat seat = table.seat(20)) {
            long epoch = seat.claim().epoch();
            Change[] users = new Change[3_900];
            for (int i = 0; i < users.length; i++) {
                users[i] = new Change.AddUser(
                        "u" + i, Optional.of(new io.roundtable.protocol.Address("h".repeat(250), 1)), Optional.empty());
            }
            assertEquals(users.length, applied(seat.ask(proposal(epoch, users))).size());
        }
    }
}
