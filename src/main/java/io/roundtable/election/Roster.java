package io.roundtable.election;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The members that one peer knows, itself included, dead or alive.
 *
 * <p>One identity has one address and one address has one identity. Hearsay ({@link #learn}) only adds what was not
 * known; whoever knows for certain ({@link #settle}: the GCD, the leader, the member itself) replaces.
 */
public final class Roster {
    /** More members than this are not taken up: nobody can make a peer's memory grow without bound. */
    public static final int SIZE_MAX = 20_000;

    private final NavigableMap<Identity, Member> members = new TreeMap<>();
    private final Map<Address, Identity> seats = new HashMap<>();
    private final Set<Identity> unreachable = new HashSet<>();
    /** In the order of arrival, so that another peer can read on from where it was. */
    private final List<Member> arrivals = new ArrayList<>();
    /** Position of the first arrival in the list. */
    private int firstPosition;

    private Member self;
    private long digest;

    public Roster(Member self) {
        this.self = self;
        put(self);
    }

    public Member self() {
        return self;
    }

    /** Our listener moved. */
    public void moveSelf(Address address) {
        remove(self.identity());
        self = new Member(self.identity(), address, self.dialect());
        Identity other = seats.get(address);
        if (other != null) {
            remove(other);
        }
        put(self);
    }

    public int size() {
        return members.size();
    }

    public @Nullable Member get(Identity identity) {
        return members.get(identity);
    }

    /** All members, lowest first. */
    public Collection<Member> all() {
        return members.values();
    }

    /** All members, highest first. */
    public Collection<Member> allDescending() {
        return members.descendingMap().values();
    }

    /** Members above, highest first. */
    public List<Member> above(Identity identity) {
        return List.copyOf(members.tailMap(identity, false).descendingMap().values());
    }

    /** Members at or below, highest first. */
    public List<Member> upTo(Identity identity) {
        return List.copyOf(members.headMap(identity, true).descendingMap().values());
    }

    /** How many members sit strictly between the two. */
    public int countBetween(Identity low, Identity high) {
        return members.subMap(low, false, high, false).size();
    }

    /** How many native members above are believed to be there. */
    public int countReachableNativesAbove(Identity identity) {
        int count = 0;
        for (Member member : members.tailMap(identity, false).values()) {
            if (member.isNative() && isReachable(member.identity())) {
                count++;
            }
        }
        return count;
    }

    public boolean hasAbove(Identity identity) {
        return members.higherKey(identity) != null;
    }

    /** An order-free hash of identities and addresses: equal rosters have equal digests. */
    public long digest() {
        return digest;
    }

    public boolean isReachable(Identity identity) {
        return !unreachable.contains(identity);
    }

    public void markUnreachable(Identity identity) {
        if (members.containsKey(identity)) {
            unreachable.add(identity);
        }
    }

    public void markReachable(Identity identity) {
        unreachable.remove(identity);
    }

    /**
     * Takes up what a third party says: adds a member that was not known, and moves one that could not be reached.
     *
     * @return whether something changed
     */
    public boolean learn(Member heard) {
        Member known = members.get(heard.identity());
        if (known != null) {
            if (heard.address().equals(known.address())) {
                // That a node is named in the words of some year does not say that it speaks them.
                return heard.isNative() && upgrade(known, heard.dialect());
            }
            return unreachable.contains(heard.identity()) && !isSeatTaken(heard) && settle(heard);
        }
        if (isOurs(heard) || isSeatTaken(heard) || members.size() >= SIZE_MAX) {
            return false;
        }
        put(heard);
        return true;
    }

    /**
     * Takes up what somebody says who knows: the member itself, the GCD or the leader. An older seat of the same
     * identity or id, and an older identity on the same seat, give way.
     *
     * @return whether something changed
     */
    public boolean settle(Member sure) {
        if (isOurs(sure)) {
            return false;
        }
        Member known = members.get(sure.identity());
        if (known != null && known.address().equals(sure.address())) {
            return upgrade(known, sure.dialect());
        }
        if (known == null && members.size() >= SIZE_MAX) {
            return false;
        }
        Identity seated = seats.get(sure.address());
        if (seated != null) {
            remove(seated);
        }
        if (known != null) {
            remove(sure.identity());
        }
        put(sure);
        return true;
    }

    /** In which words a lab member joined at the GCD, which is surer than whatever others made us guess. */
    public void settleYear(Member joined) {
        Member known = members.get(joined.identity());
        if (known != null
                && !known.isNative()
                && !isOurs(joined)
                && known.address().equals(joined.address())) {
            members.put(known.identity(), known.as(joined.dialect()));
        }
    }

    /** Takes a member out: another peer sits at its address now. */
    public void drop(Identity identity) {
        if (!identity.equals(self.identity())) {
            remove(identity);
        }
    }

    /** Members that arrived at or after this position, at most {@code max}, and the position to go on from. */
    public Page arrivedSince(int position, int max) {
        int index = position - firstPosition;
        int from = index < 0 || index > arrivals.size() ? 0 : index;
        int to = Math.min(arrivals.size(), from + max);
        List<Member> news = new ArrayList<>(to - from);
        for (Member arrival : arrivals.subList(from, to)) {
            Member current = members.get(arrival.identity());
            if (current != null && current.address().equals(arrival.address())) {
                news.add(current);
            }
        }
        return new Page(news, firstPosition + to);
    }

    /** How many arrivals there have been: the position at which a reader is up to date. */
    public int arrivalCount() {
        return firstPosition + arrivals.size();
    }

    /** Some arrivals and where the next ones begin. */
    public record Page(List<Member> members, int next) {}

    private boolean isOurs(Member other) {
        return other.identity().equals(self.identity()) || other.address().equals(self.address());
    }

    private boolean isSeatTaken(Member heard) {
        return seats.containsKey(heard.address());
    }

    private boolean upgrade(Member known, Dialect dialect) {
        if (!dialect.isSurerThan(known.dialect())) {
            return false;
        }
        members.put(known.identity(), known.as(dialect));
        // In which words of lab it speaks makes nobody a newcomer.
        return dialect == Dialect.NATIVE;
    }

    private void put(Member member) {
        members.put(member.identity(), member);
        seats.put(member.address(), member.identity());
        digest += hash(member);
        if (arrivals.size() > 2 * members.size() + 64) {
            // Beyond every position handed out so far: whoever has read the old list begins anew.
            firstPosition += arrivals.size();
            arrivals.clear();
            arrivals.addAll(members.values());
        } else {
            arrivals.add(member);
        }
    }

    private void remove(Identity identity) {
        Member old = members.remove(identity);
        if (old != null) {
            seats.remove(old.address());
            unreachable.remove(identity);
            digest -= hash(old);
        }
    }

    private static long hash(Member member) {
        long h = ((long) member.identity().days() << 32) ^ member.identity().id();
        h = h * 0x9E3779B97F4A7C15L + member.address().hashCode();
        h ^= h >>> 32;
        h *= 0xD6E8FEB86659FD93L;
        return h ^ (h >>> 32);
    }
}
