package io.roundtable.wire;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Message;
import io.roundtable.wire.pickle.PickleException;
import io.roundtable.wire.pickle.PickleReader;
import io.roundtable.wire.pickle.PyRepr;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Says of faults that nodes of the course commit what was expected instead, and what is most likely wrong in the node. */
public final class LabAdvice {
    static final String MEMBERS = "{(days, id): (host, port), …}";
    static final String IDENTITY = "(days, id): ints, 1 to 365 and 1000000 to 9999999";
    static final String ADDRESS = "(host, port), the port an int, 1 to 65535";
    static final String JOIN = "('JOIN', ((days, id), (host, port)))";
    private static final String REQUEST = "('ELECTION', {…}), ('COORDINATOR', {…}) or ('PROBE', None)";
    /** What is wrong with a listener at all addresses. */
    public static final String WILDCARD = "one listens there, but nobody is reached by it: name a host to connect to";

    private static final String PICKLE = "one whole pickle";
    private static final String TEXT = "this is plain text: send pickle.dumps(message)";
    private static final String SET = "a set travels as a class does: use a str, a tuple or a dict; {'OK'} is a set";
    private static final String CLASS =
            "an object of a class, such as an Enum: send only str, int, tuple, list and dict, e.g. state.value";
    private static final String HALF =
            "a pickle without its end: send it with one sendall(), all of it, before you close the socket";
    private static final String NO_WORD = "no word of this protocol";

    private LabAdvice() {}

    /** What stands around a word of the protocol; for everything else, which words there are. */
    static String expectedAfter(@Nullable Object word) {
        if (!(word instanceof String text)) {
            return "a word, or a pair that begins with one";
        }
        String meant = LabWords.meantBy(text);
        if (meant != null) {
            return expectedAfter(meant);
        }
        return switch (text) {
            case "JOIN", "BEGIN", "HOWDY" -> JOIN.replace("JOIN", text);
            case "ELECTION", "ELECT" -> "('" + text + "', " + MEMBERS + ")";
            case "COORDINATOR" -> "('COORDINATOR', " + MEMBERS + ") or ('COORDINATOR', (days, id))";
            case "I_AM_LEADER" -> "('I_AM_LEADER', (days, id))";
            default -> REQUEST;
        };
    }

    /** What answers a question in the words of this year. */
    public static String expectedOk(Dialect year) {
        return year == Dialect.F25 ? "'GOT_IT'" : "'OK' or ('OK', …)";
    }

    /** Bytes that came when nothing was to come any more; null if they are a native frame, which is no student's. */
    public static @Nullable String show(byte[] bytes) {
        if (bytes.length > 0 && bytes[0] == NativeCodec.MAGIC_0) {
            return null;
        }
        try {
            return PyRepr.of(PickleReader.read(bytes));
        } catch (PickleException e) {
            return PyRepr.ofBytes(bytes, 0, bytes.length);
        }
    }

    /** A message that is well-formed, but no question that a peer takes. */
    public static LabFault ofQuestion(Inbound inbound, String what) {
        return new LabFault(what, inbound.shown(), REQUEST, hintOfQuestion(inbound.message()));
    }

    /** A message that is well-formed, but none that the GCD takes. */
    public static LabFault ofGcdQuestion(Inbound inbound, String what) {
        Message message = inbound.message();
        if (message instanceof Message.Join join) {
            String hint = what.contains(" is taken by ")
                    ? "one identity is one member: give this node another id"
                    : hintOfJoin(join.self().address());
            return new LabFault(what, inbound.shown(), "", hint);
        }
        boolean isForPeers = message instanceof Message.Election
                || message instanceof Message.Coordinator
                || message instanceof Message.Victory
                || message instanceof Message.Probe;
        String hint = isForPeers ? "the GCD takes only JOIN; this is for the members" : hintOfQuestion(message);
        return new LabFault(what, inbound.shown(), JOIN, hint);
    }

    private static String hintOfJoin(Address listener) {
        if (listener.isWildcard()) {
            return WILDCARD;
        }
        return "the host in its JOIN is to be one that the other members reach it by";
    }

    /** For a word that is none of the protocol. */
    static String hintOfWord(String said) {
        String meant = LabWords.meantBy(said);
        return meant == null ? NO_WORD : "did you mean '" + meant + "'?";
    }

    private static String hintOfQuestion(Message message) {
        if (message instanceof Message.Join) {
            return "JOIN is for the GCD: is that the wrong port?";
        }
        if (message instanceof Message.Members) {
            return "a message is a pair, its word first";
        }
        if (message instanceof Message.Refusal text) {
            return LabWords.isQuestion(text.reason())
                    ? "a bare word: a message is a pair, its word first"
                    : hintOfWord(text.reason());
        }
        return NO_WORD;
    }

    /** An answer that is well-formed and no OK. */
    public static String hintOfAnswer(Message message) {
        if (message instanceof Message.Members) {
            return "the members alone are no answer: OK is, or ('OK', members)";
        }
        if (message instanceof Message.Refusal text) {
            String only = "only OK says that you are there; whatever else comes counts as silence";
            return LabWords.meantBy(text.reason()) == null ? only : hintOfWord(text.reason()) + " " + only;
        }
        return "a question is answered with OK on its own socket; ask on another one";
    }

    static LabFault ofBytes(byte[] bytes, int from, int to, String what, @Nullable PickleException why) {
        return new LabFault(what, PyRepr.ofBytes(bytes, from, to), PICKLE, hintOfBytes(bytes, from, to, why));
    }

    private static String hintOfBytes(byte[] bytes, int from, int to, @Nullable PickleException why) {
        if (isText(bytes, from, to)) {
            return TEXT;
        }
        int at = why == null ? to : from + why.offset();
        if (at >= to) {
            return why == null ? HALF : "";
        }
        return switch (bytes[at] & 0xff) {
            case 0x8f, 0x90, 0x91 -> SET;
            case 'c' -> isSet(bytes, at, to) ? SET : CLASS;
            case 0x93, 0x81, 0x92, 'R', 'i', 'o', 'b' -> CLASS;
            default -> "";
        };
    }

    private static boolean isSet(byte[] bytes, int at, int to) {
        String name = new String(bytes, at, Math.min(to - at, 24), StandardCharsets.ISO_8859_1);
        return name.contains("\nset\n") || name.contains("\nfrozenset\n");
    }

    private static boolean isText(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if ((bytes[i] < ' ' || bytes[i] > '~') && bytes[i] != '\n' && bytes[i] != '\r') {
                return false;
            }
        }
        return to > from;
    }
}
