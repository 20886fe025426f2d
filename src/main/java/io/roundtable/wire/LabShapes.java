package io.roundtable.wire;

import static io.roundtable.wire.LabMembers.items;

import io.roundtable.protocol.Identity;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is most likely wrong with a value that has not the shape of what is meant; an empty hint if nobody knows. */
final class LabShapes {
    private static final String ID_ALONE = "an id alone is no identity: that is (days until the next birthday, id)";
    private static final String ID_AS_TEXT = "days and id are ints: as text '99' is higher than '300'";
    private static final String ID_AS_FLOAT = "days and id are ints, not floats";
    private static final String DAYS_FIRST = "the days come first, then the id";
    private static final String TODAY = "a birthday that is today is 365 days away, not 0";
    private static final String ADDRESS_ALONE = "an address alone does not say who that is: (days, id)";
    private static final String EACH_MEMBER = "each member has two pairs, who it is and where it listens";
    private static final String NO_MEMBERS = "the members are missing: all that are known, oneself included";
    private static final String NO_VICTOR = "who leads is missing: oneself, and the members below";

    private static final String NO_JOINER = "it says neither who joins, and where it listens";
    private static final String JOIN_DICT = "JOIN takes a pair, not a dict";
    private static final String JOIN_ONE_PAIR = "identity and address are one pair: there lacks a pair of parentheses";
    private static final String JOIN_OWN_PAIRS = "identity and address are pairs of their own";
    private static final String IDENTITY_FIRST = "the identity comes first, then the address";
    private static final String NO_ADDRESS = "the address is missing: where the node listens";

    private static final String ADDRESS_PAIR = "an address is a pair: the host, then the port as an int";
    private static final String PORT_0 = "bind and listen first; then getsockname() tells the port";

    private LabShapes() {}

    // ---- JOIN

    /** @param rest what stands behind the word */
    static String hintOfJoin(List<?> rest) {
        Object data = rest.isEmpty() ? null : rest.get(0);
        Object second = rest.size() < 2 ? null : rest.get(1);
        List<?> parts = items(data);
        if (data == null) {
            return NO_JOINER;
        }
        if (data instanceof Map<?, ?>) {
            return JOIN_DICT;
        }
        if (isFlat(rest) || (parts != null && isFlat(parts))) {
            return JOIN_OWN_PAIRS;
        }
        if (isIdentity(data) || isAddress(data)) {
            boolean isSwapped = isAddress(data);
            return isSwapped ? IDENTITY_FIRST : isAddress(second) ? JOIN_ONE_PAIR : NO_ADDRESS;
        }
        if (isIdAlone(data)) {
            return ID_ALONE;
        }
        if (parts != null && parts.size() == 1 && isIdentity(parts.get(0))) {
            return NO_ADDRESS;
        }
        boolean isSwapped = parts != null && parts.size() == 2 && isAddress(parts.get(0)) && isIdentity(parts.get(1));
        return isSwapped ? IDENTITY_FIRST : "";
    }

    /**
     * Who joins, if anything there is an identity.
     *
     * @param rest what stands behind the word
     */
    static @Nullable Identity joinerIn(List<?> rest) {
        for (Object each : rest.subList(0, Math.min(2, rest.size()))) {
            Identity itself = LabMembers.identityIn(each);
            if (itself != null) {
                return itself;
            }
            Collection<?> inner = each instanceof Map<?, ?> dict ? dict.keySet() : items(each);
            Identity found = inner == null
                    ? null
                    : inner.stream()
                            .limit(2)
                            .map(LabMembers::identityIn)
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse(null);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    // ---- members

    /** For what stands where the members are meant, and is no list of them. */
    static String hintOfMembers(@Nullable Object data) {
        List<?> parts = items(data);
        if (data == null || (parts != null && parts.isEmpty())) {
            return NO_MEMBERS;
        }
        if (isIdAlone(data)) {
            return ID_ALONE;
        }
        if (parts == null) {
            return "";
        }
        if (parts.size() == 2 && parts.stream().allMatch(LabShapes::isNumberAsText)) {
            return ID_AS_TEXT;
        }
        if (isAddress(data)) {
            return ADDRESS_ALONE;
        }
        boolean isOneMember = parts.size() == 2 && isIdentity(parts.get(0)) && isAddress(parts.get(1));
        return isOneMember || isFlat(parts) ? EACH_MEMBER : "";
    }

    /** For a victory that names nobody at all. */
    static String hintOfVictory(@Nullable Object data) {
        List<?> parts = items(data);
        boolean isEmpty = data == null || (data instanceof Map<?, ?> dict && dict.isEmpty());
        return isEmpty || (parts != null && parts.isEmpty()) ? NO_VICTOR : "";
    }

    // ---- an identity, an address

    static String hintOfIdentity(@Nullable Object value) {
        if (isIdAlone(value)) {
            return ID_ALONE;
        }
        List<?> pair = items(value);
        if (pair == null) {
            return "";
        }
        if (pair.stream().anyMatch(LabShapes::isNumberAsText)) {
            return ID_AS_TEXT;
        }
        if (pair.stream().anyMatch(Double.class::isInstance)) {
            return ID_AS_FLOAT;
        }
        if (!isIdentity(value)) {
            return "";
        }
        long days = (Long) pair.get(0);
        long id = (Long) pair.get(1);
        return LabMembers.isInRange(id, days) ? DAYS_FIRST : days == 0 ? TODAY : "";
    }

    static String hintOfAddress(@Nullable Object value) {
        List<?> pair = items(value);
        if (pair == null || pair.size() != 2) {
            return ADDRESS_PAIR;
        }
        Object port = pair.get(1);
        return Long.valueOf(0).equals(port) ? PORT_0 : port instanceof Long ? "" : ADDRESS_PAIR;
    }

    // ---- what a value looks like

    /** Two ints: perhaps an identity, for sure no entry of a list of members. */
    static boolean isIdentity(@Nullable Object value) {
        List<?> pair = items(value);
        return pair != null && pair.size() == 2 && pair.get(0) instanceof Long && pair.get(1) instanceof Long;
    }

    private static boolean isAddress(@Nullable Object value) {
        List<?> pair = items(value);
        return pair != null
                && pair.size() == 2
                && pair.get(0) instanceof String
                && !isNumberAsText(pair.get(0))
                && pair.get(1) instanceof Long;
    }

    private static boolean isIdAlone(@Nullable Object value) {
        List<?> one = items(value);
        Object alone = one != null && one.size() == 1 ? one.get(0) : value;
        return alone instanceof Long || isNumberAsText(alone);
    }

    private static boolean isNumberAsText(@Nullable Object value) {
        return value instanceof String text && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Numbers and texts in one row, where pairs are meant. */
    private static boolean isFlat(List<?> parts) {
        return parts.size() > 2 && parts.stream().allMatch(each -> each instanceof Long || each instanceof String);
    }
}
