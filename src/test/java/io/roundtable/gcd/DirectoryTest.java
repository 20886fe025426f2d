package io.roundtable.gcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control.Listed;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Presence;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DirectoryTest {
    private static final int ID = 1_234_567;

    private final Directory directory = new Directory();

    private static Member member(int days, int id, int port, Dialect dialect) {
        return new Member(new Identity(days, id), new Address("127.0.0.1", port), dialect);
    }

    private static Member member(int days, int id, int port) {
        return member(days, id, port, Dialect.NATIVE);
    }

    @Test
    void theSameIdWithNewDaysReplacesTheOldMember() {
        Member old = member(100, ID, 5_000);
        Member newer = member(99, ID, 5_001);
        directory.join(old, 1);

        assertEquals(List.of(old.identity()), directory.join(newer, 2));
        assertEquals(List.of(newer), directory.members());
        assertEquals(newer.identity(), directory.withId(ID));
    }

    @Test
    void theSameListenerWithANewIdentityReplacesTheOldMember() {
        Member old = member(100, ID, 5_000);
        Member newer = member(7, ID + 1, 5_000);
        directory.join(old, 1);

        assertEquals(List.of(old.identity()), directory.join(newer, 2));
        assertEquals(List.of(newer), directory.members());
        assertNull(directory.withId(ID));
    }

    @Test
    void oneNewcomerMayReplaceTwo() {
        Member sameId = member(100, ID, 5_000);
        Member sameSeat = member(200, ID + 1, 5_001);
        directory.join(sameId, 1);
        directory.join(sameSeat, 1);
        Member newer = member(300, ID, 5_001);

        assertEquals(List.of(sameId.identity(), sameSeat.identity()), directory.join(newer, 2));
        assertEquals(List.of(newer), directory.members());
    }

    @Test
    void joiningAgainReplacesNobody() {
        Member member = member(100, ID, 5_000);
        directory.join(member, 1);

        assertEquals(List.of(), directory.join(member, 2));
        assertEquals(1, directory.size());
        assertNull(directory.rival(member));
    }

    @Test
    void movingToANewListenerFreesTheOldOne() {
        directory.join(member(100, ID, 5_000), 1);
        assertEquals(List.of(), directory.join(member(100, ID, 5_001), 2));
        Member other = member(5, ID + 1, 5_000);

        assertEquals(List.of(), directory.join(other, 3));
        assertEquals(2, directory.size());
    }

    @Test
    void aRivalIsWhoHasTheIdentityElsewhere() {
        Member seated = member(100, ID, 5_000);
        directory.join(seated, 1);

        Listed rival = directory.rival(member(100, ID, 5_001));
        assertNotNull(rival);
        assertEquals(seated, rival.member());
        assertNull(directory.rival(member(99, ID, 5_001)));
    }

    @Test
    void membersAndListingHaveTheHighestFirst() {
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            directory.join(member(1 + random.nextInt(365), 1_000_000 + i, 1_000 + i), i);
        }
        List<Identity> order =
                directory.members().stream().map(Member::identity).toList();

        assertEquals(order.stream().sorted((a, b) -> b.compareTo(a)).toList(), order);
        assertEquals(
                directory.members(),
                directory.listing().stream().map(Listed::member).collect(Collectors.toList()));
    }

    @Test
    void presenceTellsSinceWhen() {
        Member nativeOne = member(100, ID, 5_000);
        Member labOne = member(50, ID + 1, 5_001, Dialect.LAB);
        directory.join(nativeOne, 10);
        directory.join(labOne, 11);
        directory.note(nativeOne.identity(), Presence.GONE, 20);
        directory.note(nativeOne.identity(), Presence.GONE, 30);
        directory.note(new Identity(1, ID + 2), Presence.GONE, 30);

        assertEquals(
                List.of(new Listed(nativeOne, Presence.GONE, 20), new Listed(labOne, Presence.UNKNOWN, 11)),
                directory.listing());
    }

    @Test
    void goneSinceNamesOnlyWhoIsGoneForSoLong() {
        for (int i = 0; i < 4; i++) {
            directory.join(member(100 + i, ID + i, 5_000 + i), 0);
        }
        directory.note(new Identity(100, ID), Presence.GONE, 50);
        directory.note(new Identity(101, ID + 1), Presence.GONE, 100);
        directory.note(new Identity(102, ID + 2), Presence.FEIGNING, 10);

        assertEquals(List.of(new Identity(100, ID)), directory.goneSince(100));
        directory.join(member(100, ID, 5_000), 200);
        assertEquals(List.of(), directory.goneSince(100));
    }

    @Test
    void whoWasRemovedIsForgottenByIdAndSeat() {
        Member member = member(100, ID, 5_000);
        directory.join(member, 1);

        assertTrue(directory.remove(member.identity()));
        assertFalse(directory.remove(member.identity()));
        assertNull(directory.withId(ID));
        assertNull(directory.get(member.identity()));
        assertEquals(List.of(), directory.join(member(5, ID + 1, 5_000), 2));
    }

    @Test
    void aFullTableTakesOnlyWhoSitsThere() {
        for (int i = 0; i < Directory.MEMBERS_MAX; i++) {
            directory.join(member(1 + i % 365, 1_000_000 + i, 1_000 + i), 0);
        }

        assertTrue(directory.isFull(member(1, 9_999_999, 60_000)));
        assertFalse(directory.isFull(member(1, 1_000_000, 60_000)));
    }
}
