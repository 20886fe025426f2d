package io.roundtable.wire;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.wire.pickle.PyRepr;
import io.roundtable.wire.pickle.PyTuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads identities, addresses and lists of members from unpickled values; what is not well-formed is left out with a complaint. */
final class LabMembers {
    static final String MALFORMED_ID = "Malformed process id, expected (days_to_next_birthday, student_id)";
    static final String MALFORMED_LISTENER = "Malformed listen address, expected (host, port)";
    static final String BAD_PORT = "Invalid port number";
    static final String BAD_HOST = "Invalid host";
    private static final int COMPLAINTS_MAX = 8;
    private static final String NO_ADDRESSES =
            "members travel as a dict, identity to address: without the addresses nobody can be asked";

    private final List<LabFault> complaints = new ArrayList<>();

    List<LabFault> complaints() {
        return complaints;
    }

    void complain(LabFault fault) {
        if (complaints.size() < COMPLAINTS_MAX) {
            complaints.add(fault);
        }
    }

    /** @param year whose words the list came in */
    List<Member> read(@Nullable Object data, Dialect year) {
        List<Member> members = new ArrayList<>();
        if (data instanceof Map<?, ?> dict) {
            for (Map.Entry<?, ?> entry : dict.entrySet()) {
                readEntry(entry.getKey(), entry.getValue(), year, members);
            }
            return members;
        }
        List<?> entries = items(data);
        String hint = LabShapes.hintOfMembers(data);
        if (data == null || (entries != null && entries.isEmpty())) {
            return members;
        }
        if (LabShapes.isIdentity(entries)) {
            complain("an identity where the members are meant", data, NO_ADDRESSES, identityIn(entries));
        } else if (entries == null || !hint.isEmpty()) {
            complain("members that are no dict", data, hint, null);
        } else if (entries.stream().allMatch(LabShapes::isIdentity)) {
            complain("identities where members are meant", data, NO_ADDRESSES, null);
        } else {
            readPairs(entries, year, members);
        }
        return members;
    }

    /** The members are not there at all. */
    void complainOfNone(@Nullable Object data) {
        complain("no members", data, LabShapes.hintOfMembers(data), null);
    }

    private void complain(String what, @Nullable Object data, String hint, @Nullable Identity sender) {
        complain(new LabFault(what, PyRepr.of(data), LabAdvice.MEMBERS, hint, sender));
    }

    private void readPairs(List<?> entries, Dialect year, List<Member> members) {
        for (Object entry : entries) {
            List<?> pair = items(entry);
            if (pair != null && pair.size() == 2) {
                readEntry(pair.get(0), pair.get(1), year, members);
            } else {
                complain("a member that is no pair", entry, "", null);
            }
        }
    }

    private void readEntry(@Nullable Object key, @Nullable Object value, Dialect year, List<Member> members) {
        // The assignment's prose has the dict the other way round: keyed by address.
        List<?> keyItems = items(key);
        boolean byAddress = keyItems != null
                && !keyItems.isEmpty()
                && keyItems.get(0) instanceof String
                && LabShapes.isIdentity(value);
        try {
            Identity identity = readIdentity(byAddress ? value : key);
            members.add(new Member(identity, readAddress(byAddress ? key : value), year));
        } catch (WireException e) {
            // The whole entry: an address alone does not say whose it is.
            complain(e.faultIn(PyRepr.of(Collections.singletonMap(key, value))));
        }
    }

    static Identity readIdentity(@Nullable Object value) throws WireException {
        List<?> pair = items(value);
        if (pair == null
                || pair.size() != 2
                || !(pair.get(0) instanceof Long days)
                || !(pair.get(1) instanceof Long id)) {
            throw badIdentity(MALFORMED_ID, value);
        }
        if (!isInRange(days, id)) {
            String what = "process id (" + days + ", " + id + ") is outside 1..365 and 1000000..9999999";
            throw badIdentity(what, value);
        }
        return new Identity((int) (long) days, (int) (long) id);
    }

    static boolean isInRange(long days, long id) {
        return days >= Identity.DAYS_MIN && days <= Identity.DAYS_MAX && id >= Identity.ID_MIN && id <= Identity.ID_MAX;
    }

    static Address readAddress(@Nullable Object value) throws WireException {
        List<?> pair = items(value);
        if (pair == null || pair.size() != 2 || !(pair.get(0) instanceof String host)) {
            throw badAddress(MALFORMED_LISTENER, value);
        }
        if (!(pair.get(1) instanceof Long port) || port < 1 || port > 65535) {
            throw badAddress(BAD_PORT, value);
        }
        try {
            return new Address(host, (int) (long) port);
        } catch (IllegalArgumentException e) {
            throw badAddress(BAD_HOST, value);
        }
    }

    private static WireException badIdentity(String what, @Nullable Object value) {
        String hint = LabShapes.hintOfIdentity(value);
        return new WireException(what, MALFORMED_ID, new LabFault(what, PyRepr.of(value), LabAdvice.IDENTITY, hint));
    }

    private static WireException badAddress(String what, @Nullable Object value) {
        String hint = LabShapes.hintOfAddress(value);
        return new WireException(what, what, new LabFault(what, PyRepr.of(value), LabAdvice.ADDRESS, hint));
    }

    /** The identity that this is; null if it is none. */
    static @Nullable Identity identityIn(@Nullable Object value) {
        try {
            return readIdentity(value);
        } catch (WireException e) {
            return null;
        }
    }

    static @Nullable List<?> items(@Nullable Object value) {
        if (value instanceof PyTuple tuple) {
            return tuple.items();
        }
        return value instanceof List<?> list ? list : null;
    }
}
