package io.roundtable.gcd;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control.Listed;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Presence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The members of the group: pure, without sockets or clock.
 *
 * <p>The same id joining with new days, or the same listener with a new identity, replaces the old member
 * (docs/PROTOCOL.md, GCD).
 */
public final class Directory {
    /** More members than this are refused. */
    public static final int MEMBERS_MAX = 20_000;
    /** All members must fit one frame, whose head has at most 1 MiB. */
    private static final int LISTING_BYTES_MAX = 1_000_000;
    /** The most that one entry takes besides its host's name. */
    private static final int ENTRY_BYTES = 32;

    private record Entry(Member member, Presence presence, long sinceMs) {}

    private final TreeMap<Identity, Entry> entries = new TreeMap<>();
    private final Map<Integer, Identity> byId = new HashMap<>();
    private final Map<Address, Identity> byAddress = new HashMap<>();

    private int listingBytes;

    /** Who sits under this identity at another address: only if that one is dead may a newcomer have the seat. */
    public @Nullable Listed rival(Member newcomer) {
        Entry entry = entries.get(newcomer.identity());
        return entry == null || entry.member.address().equals(newcomer.address()) ? null : listed(entry);
    }

    public boolean isFull(Member newcomer) {
        boolean hasSeat = entries.containsKey(newcomer.identity());
        return (entries.size() >= MEMBERS_MAX && !hasSeat) || listingBytes + bytes(newcomer) > LISTING_BYTES_MAX;
    }

    /**
     * Seats a newcomer, and unseats whom it replaces.
     *
     * @return the identities that it replaced, besides its own older seat
     */
    public List<Identity> join(Member newcomer, long nowMs) {
        List<Identity> replaced = new ArrayList<>();
        Identity sameId = byId.get(newcomer.identity().id());
        Identity sameSeat = byAddress.get(newcomer.address());
        for (Identity old : new Identity[] {sameId, sameSeat}) {
            if (old != null && remove(old) && !old.equals(newcomer.identity())) {
                replaced.add(old);
            }
        }
        remove(newcomer.identity());
        Presence presence = newcomer.isNative() ? Presence.PRESENT : Presence.UNKNOWN;
        entries.put(newcomer.identity(), new Entry(newcomer, presence, nowMs));
        listingBytes += bytes(newcomer);
        byId.put(newcomer.identity().id(), newcomer.identity());
        byAddress.put(newcomer.address(), newcomer.identity());
        return replaced;
    }

    /** Seats a member that another GCD tells of; what it is doing is not known here. */
    public List<Identity> learn(Member member, long nowMs) {
        List<Identity> replaced = join(member, nowMs);
        note(member.identity(), Presence.UNKNOWN, nowMs);
        return replaced;
    }

    /** @return whether there was such a member */
    public boolean remove(Identity identity) {
        Entry entry = entries.remove(identity);
        if (entry == null) {
            return false;
        }
        listingBytes -= bytes(entry.member);
        byId.remove(identity.id());
        byAddress.remove(entry.member.address());
        return true;
    }

    /** Notes what a native member's connection tells; nothing for members that are not here. */
    public void note(Identity identity, Presence presence, long nowMs) {
        entries.computeIfPresent(
                identity, (i, entry) -> entry.presence == presence ? entry : new Entry(entry.member, presence, nowMs));
    }

    /** Native members that have been gone since before that time. */
    public List<Identity> goneSince(long beforeMs) {
        List<Identity> gone = new ArrayList<>();
        entries.forEach((identity, entry) -> {
            if (entry.presence == Presence.GONE && entry.sinceMs < beforeMs) {
                gone.add(identity);
            }
        });
        return gone;
    }

    public @Nullable Identity withId(int id) {
        return byId.get(id);
    }

    public @Nullable Member get(Identity identity) {
        Entry entry = entries.get(identity);
        return entry == null ? null : entry.member;
    }

    public int size() {
        return entries.size();
    }

    /** All members, highest first. */
    public List<Member> members() {
        return entries.descendingMap().values().stream().map(Entry::member).toList();
    }

    /** All that is known of all members, highest first. */
    public List<Listed> listing() {
        return entries.descendingMap().values().stream().map(Directory::listed).toList();
    }

    private static int bytes(Member member) {
        return ENTRY_BYTES + member.address().host().length();
    }

    private static Listed listed(Entry entry) {
        return new Listed(entry.member, entry.presence, entry.sinceMs);
    }
}
