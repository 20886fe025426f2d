package io.roundtable.election;

import static io.roundtable.election.Fixtures.addressOf;
import static io.roundtable.election.Fixtures.days;
import static io.roundtable.election.Fixtures.id;
import static io.roundtable.election.Fixtures.lab;
import static io.roundtable.election.Fixtures.nat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RosterTest {
    private final Roster roster = new Roster(nat(50));

    /** One of many members below identity 365. */
    static Member numbered(int i) {
        return new Member(new Identity(1 + i % 300, 2_000_000 + i), new Address("h" + i % 7, 1 + i), Dialect.NATIVE);
    }

    private static Member at(Member member, Address address) {
        return new Member(member.identity(), address, member.dialect());
    }

    @Test
    void membersAreInOrderAndSelfIsOneOfThem() {
        List.of(nat(70), lab(10), nat(60)).forEach(roster::learn);

        assertEquals(List.of(10, 50, 60, 70), days(List.copyOf(roster.all())));
        assertEquals(List.of(70, 60, 50, 10), days(List.copyOf(roster.allDescending())));
        assertEquals(List.of(70, 60), days(roster.above(id(50))));
        assertEquals(List.of(50, 10), days(roster.upTo(id(50))));
        assertEquals(1, roster.countBetween(id(50), id(70)));
        assertTrue(roster.hasAbove(id(60)));
        assertFalse(roster.hasAbove(id(70)));
    }

    @Test
    void hearsayAddsAndDoesNotMove() {
        assertTrue(roster.learn(nat(10)));
        assertFalse(roster.learn(at(nat(10), addressOf(11))));
        assertFalse(roster.learn(at(nat(11), addressOf(10))), "the seat is taken");

        assertEquals(nat(10), roster.get(id(10)));
        assertEquals(2, roster.size());
    }

    @Test
    void hearsayMovesOneThatCannotBeReached() {
        roster.learn(nat(10));
        roster.markUnreachable(id(10));

        assertTrue(roster.learn(at(nat(10), addressOf(11))));
        assertEquals(addressOf(11), roster.get(id(10)).address());
        assertTrue(roster.isReachable(id(10)), "the new address has not failed yet");
    }

    @Test
    void whoKnowsMovesAMemberAndEvictsWhoeverSatThere() {
        roster.learn(nat(10));
        roster.learn(nat(11));

        assertTrue(roster.settle(at(nat(10), addressOf(11))));

        assertEquals(addressOf(11), roster.get(id(10)).address());
        assertNull(roster.get(id(11)));
        assertTrue(roster.learn(at(nat(12), addressOf(10))), "the old seat is free");
    }

    @Test
    void nobodyTakesOurIdentityOrOurSeat() {
        for (Member thief : List.of(at(nat(50), addressOf(51)), at(nat(51), addressOf(50)))) {
            assertFalse(roster.learn(thief));
            assertFalse(roster.settle(thief));
        }
        roster.drop(id(50));

        assertEquals(List.of(nat(50)), List.copyOf(roster.all()));
    }

    @Test
    void aMemberBecomesNativeAndNeverLabAgain() {
        roster.learn(lab(10));
        assertTrue(roster.learn(nat(10)));
        assertFalse(roster.learn(lab(10)));
        assertFalse(roster.settle(lab(10)));

        assertEquals(nat(10), roster.get(id(10)));
    }

    @Test
    void ourOwnMoveEvictsWhoeverSatThere() {
        roster.learn(nat(10));
        roster.moveSelf(addressOf(10));

        assertEquals(List.of(roster.self()), List.copyOf(roster.all()));
        assertEquals(addressOf(10), roster.self().address());
    }

    @Test
    void unreachableIsRememberedOnlyOfMembersAndCountsOnlyNatives() {
        List.of(nat(60), nat(70), lab(80)).forEach(roster::learn);
        roster.markUnreachable(id(70));
        roster.markUnreachable(id(90));

        assertEquals(1, roster.countReachableNativesAbove(id(50)));
        assertTrue(roster.isReachable(id(90)));
        roster.markReachable(id(70));
        assertEquals(2, roster.countReachableNativesAbove(id(50)));
    }

    @Test
    void memoryIsBounded() {
        for (int i = 0; i < Roster.SIZE_MAX + 100; i++) {
            roster.learn(numbered(i));
        }
        assertEquals(Roster.SIZE_MAX, roster.size());
        assertFalse(roster.settle(nat(360)));
        assertTrue(roster.settle(at(numbered(0), new Address("elsewhere", 1))), "a known one may still move");
        assertEquals(Roster.SIZE_MAX, roster.size());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theDigestDependsOnWhoSitsWhereAndNotOnTheOrder(long seed) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            members.add(numbered(i));
        }
        members.forEach(roster::learn);
        Roster other = new Roster(numbered(0));
        Collections.shuffle(members, new Random(seed));
        members.forEach(other::learn);
        assertNotEquals(roster.digest(), other.digest());

        other.learn(lab(50));
        assertEquals(roster.digest(), other.digest(), "the dialect does not count: it is not known everywhere");

        other.settle(at(numbered(7), new Address("elsewhere", 7)));
        assertNotEquals(roster.digest(), other.digest());
        other.settle(numbered(7));
        assertEquals(roster.digest(), other.digest());
        other.drop(numbered(9).identity());
        assertNotEquals(roster.digest(), other.digest());
    }

    @Test
    void similarRostersHaveDifferentDigests() {
        Set<Long> seen = new HashSet<>();
        for (int day = 1; day <= 365; day++) {
            for (int port = 1; port <= 50; port++) {
                Member member = new Member(id(day), new Address("h", port), Dialect.LAB);
                assertTrue(seen.add(new Roster(member).digest()), member::toString);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 1_000})
    void pagesHandOutEveryMemberOnce(int pageSize) {
        for (int i = 0; i < 200; i++) {
            roster.learn(numbered(i));
        }
        List<Member> read = new ArrayList<>();
        int position = 0;
        while (position < roster.arrivalCount()) {
            Roster.Page page = roster.arrivedSince(position, pageSize);
            assertTrue(page.members().size() <= pageSize && page.next() > position);
            read.addAll(page.members());
            position = page.next();
        }
        assertEquals(201, read.size());
        assertEquals(new HashSet<>(roster.all()), new HashSet<>(read));
        assertEquals(List.of(), roster.arrivedSince(position, pageSize).members());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 2, Integer.MAX_VALUE})
    void aPositionThatCannotBeStartsFromTheBeginning(int position) {
        assertEquals(List.of(nat(50)), roster.arrivedSince(position, 10).members());
    }

    private void moveAbout(int times) {
        for (int port = 1; port <= times; port++) {
            roster.settle(at(nat(10), new Address("h" + times, port)));
        }
    }

    @Test
    void aMemberThatMovesAboutDoesNotGrowTheListOfArrivals() {
        moveAbout(10_000);

        int afterTheFirst = roster.arrivedSince(0, 1).next();
        assertTrue(roster.arrivalCount() - afterTheFirst < 100, "arrivals " + roster.arrivalCount());
        assertEquals(2, roster.arrivedSince(0, 1_000).members().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 75, 76, 77, 78, 80, 90, 100, 150, 500})
    void aReaderMissesNobodyHoweverOftenTheListWasTidiedMeanwhile(int moves) {
        for (int days = 11; days < 20; days++) {
            roster.learn(nat(days));
        }
        int position = roster.arrivalCount();
        roster.learn(nat(5));
        moveAbout(moves);

        List<Member> news = roster.arrivedSince(position, 10_000).members();

        assertTrue(days(news).containsAll(List.of(5, 10)), () -> "news " + news);
        assertEquals(List.of(), roster.arrivedSince(roster.arrivalCount(), 10).members());
    }
}
