package io.roundtable.catalog;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Who sits at any of the GCDs. The same id joining with new days, or the same listener with a new identity, replaces the
 * old member (docs/PROTOCOL.md, GCD).
 */
final class Members {
    /** More are not kept; each GCD refuses them before they come here. */
    static final int MAX = 20_000;

    private final NavigableMap<Identity, Member> members = new TreeMap<>();
    private final Map<Integer, Identity> byId = new HashMap<>();
    private final Map<Address, Identity> byAddress = new HashMap<>();

    void seat(Member newcomer) {
        Identity sameId = byId.get(newcomer.identity().id());
        if (sameId != null) {
            unseat(sameId);
        }
        Identity sameSeat = byAddress.get(newcomer.address());
        if (sameSeat != null) {
            unseat(sameSeat);
        }
        if (members.size() < MAX) {
            members.put(newcomer.identity(), newcomer);
            byId.put(newcomer.identity().id(), newcomer.identity());
            byAddress.put(newcomer.address(), newcomer.identity());
        }
    }

    void unseat(Identity identity) {
        Member member = members.remove(identity);
        if (member != null) {
            byId.remove(identity.id());
            byAddress.remove(member.address());
        }
    }

    Collection<Member> all() {
        return Collections.unmodifiableCollection(members.values());
    }
}
