package io.roundtable.wire;

import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.pickle.PyRepr;
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
    private static final int TEXT_MAX = 200;

    private final LabMembers members = new LabMembers();
    private LabSpeech speech = LabSpeech.PLAIN;
    private @Nullable LabParty asker;

    List<LabFault> complaints() {
        return members.complaints();
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
        try {
            return readValue(value);
        } catch (WireException e) {
            throw explained(e, value);
        }
    }

    /** With the whole message around what is malformed, and what is well-formed in it. */
    private WireException explained(WireException e, @Nullable Object value) {
        List<?> message = messageIn(value);
        Object word = message.isEmpty() ? null : message.get(0);
        List<?> rest = message.isEmpty() ? List.of() : message.subList(1, message.size());
        Object data = rest.isEmpty() ? null : rest.get(0);
        String kind = LabWords.kindOf(word);
        boolean isJoin = "JOIN".equals(kind);
        Identity named = asker == null ? null : asker.identity();
        if (named == null) {
            named = isJoin ? LabShapes.joinerIn(rest) : LabMembers.identityIn(data);
        }
        String hint = isJoin ? LabShapes.hintOfJoin(rest) : "";
        if ("COORDINATOR".equals(kind)) {
            hint = LabShapes.hintOfVictory(data);
        }
        return e.in(kind, LabAdvice.expectedAfter(word), PyRepr.of(value), hint, named);
    }

    /** Word and data, whether in an envelope or not; empty for what is no message. */
    private static List<?> messageIn(@Nullable Object value) {
        List<?> outer = items(value);
        if (outer == null || outer.isEmpty()) {
            return List.of();
        }
        List<?> inner = outer.size() == 2 ? items(outer.get(0)) : null;
        return inner == null ? outer : inner;
    }

    private Message readValue(@Nullable Object value) throws WireException {
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
        return readValue(items.get(0));
    }

    /** One program writes sender and receiver beside every message. */
    private void readEnvelope(@Nullable Object value) {
        List<?> parties = items(value);
        LabParty sender = parties == null || parties.size() != 2 ? null : readParty(parties.get(0));
        if (sender == null) {
            members.complain(new LabFault(
                    "an envelope without sender and receiver",
                    PyRepr.of(value),
                    "(sender, receiver), both identities or both addresses",
                    ""));
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
            return isAddress
                    ? new LabParty(null, LabMembers.readAddress(value))
                    : new LabParty(LabMembers.readIdentity(value), null);
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
                throw new WireException(text, text, new LabFault(text, "", "", LabAdvice.hintOfWord(word)));
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
            Object data = rest.isEmpty() ? null : rest.get(0);
            if (data == null) {
                members.complainOfNone(null);
            }
            return new Message.Election(null, readMembers(data), false);
        }
        List<Member> named = readMembers(parts.get(1));
        try {
            Identity sender = LabMembers.readIdentity(parts.get(0));
            asker = asker == null ? new LabParty(sender, null) : asker;
            Member self = named.stream()
                    .filter(member -> member.identity().equals(sender))
                    .findFirst()
                    .orElse(null);
            return new Message.Election(self, named, false);
        } catch (WireException e) {
            members.complain(e.faultIn(PyRepr.of(parts.get(0))));
            return new Message.Election(null, named, false);
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
        Identity victor = LabMembers.readIdentity(data);
        asker = asker == null ? new LabParty(victor, null) : asker;
        if (rest.size() < 2 || rest.get(1) == null) {
            speech = speech.withVictory(LabSpeech.Victory.IDENTITY);
            return new Message.Victory(victor);
        }
        speech = speech.withVictory(LabSpeech.Victory.MEMBER);
        Member member = new Member(victor, LabMembers.readAddress(rest.get(1)), speech.year());
        return new Message.Coordinator(member, List.of(member));
    }

    private Message readCoordinator(@Nullable Object data) throws WireException {
        List<Member> named = readMembers(data);
        // Many leave out everybody above the victor, and some do not: who is meant is for the receiver to find out.
        Member leader =
                named.stream().max(Comparator.comparing(Member::identity)).orElse(null);
        if (leader == null) {
            // What is wrong with the first one is most likely what is wrong with all.
            LabFault first = complaints().isEmpty() ? null : complaints().get(0);
            throw new WireException("COORDINATOR without a well-formed member", null, first);
        }
        return new Message.Coordinator(leader, named);
    }

    private Member readJoiner(@Nullable Object data) throws WireException {
        List<?> pair = items(data);
        if (pair == null || pair.size() != 2) {
            throw malformed();
        }
        Identity identity = LabMembers.readIdentity(pair.get(0));
        return new Member(identity, LabMembers.readAddress(pair.get(1)), speech.year());
    }

    private static @Nullable List<?> items(@Nullable Object value) {
        return LabMembers.items(value);
    }

    private List<Member> readMembers(@Nullable Object data) {
        return members.read(data, speech.year());
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
