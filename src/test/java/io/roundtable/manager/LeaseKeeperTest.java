package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.LeaseMessage.CatalogPart;
import io.roundtable.protocol.LeaseMessage.Granted;
import io.roundtable.protocol.LeaseMessage.Held;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The lease as its keeper sees it: never longer than the GCD does. */
class LeaseKeeperTest {
    private static final int LEASE_MS = 1_000;
    private static final Member SELF = member(200);
    private static final Member HIGHER = member(300);

    private final LeaseKeeper keeper = new LeaseKeeper(SELF);
    private final List<LeaseKeeper.Effect.Ask> asked = new ArrayList<>();
    private final List<LeaseKeeper.Effect> other = new ArrayList<>();
    private long nowMs = 5_000;

    private static Member member(int days) {
        return new Member(new Identity(days, 1_000_000 + days), new Address("h", 1_000 + days), Dialect.NATIVE);
    }

    private void take(List<LeaseKeeper.Effect> effects) {
        for (LeaseKeeper.Effect each : effects) {
            if (each instanceof LeaseKeeper.Effect.Ask ask) {
                asked.add(ask);
            } else {
                other.add(each);
            }
        }
    }

    private LeaseKeeper.Effect.Ask last() {
        return asked.get(asked.size() - 1);
    }

    private void answer(Message message) {
        take(keeper.onAnswer(last().token(), message, nowMs));
    }

    private void wantAndConnect() {
        take(keeper.onGcd(true, nowMs));
        take(keeper.onWanted(true, nowMs));
    }

    private void hold(long epoch) {
        wantAndConnect();
        answer(new Granted(epoch, LEASE_MS));
        answer(new CatalogPart(0, 1, new byte[1]));
        assertTrue(keeper.isManaging(nowMs));
    }

    @Test
    void itClaimsOnceItIsWantedAndThereIsAGcd() {
        take(keeper.onWanted(true, nowMs));
        assertEquals(0, asked.size());
        take(keeper.onGcd(true, nowMs));
        assertEquals(new LeaseMessage.Claim(SELF), last().question());
    }

    @Test
    void whoIsToLetOthersGoFirstClaimsLater() {
        keeper.yieldFor(300);
        wantAndConnect();
        assertEquals(0, asked.size());
        nowMs += 299;
        take(keeper.onTick(nowMs));
        assertEquals(0, asked.size());
        nowMs++;
        take(keeper.onTick(nowMs));
        assertEquals(new LeaseMessage.Claim(SELF), last().question());
    }

    /** A higher one waits for its end, and would end the next one soon after, too. */
    @Test
    void whoIsRefusedRenewalInItsOwnEpochLetsTheOtherGoFirst() {
        hold(7);
        nowMs += LEASE_MS / 4;
        take(keeper.onTick(nowMs));
        assertEquals(new LeaseMessage.Renew(7), last().question());
        int before = asked.size();
        answer(new Held(Optional.of(SELF), 7, 250));
        assertFalse(keeper.isManaging(nowMs));
        nowMs += 2 * LEASE_MS;
        take(keeper.onTick(nowMs));
        assertEquals(before, asked.size());
        nowMs += 3 * LEASE_MS;
        take(keeper.onTick(nowMs));
        assertEquals(new LeaseMessage.Claim(SELF), last().question());
    }

    @Test
    void itManagesWhenItHasTheWholeCatalog() {
        wantAndConnect();
        answer(new Granted(7, LEASE_MS));
        assertFalse(keeper.isManaging(nowMs));
        answer(new CatalogPart(0, 5, new byte[] {1, 2, 3}));
        assertEquals(new LeaseMessage.FetchCatalog(7, 3), last().question());
        answer(new CatalogPart(3, 5, new byte[] {4, 5}));
        LeaseKeeper.Effect.Begin begin = (LeaseKeeper.Effect.Begin) other.get(0);
        assertEquals(7, begin.epoch());
        assertEquals(5, begin.snapshot().stream().mapToInt(part -> part.length).sum());
        assertTrue(keeper.isManaging(nowMs));
        assertEquals(Optional.of(SELF), keeper.manager());
    }

    @Test
    void theLeaseCountsFromWhenItWasAskedForAndNotAllOfItIsUsed() {
        wantAndConnect();
        nowMs += 300;
        answer(new Granted(7, LEASE_MS));
        answer(new CatalogPart(0, 1, new byte[1]));
        assertTrue(keeper.isManaging(5_899));
        assertFalse(keeper.isManaging(5_900));
    }

    @Test
    void aRenewalCountsFromWhenItWasAskedForToo() {
        hold(7);
        nowMs += 250;
        take(keeper.onTick(nowMs));
        assertEquals(new LeaseMessage.Renew(7), last().question());
        nowMs += 200;
        answer(new Granted(7, LEASE_MS));
        assertTrue(keeper.isManaging(6_149));
        assertFalse(keeper.isManaging(6_150));
    }

    @Test
    void aProcessThatSleptDoesNotManageAndSaysSo() {
        hold(7);
        nowMs += 10_000;
        assertFalse(keeper.isManaging(nowMs));
        take(keeper.onTick(nowMs));
        assertTrue(other.get(1) instanceof LeaseKeeper.Effect.End, other::toString);
    }

    @Test
    void aRenewalThatIsHeardTooLateRevivesNothing() {
        hold(7);
        nowMs += 300;
        take(keeper.onTick(nowMs));
        LeaseKeeper.Effect.Ask renewal = last();
        nowMs += 1_000;
        take(keeper.onAnswer(renewal.token(), new Granted(7, LEASE_MS), nowMs));
        assertFalse(keeper.isManaging(nowMs));
        assertTrue(other.get(1) instanceof LeaseKeeper.Effect.End, other::toString);
    }

    @Test
    void aHigherLeaderEndsItAtOnceAndTheLeaseGoesBack() {
        hold(7);
        take(keeper.onWanted(false, nowMs));
        assertEquals(new LeaseMessage.HandBack(7), last().question());
        assertFalse(keeper.isManaging(nowMs));
    }

    @Test
    void aProcessThatEndsHandsTheLeaseBackAndSaysThatItEnds() {
        hold(7);
        take(keeper.onStopped(nowMs));
        assertEquals(new LeaseMessage.HandBack(7), last().question());
        assertTrue(other.toString().contains("the process ends"), other::toString);
        assertFalse(keeper.isManaging(nowMs));
    }

    @Test
    void aFeigningProcessTellsNobody() {
        hold(7);
        int before = asked.size();
        take(keeper.onFeigned(nowMs));
        assertEquals(before, asked.size());
        assertFalse(keeper.isManaging(nowMs));
    }

    @Test
    void aLostGcdEndsIt() {
        hold(7);
        take(keeper.onGcd(false, nowMs));
        assertFalse(keeper.isManaging(nowMs));
        assertEquals(Optional.empty(), keeper.manager());
    }

    @Test
    void theGcdsWordThatNobodyManagesEndsIt() {
        hold(7);
        take(keeper.onManages(new LeaseMessage.Manages(Optional.empty(), 6), nowMs));
        assertTrue(keeper.isManaging(nowMs), "that was before us");
        take(keeper.onManages(new LeaseMessage.Manages(Optional.empty(), 7), nowMs));
        assertFalse(keeper.isManaging(nowMs));
    }

    @Test
    void aLaterEpochEndsIt() {
        hold(7);
        take(keeper.onManages(new LeaseMessage.Manages(Optional.of(HIGHER), 8), nowMs));
        assertFalse(keeper.isManaging(nowMs));
    }

    @Test
    void whoWasRefusedAsksAgainWhenToldTo() {
        wantAndConnect();
        answer(new Held(Optional.of(member(100)), 3, 40));
        int before = asked.size();
        take(keeper.onTick(nowMs + 39));
        assertEquals(before, asked.size());
        take(keeper.onTick(nowMs + 40));
        assertEquals(before + 1, asked.size());
    }

    /** A GCD that is behind answers after another has told the news; nobody would correct it later. */
    @Test
    void anAnswerOfAnEarlierEpochNamesNoManager() {
        wantAndConnect();
        LeaseKeeper.Effect.Ask claim = last();
        take(keeper.onManages(new LeaseMessage.Manages(Optional.of(HIGHER), 8), nowMs));
        take(keeper.onAnswer(claim.token(), new Held(Optional.of(member(100)), 7, 40), nowMs));
        assertEquals(Optional.of(HIGHER), keeper.manager());
    }

    @Test
    void aLeaseThatComesTooLateIsHandedBack() {
        wantAndConnect();
        LeaseKeeper.Effect.Ask claim = last();
        take(keeper.onWanted(false, nowMs));
        take(keeper.onAnswer(claim.token(), new Granted(7, LEASE_MS), nowMs));
        assertEquals(new LeaseMessage.HandBack(7), last().question());
    }

    @Test
    void aCatalogThatCannotBeReadIsAskedForAnewAndTheNextLeaseIsRenewed() {
        wantAndConnect();
        answer(new Granted(7, LEASE_MS));
        LeaseKeeper.Effect.Ask fetch = last();
        // A renewal is under way when the fetch fails.
        nowMs += 300;
        take(keeper.onTick(nowMs));
        assertEquals(new LeaseMessage.Renew(7), last().question());
        LeaseKeeper.Effect.Ask renewal = last();
        take(keeper.onAnswer(fetch.token(), null, nowMs));
        nowMs += 300;
        take(keeper.onTick(nowMs));
        answer(new Granted(8, LEASE_MS));
        take(keeper.onAnswer(renewal.token(), new Granted(7, LEASE_MS), nowMs));
        answerFetch(8);
        assertTrue(keeper.isManaging(nowMs));
        nowMs += 300;
        take(keeper.onTick(nowMs));
        assertEquals(new LeaseMessage.Renew(8), last().question());
    }

    /** Whoever reads a catalog that cannot be read claims the lease, an entry of the log, again and again. */
    private long claimsWithin(long ms, Runnable onGranted) {
        long claims = 0;
        long epoch = 7;
        for (long untilMs = nowMs + ms; nowMs < untilMs; nowMs += 10) {
            take(keeper.onTick(nowMs));
            if (!asked.isEmpty() && last().question() instanceof LeaseMessage.Claim) {
                claims++;
                answer(new Granted(++epoch, LEASE_MS));
                onGranted.run();
                take(keeper.onManages(new LeaseMessage.Manages(Optional.empty(), epoch), nowMs));
            }
        }
        return claims;
    }

    @Test
    void whoCannotReadTheCatalogGivesTheLeaseBackAndClaimsItEverMoreRarely() {
        wantAndConnect();
        long claims = claimsWithin(60_000, () -> {
            answerFetch(((LeaseMessage.FetchCatalog) last().question()).epoch());
            take(keeper.onFailed("no catalog", nowMs));
            assertInstanceOf(LeaseMessage.HandBack.class, last().question());
        });
        assertTrue(claims >= 5 && claims <= 12, () -> claims + " claims");
        assertEquals(new LeaseKeeper.Effect.End(8, "no catalog"), other.get(1));
    }

    @Test
    void norIsItClaimedAllTheTimeByWhoCannotFetchTheCatalog() {
        wantAndConnect();
        long claims = claimsWithin(60_000, () -> {
            answer(new Message.Refusal("no such snapshot"));
            assertInstanceOf(LeaseMessage.HandBack.class, last().question());
        });
        assertTrue(claims >= 5 && claims <= 12, () -> claims + " claims");
    }

    @Test
    void aFailureOfWhoManagedForLongIsNoneOfARow() {
        hold(7);
        for (int failures = 0; failures < 20; failures++) {
            for (int i = 0; i < 12_000; i += 200) {
                nowMs += 200;
                take(keeper.onTick(nowMs));
                if (last().question() instanceof LeaseMessage.Renew) {
                    answer(new Granted(keeperEpoch(), LEASE_MS));
                }
            }
            assertTrue(keeper.isManaging(nowMs));
            take(keeper.onFailed("a change got lost", nowMs));
            nowMs += 50;
            take(keeper.onTick(nowMs));
            assertInstanceOf(LeaseMessage.Claim.class, last().question());
            answer(new Granted(8 + failures, LEASE_MS));
            answerFetch(8 + failures);
        }
    }

    private long keeperEpoch() {
        return ((LeaseMessage.Renew) last().question()).epoch();
    }

    private void answerFetch(long epoch) {
        assertEquals(new LeaseMessage.FetchCatalog(epoch, 0), last().question());
        answer(new CatalogPart(0, 1, new byte[1]));
    }
}
