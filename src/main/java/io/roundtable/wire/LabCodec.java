package io.roundtable.wire;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.pickle.PickleException;
import io.roundtable.wire.pickle.PickleReader;
import io.roundtable.wire.pickle.PickleWriter;
import io.roundtable.wire.pickle.PyRepr;
import io.roundtable.wire.pickle.PyTuple;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages as pickles, the way Python nodes of the assignment read and write them. */
public final class LabCodec {
    /** Most nodes do one {@code recv(1024)} and unpickle that: a longer message would kill them. */
    public static final int MESSAGE_BYTES_MAX = 1024;

    /** No 1024 bytes hold more: where to begin leaving out. */
    private static final int MEMBERS_MAX = 96;

    private final OkForm okForm;
    private final boolean offersNative;

    /** @param offersNative whether messages carry the mark by which native peers know each other */
    public LabCodec(OkForm okForm, boolean offersNative) {
        this.okForm = okForm;
        this.offersNative = offersNative;
    }

    /** Decodes one whole pickle. */
    public static Inbound decode(byte[] pickle) throws WireException {
        LabReader reader = new LabReader();
        try {
            Object value = PickleReader.read(pickle);
            Message message = reader.read(value);
            return new Inbound(
                    message,
                    Dialect.LAB,
                    FrameKind.ONE_WAY,
                    0,
                    PickleReader.offersNative(pickle),
                    reader.complaints(),
                    reader.speech(),
                    reader.asker(),
                    PyRepr.of(value));
        } catch (PickleException e) {
            String what = "malformed pickle: " + e.getMessage();
            throw new WireException(what, LabReader.MALFORMED, LabAdvice.ofBytes(pickle, 0, pickle.length, what, e));
        }
    }

    /** A whole pickle in the plain words, see {@link #encode(Message, LabSpeech, Member, LabParty)}. */
    public ByteBuffer encode(Message message) {
        return encode(message, LabSpeech.PLAIN, null, null);
    }

    /**
     * A whole pickle in the receiver's words. Members that would make it longer than {@value #MESSAGE_BYTES_MAX} bytes are left out, those that
     * come last first.
     *
     * @param self the sender; null if the speech names none
     * @param to the receiver; null if the speech names none
     * @throws IllegalArgumentException if the lab dialect has no such message
     */
    public ByteBuffer encode(Message message, LabSpeech speech, @Nullable Member self, @Nullable LabParty to) {
        Letter letter = new Letter(message, speech, self, to);
        int most = Math.min(MEMBERS_MAX, members(message).size());
        byte[] bytes = PickleWriter.write(toValue(letter, most), offersNative);
        while (bytes.length > MESSAGE_BYTES_MAX && most > 1) {
            most = Math.max(1, Math.min(most - 1, most * MESSAGE_BYTES_MAX / bytes.length));
            bytes = PickleWriter.write(toValue(letter, most), offersNative);
        }
        return ByteBuffer.wrap(bytes);
    }

    private record Letter(
            Message message,
            LabSpeech speech,
            @Nullable Member self,
            @Nullable LabParty to) {}

    private @Nullable Object toValue(Letter letter, int most) {
        Object value = toPlainValue(letter, most);
        PyTuple parties = parties(letter);
        if (parties == null) {
            return value;
        }
        return PyTuple.of(value instanceof String word ? PyTuple.of(word, null) : value, parties);
    }

    /** Sender and receiver, where both are known in the way that the receiver wants them. */
    private static @Nullable PyTuple parties(Letter letter) {
        Member self = letter.self();
        LabParty to = letter.to();
        if (self == null || to == null) {
            return null;
        }
        return switch (letter.speech().envelope()) {
            case NONE -> null;
            case IDENTITIES ->
                to.identity() == null ? null : PyTuple.of(toValue(self.identity()), toValue(to.identity()));
            case ADDRESSES -> to.address() == null ? null : PyTuple.of(toValue(self.address()), toValue(to.address()));
        };
    }

    private @Nullable Object toPlainValue(Letter letter, int most) {
        Message message = letter.message();
        LabSpeech speech = letter.speech();
        boolean isF25 = speech.year() == Dialect.F25;
        if (message instanceof Message.Join join) {
            Member self = join.self();
            return PyTuple.of(speech.joinWord(), PyTuple.of(toValue(self.identity()), toValue(self.address())));
        }
        if (message instanceof Message.Members) {
            return toDict(members(message), most);
        }
        if (message instanceof Message.Election) {
            Object dict = toDict(members(message), most);
            String word = isF25 ? "ELECT" : "ELECTION";
            Member self = letter.self();
            return speech.namesSender() && self != null
                    ? PyTuple.of(word, toValue(self.identity()), dict)
                    : PyTuple.of(word, dict);
        }
        if (message instanceof Message.Coordinator coordinator) {
            return toVictory(coordinator, speech, most);
        }
        if (message instanceof Message.Probe) {
            return speech.bareProbe() ? PyTuple.of("PROBE") : PyTuple.of("PROBE", null);
        }
        if (message instanceof Message.Ok) {
            return isF25 ? "GOT_IT" : okForm == OkForm.TEXT ? "OK" : PyTuple.of("OK", null);
        }
        if (message instanceof Message.Refusal refusal) {
            return refusal.reason();
        }
        throw new IllegalArgumentException("the lab dialect has no " + message.word());
    }

    private static PyTuple toVictory(Message.Coordinator coordinator, LabSpeech speech, int most) {
        PyTuple victor = toValue(coordinator.leader().identity());
        if (speech.year() == Dialect.F25) {
            return PyTuple.of("I_AM_LEADER", victor);
        }
        return switch (speech.victory()) {
            case LIST -> PyTuple.of("COORDINATOR", toDict(members(coordinator), most));
            case IDENTITY -> PyTuple.of("COORDINATOR", victor);
            case MEMBER ->
                PyTuple.of("COORDINATOR", victor, toValue(coordinator.leader().address()));
        };
    }

    /** The members that a message names, the most important ones first. */
    private static List<Member> members(Message message) {
        if (message instanceof Message.Members answer) {
            return highestFirst(answer.members(), null);
        }
        if (message instanceof Message.Election election) {
            return highestFirst(election.members(), election.sender());
        }
        if (message instanceof Message.Coordinator coordinator) {
            return highestFirst(coordinator.members(), coordinator.leader());
        }
        return List.of();
    }

    /** Newcomers need the high ones most: those are whom they ask. Some nodes take the first for the leader. */
    private static List<Member> highestFirst(List<Member> members, @Nullable Member first) {
        List<Member> sorted = new ArrayList<>();
        if (first != null) {
            sorted.add(first);
        }
        members.stream()
                .filter(member -> first == null || !member.identity().equals(first.identity()))
                .sorted((a, b) -> b.identity().compareTo(a.identity()))
                .forEach(sorted::add);
        return sorted;
    }

    private static Map<Object, Object> toDict(List<Member> members, int most) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        for (Member member : members.subList(0, Math.min(most, members.size()))) {
            dict.put(toValue(member.identity()), toValue(member.address()));
        }
        return dict;
    }

    private static PyTuple toValue(Identity identity) {
        return PyTuple.of((long) identity.days(), (long) identity.id());
    }

    private static PyTuple toValue(Address address) {
        return PyTuple.of(address.host(), (long) address.port());
    }
}
