package io.roundtable.catalog;

import static io.roundtable.catalog.Catalogs.HIGH;
import static io.roundtable.catalog.Catalogs.LEASE_MS;
import static io.roundtable.catalog.Catalogs.LOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Outcome.Leased;
import io.roundtable.catalog.Outcome.NotLeased;
import io.roundtable.protocol.Member;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The promises of docs/PROTOCOL.md, Lease. */
class LeaseTest {
    private final Catalog catalog = new Catalog(LEASE_MS);

    private Outcome claim(Member claimant, long nowMs) {
        return catalog.apply(new Entry.ClaimLease(claimant, nowMs));
    }

    private Outcome renew(long epoch, long nowMs) {
        return catalog.apply(new Entry.RenewLease(epoch, nowMs));
    }

    @Test
    void theFirstClaimIsGranted() {
        assertEquals(new Leased(1), claim(LOW, 0));
        assertEquals(Optional.of(LOW), catalog.manager());
    }

    @Test
    void aClaimWaitsWhileAnothersLeaseIsLive() {
        claim(HIGH, 0);

        assertEquals(new NotLeased(Optional.of(HIGH), 1, LEASE_MS), claim(LOW, LEASE_MS - 1));
        assertEquals(new Leased(2), claim(LOW, LEASE_MS));
    }

    @Test
    void aRenewalMakesItLastFromThenOn() {
        claim(LOW, 0);

        assertEquals(new Leased(1), renew(1, 1_500));
        assertInstanceOf(NotLeased.class, claim(HIGH, 1_500 + LEASE_MS - 1));
        assertEquals(new Leased(2), claim(HIGH, 1_500 + LEASE_MS));
    }

    @Test
    void aLeaseThatRanOutIsNotRenewed() {
        claim(LOW, 0);

        assertInstanceOf(NotLeased.class, renew(1, LEASE_MS));
    }

    @Test
    void anOlderEpochIsNotRenewed() {
        claim(LOW, 0);
        claim(HIGH, LEASE_MS);

        assertInstanceOf(NotLeased.class, renew(1, LEASE_MS + 1));
        assertEquals(new Leased(2), renew(2, LEASE_MS + 1));
    }

    @Test
    void aHigherClaimEndsRenewals() {
        claim(LOW, 0);
        claim(HIGH, 100);

        assertEquals(new NotLeased(Optional.of(LOW), 1, LEASE_MS), renew(1, 200));
        assertEquals(new Leased(2), claim(HIGH, LEASE_MS));
        assertEquals(new Leased(2), renew(2, LEASE_MS + 100), "what the old holder had to fear does not pass on");
    }

    @Test
    void aLowerClaimDoesNotEndRenewals() {
        claim(HIGH, 0);
        claim(LOW, 100);

        assertEquals(new Leased(1), renew(1, 200));
    }

    @Test
    void aHolderThatClaimsAgainGetsANewEpochAtOnce() {
        claim(LOW, 0);

        assertEquals(new Leased(2), claim(LOW, 10));
        assertInstanceOf(NotLeased.class, renew(1, 20));
    }

    @Test
    void aHolderCannotWinTimeByClaimingAgainWhileAHigherOneWaits() {
        claim(LOW, 0);
        claim(HIGH, 100);

        assertInstanceOf(NotLeased.class, claim(LOW, 200));
        assertEquals(new Leased(2), claim(HIGH, LEASE_MS));
    }

    @Test
    void aLeaseThatIsHandedBackIsFreeAtOnce() {
        claim(LOW, 0);
        catalog.apply(new Entry.EndLease(1));

        assertEquals(Optional.empty(), catalog.manager());
        assertEquals(new Leased(2), claim(HIGH, 1));
    }

    @Test
    void theEndOfAnOlderLeaseEndsNothing() {
        claim(LOW, 0);
        claim(LOW, 10);
        catalog.apply(new Entry.EndLease(1));

        assertEquals(Optional.of(LOW), catalog.manager());
        assertEquals(new Leased(2), renew(2, 20));
    }

    @Test
    void aLeaseDoesNotExpireThatWasRenewedMeanwhile() {
        claim(LOW, 0);
        renew(1, LEASE_MS - 1);
        catalog.apply(new Entry.ExpireLease(1, LEASE_MS));
        assertEquals(Optional.of(LOW), catalog.manager());

        catalog.apply(new Entry.ExpireLease(1, 2 * LEASE_MS));
        assertEquals(Optional.empty(), catalog.manager());
    }

    @Test
    void timeNeverGoesBack() {
        claim(LOW, 10_000);

        assertInstanceOf(NotLeased.class, claim(HIGH, 11_000));
        assertEquals(11_000, catalog.clockMs());
        // The stamp of a GCD that led before.
        assertInstanceOf(NotLeased.class, claim(HIGH, 500));
        assertEquals(11_000, catalog.clockMs());
        assertEquals(new Leased(2), claim(HIGH, 12_000));
    }

    @Test
    void onlyTheHoldersEpochChangesTheCatalog() {
        Entry.Request request = new Entry.Request(0, new Change.AddDisk(Catalogs.disk(1), "D1"));
        assertInstanceOf(NotLeased.class, catalog.apply(new Entry.Changes(0, List.of(request), 0)), "nobody's epoch");
        claim(LOW, 0);
        claim(HIGH, LEASE_MS);
        assertInstanceOf(NotLeased.class, catalog.apply(new Entry.Changes(1, List.of(request), LEASE_MS)), "too old");
        assertInstanceOf(NotLeased.class, catalog.apply(new Entry.Changes(3, List.of(request), LEASE_MS)), "not yet");
        catalog.apply(new Entry.EndLease(2));
        assertInstanceOf(
                NotLeased.class, catalog.apply(new Entry.Changes(2, List.of(request), LEASE_MS)), "given back");
        assertEquals(0, catalog.disks().size());

        claim(HIGH, LEASE_MS);
        assertInstanceOf(Outcome.Changed.class, catalog.apply(new Entry.Changes(3, List.of(request), LEASE_MS)));
        assertEquals(1, catalog.disks().size());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void epochsRiseStrictlyAndNoTwoLeasesOverlap(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long nowMs = 0;
        long lastEpoch = 0;
        Member holder = null;
        long holdsUntilMs = 0;
        for (int i = 0; i < 20_000; i++) {
            nowMs += random.nextInt(700);
            Member claimant = Catalogs.member(1 + random.nextInt(5));
            boolean isClaim = random.nextBoolean();
            Outcome outcome = isClaim ? claim(claimant, nowMs) : renew(random.nextLong(lastEpoch + 1), nowMs);
            if (outcome instanceof Leased leased) {
                if (isClaim) {
                    assertEquals(lastEpoch + 1, leased.epoch());
                    assertTrue(
                            holder == null || holder.equals(claimant) || nowMs >= holdsUntilMs,
                            () -> "two leases overlap with seed " + seed);
                    holder = claimant;
                    lastEpoch = leased.epoch();
                }
                holdsUntilMs = nowMs + LEASE_MS;
            }
        }
        assertTrue(lastEpoch > 100, "the test saw changes of holder");
    }
}
