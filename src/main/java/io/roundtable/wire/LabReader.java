package io.roundtable.wire;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.pickle.PyTuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private LabSpeech speech = LabSpeech.PLAIN;
    private @Nullable LabParty asker;

    List<String> complaints() {
        return complaints;
    }

    /** In which words the message came. */
    LabSpeech speech() {
        return speech;
    }

    /** Who sent it, if it says so. */
    @Nullable
    LabParty asker() {
        return asker;
    }

    Message read(@Nullable Object value) throws WireException {
        if (value instanceof String text) {
            speech = speech.withYear(LabSpeech.yearOf(text));
            return readText(text);
        }
        if (value instanceof Map<?, ?> dict) {
            return new Message.Members(readMembers(dict));
        }
        List<?> items = items(value);
        if (items == null || items.isEmpty()) {
            throw malformed();
        }
        if (items.get(0) instanceof String word) {
            speech = speech.withYear(LabSpeech.yearOf(word));
            return readWord(word, items.subList(1, items.size()));
        }
        List<?> inner = items(items.get(0));
        if (items.size() != 2 || inner == null || inner.isEmpty() || !(inner.get(0) instanceof String)) {
            throw malformed();
        }
        readEnvelope(items.get(1));
        return read(items.get(0));
    }

    /** One program writes sender and receiver beside every message. */
    private void readEnvelope(@Nullable Object value) {
        List<?> parties = items(value);
        LabParty sender = parties == null || parties.size() != 2 ? null : readParty(parties.get(0));
        if (sender == null) {
            complain("an envelope without sender and receiver");
            return;
        }
        asker = sender;
        speech = speech.withEnvelope(
                sender.identity() != null ? LabSpeech.Envelope.IDENTITIES : LabSpeech.Envelope.ADDRESSES);
    }

    private static @Nullable LabParty readParty(@Nullable Object value) {
        try {
            List<?> pair = items(value);
            boolean isAddress = pair != null && !pair.isEmpty() && pair.get(0) instanceof String;
            return isAddress ? new LabParty(null, readAddress(value)) : new LabParty(readIdentity(value), null);
        } catch (WireException e) {
            return null;
        }
    }

    private static Message readText(String text) {
        return switch (text) {
            case "OK", "OKAY", "GOT_IT" -> Message.Ok.BARE;
            case "PROBE" -> Message.Probe.BARE;
            default -> new Message.Refusal(abbreviate(text));
        };
    }

    private Message readWord(String word, List<?> rest) throws WireException {
        Object data = rest.isEmpty() ? null : rest.get(0);
        return switch (word) {
            case "JOIN", "BEGIN", "HOWDY" -> new Message.Join(readJoiner(data));
            case "ELECTION", "ELECT" -> readElection(rest);
            case "COORDINATOR", "I_AM_LEADER" -> readVictory(rest);
            case "PROBE" -> {
                speech = speech.withBareProbe(rest.isEmpty());
                yield Message.Probe.BARE;
            }
            case "OK", "OKAY", "GOT_IT" -> new Message.Ok(null, readMembers(data));
            default -> {
                String text = "Unexpected message: " + abbreviate(word);
                throw new WireException(text, text);
            }
        };
    }

    /** {@code (members)}, {@code (sender, members)}, or the latter nested in a pair of its own. */
    private Message readElection(List<?> rest) {
        List<?> parts = rest;
        if (rest.size() == 1 && isSenderWithMembers(items(rest.get(0)))) {
            parts = Objects.requireNonNull(items(rest.get(0)));
        } else if (isSenderWithMembers(rest)) {
            speech = speech.withSender(true);
        } else {
            return new Message.Election(null, readMembers(rest.isEmpty() ? null : rest.get(0)), false);
        }
        List<Member> members = readMembers(parts.get(1));
        try {
            Identity sender = readIdentity(parts.get(0));
            asker = asker == null ? new LabParty(sender, null) : asker;
            Member named = members.stream()
                    .filter(member -> member.identity().equals(sender))
                    .findFirst()
                    .orElse(null);
            return new Message.Election(named, members, false);
        } catch (WireException e) {
            complain(String.valueOf(e.getMessage()));
            return new Message.Election(null, members, false);
        }
    }

    private static boolean isSenderWithMembers(@Nullable List<?> parts) {
        return parts != null && parts.size() >= 2 && items(parts.get(0)) != null && parts.get(1) instanceof Map<?, ?>;
    }

    /** {@code (members)}, {@code (victor)} or {@code (victor, address)}. */
    private Message readVictory(List<?> rest) throws WireException {
        Object data = rest.isEmpty() ? null : rest.get(0);
        List<?> pair = items(data);
        boolean isIdentity = pair != null && pair.size() == 2 && pair.get(0) instanceof Long;
        if (!isIdentity) {
            return readCoordinator(
                    isSenderWithMembers(pair) ? Objects.requireNonNull(pair).get(1) : data);
        }
        Identity victor = readIdentity(data);
        asker = asker == null ? new LabParty(victor, null) : asker;
        if (rest.size() < 2 || rest.get(1) == null) {
            speech = speech.withVictory(LabSpeech.Victory.IDENTITY);
            return new Message.Victory(victor);
        }
        speech = speech.withVictory(LabSpeech.Victory.MEMBER);
        Member member = new Member(victor, readAddress(rest.get(1)), speech.year());
        return new Message.Coordinator(member, List.of(member));
    }

    private Message readCoordinator(@Nullable Object data) throws WireException {
        List<Member> members = readMembers(data);
        // Many leave out everybody above the victor, and some do not: who is meant is for the receiver to find out.
        Member leader = members.stream()
                .max(Comparator.comparing(Member::identity))
                .orElseThrow(() -> new WireException("COORDINATOR without a well-formed member"));
        return new Message.Coordinator(leader, members);
    }

    private Member readJoiner(@Nullable Object data) throws WireException {
        List<?> pair = items(data);
        if (pair == null || pair.size() != 2) {
            throw malformed();
        }
        Identity identity = readIdentity(pair.get(0));
        return new Member(identity, readAddress(pair.get(1)), speech.year());
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
            members.add(new Member(identity, readAddress(byAddress ? key : value), speech.year()));
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
