package io.roundtable.wire;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.pickle.PyTuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns unpickled values into messages, in every form that real nodes send (docs/PROTOCOL.md, Lab dialect).
 *
 * <p>What is well-formed in a list of members is taken, the rest is left out with a complaint. The texts of refusals are
 * those of the reference GCD.
 */
final class LabReader {
    static final String MALFORMED = "Malformed message";
    static final String MALFORMED_ID = "Malformed process id, expected (days_to_next_birthday, student_id)";
    static final String MALFORMED_LISTENER = "Malformed listen address, expected (host, port)";
    static final String BAD_PORT = "Invalid port number";
    static final String BAD_HOST = "Invalid host";
    private static final int COMPLAINTS_MAX = 8;
    private static final int TEXT_MAX = 200;

    private final List<String> complaints = new ArrayList<>();

    List<String> complaints() {
        return complaints;
    }

    Message read(@Nullable Object value) throws WireException {
        if (value instanceof String text) {
            return readText(text);
        }
        if (value instanceof Map<?, ?> dict) {
            return new Message.Members(readMembers(dict));
        }
        List<?> items = items(value);
        if (items == null || items.isEmpty() || !(items.get(0) instanceof String word)) {
            throw malformed();
        }
        return readPair(word, items.size() > 1 ? items.get(1) : null);
    }

    private static Message readText(String text) {
        return switch (text) {
            case "OK", "OKAY", "GOT_IT" -> Message.Ok.BARE;
            case "PROBE" -> Message.Probe.BARE;
            default -> new Message.Refusal(abbreviate(text));
        };
    }

    private Message readPair(String word, @Nullable Object data) throws WireException {
        return switch (word) {
            case "JOIN", "BEGIN", "HOWDY" -> new Message.Join(readJoiner(data));
            case "ELECTION", "ELECT" -> new Message.Election(null, readMembers(data), false);
            case "COORDINATOR" -> readCoordinator(data);
            case "I_AM_LEADER" -> readVictory(data);
            case "PROBE" -> Message.Probe.BARE;
            case "OK", "OKAY", "GOT_IT" -> new Message.Ok(null, readMembers(data));
            default -> {
                String text = "Unexpected message: " + abbreviate(word);
                throw new WireException(text, text);
            }
        };
    }

    private Message readCoordinator(@Nullable Object data) throws WireException {
        List<Member> members = readMembers(data);
        // A victory leaves out everybody above the victor; some nodes put it first, all have it highest.
        Member leader = members.stream()
                .max(Comparator.comparing(Member::identity))
                .orElseThrow(() -> new WireException("COORDINATOR without a well-formed member"));
        return new Message.Coordinator(leader, members);
    }

    private static Message readVictory(@Nullable Object data) throws WireException {
        return new Message.Victory(readIdentity(data));
    }

    private static Member readJoiner(@Nullable Object data) throws WireException {
        List<?> pair = items(data);
        if (pair == null || pair.size() != 2) {
            throw malformed();
        }
        Identity identity = readIdentity(pair.get(0));
        return new Member(identity, readAddress(pair.get(1)), Dialect.LAB);
    }

    private List<Member> readMembers(@Nullable Object data) {
        List<Member> members = new ArrayList<>();
        if (data instanceof Map<?, ?> dict) {
            for (Map.Entry<?, ?> entry : dict.entrySet()) {
                readEntry(entry.getKey(), entry.getValue(), members);
            }
            return members;
        }
        List<?> entries = items(data);
        if (entries == null && data != null) {
            complain("members that are no dict");
        }
        for (Object entry : entries == null ? List.of() : entries) {
            List<?> pair = items(entry);
            if (pair != null && pair.size() == 2) {
                readEntry(pair.get(0), pair.get(1), members);
            } else {
                complain("a member that is no pair");
            }
        }
        return members;
    }

    private void readEntry(@Nullable Object key, @Nullable Object value, List<Member> members) {
        // The assignment's prose has the dict the other way round: keyed by address.
        List<?> keyItems = items(key);
        boolean byAddress = keyItems != null && !keyItems.isEmpty() && keyItems.get(0) instanceof String;
        try {
            Identity identity = readIdentity(byAddress ? value : key);
            members.add(new Member(identity, readAddress(byAddress ? key : value), Dialect.LAB));
        } catch (WireException e) {
            complain(String.valueOf(e.getMessage()));
        }
    }

    private static Identity readIdentity(@Nullable Object value) throws WireException {
        List<?> pair = items(value);
        if (pair == null
                || pair.size() != 2
                || !(pair.get(0) instanceof Long days)
                || !(pair.get(1) instanceof Long id)) {
            throw new WireException(MALFORMED_ID, MALFORMED_ID);
        }
        if (days < Identity.DAYS_MIN || days > Identity.DAYS_MAX || id < Identity.ID_MIN || id > Identity.ID_MAX) {
            throw new WireException(
                    "process id (" + days + ", " + id + ") is outside 1..365 and 1000000..9999999", MALFORMED_ID);
        }
        return new Identity((int) (long) days, (int) (long) id);
    }

    private static Address readAddress(@Nullable Object value) throws WireException {
        List<?> pair = items(value);
        if (pair == null || pair.size() != 2 || !(pair.get(0) instanceof String host)) {
            throw new WireException(MALFORMED_LISTENER, MALFORMED_LISTENER);
        }
        if (!(pair.get(1) instanceof Long port) || port < 1 || port > 65535) {
            throw new WireException(BAD_PORT, BAD_PORT);
        }
        try {
            return new Address(host, (int) (long) port);
        } catch (IllegalArgumentException e) {
            throw new WireException(BAD_HOST, BAD_HOST);
        }
    }

    private static @Nullable List<?> items(@Nullable Object value) {
        if (value instanceof PyTuple tuple) {
            return tuple.items();
        }
        return value instanceof List<?> list ? list : null;
    }

    private void complain(String what) {
        if (complaints.size() < COMPLAINTS_MAX) {
            complaints.add(what);
        }
    }

    private static WireException malformed() {
        return new WireException(MALFORMED, MALFORMED);
    }

    private static String abbreviate(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints().limit(TEXT_MAX).forEach(c -> printable.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return printable.toString();
    }
}
