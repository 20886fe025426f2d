package io.roundtable.wire;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.pickle.PickleException;
import io.roundtable.wire.pickle.PickleReader;
import io.roundtable.wire.pickle.PickleWriter;
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
            Message message = reader.read(PickleReader.read(pickle));
            return new Inbound(
                    message, Dialect.LAB, FrameKind.ONE_WAY, 0, PickleReader.offersNative(pickle), reader.complaints());
        } catch (PickleException e) {
            throw new WireException("malformed pickle: " + e.getMessage(), LabReader.MALFORMED);
        }
    }

    /**
     * A whole pickle. Members that would make it longer than {@value #MESSAGE_BYTES_MAX} bytes are left out, those that
     * come last first.
     *
     * @throws IllegalArgumentException if the lab dialect has no such message
     */
    public ByteBuffer encode(Message message) {
        int most = Math.min(MEMBERS_MAX, members(message).size());
        byte[] bytes = PickleWriter.write(toValue(message, most), offersNative);
        while (bytes.length > MESSAGE_BYTES_MAX && most > 1) {
            most = Math.max(1, Math.min(most - 1, most * MESSAGE_BYTES_MAX / bytes.length));
            bytes = PickleWriter.write(toValue(message, most), offersNative);
        }
        return ByteBuffer.wrap(bytes);
    }

    private @Nullable Object toValue(Message message, int most) {
        if (message instanceof Message.Join join) {
            Member self = join.self();
            return PyTuple.of("JOIN", PyTuple.of(toValue(self.identity()), toValue(self.address())));
        }
        if (message instanceof Message.Members || message instanceof Message.Election) {
            Object dict = toDict(members(message), most);
            return message instanceof Message.Members ? dict : PyTuple.of("ELECTION", dict);
        }
        if (message instanceof Message.Coordinator) {
            return PyTuple.of("COORDINATOR", toDict(members(message), most));
        }
        if (message instanceof Message.Probe) {
            return PyTuple.of("PROBE", null);
        }
        if (message instanceof Message.Ok) {
            return okForm == OkForm.TEXT ? "OK" : PyTuple.of("OK", null);
        }
        if (message instanceof Message.Refusal refusal) {
            return refusal.reason();
        }
        throw new IllegalArgumentException("the lab dialect has no " + message.word());
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
