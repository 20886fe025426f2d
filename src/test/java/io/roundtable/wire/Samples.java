package io.roundtable.wire;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import io.roundtable.protocol.Presence;
import io.roundtable.protocol.Sighting;
import io.roundtable.protocol.VolumeMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** At least one message of each kind, at the edges of what it can hold. */
final class Samples {
    static final Member LOW = member(1, 1_000_000, "127.0.0.1", 1, Dialect.LAB);
    static final Member HIGH = member(365, 9_999_999, "h".repeat(Address.HOST_LENGTH_MAX), 65_535, Dialect.NATIVE);
    static final Member IPV6 = member(200, 1_234_567, "::1", 23_600, Dialect.NATIVE);

    private Samples() {}

    private static List<Sighting> sightings() {
        return Arrays.stream(Sighting.Sight.values())
                .map(sight -> new Sighting(HIGH.identity(), sight, Long.MAX_VALUE))
                .toList();
    }

    static Member member(int days, int id, String host, int port, Dialect dialect) {
        return new Member(new Identity(days, id), new Address(host, port), dialect);
    }

    /** So many members, lowest first, as a big class of students would have. */
    static List<Member> members(int count) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(member(1 + i % 365, 1_000_000 + i, "127.0.0.1", 40_000 + i % 20_000, Dialect.LAB));
        }
        return members;
    }

    static List<Message> all() {
        List<Member> members = List.of(LOW, HIGH, IPV6);
        List<Message> all = new ArrayList<>(List.of(
                new Message.Join(LOW),
                new Message.Members(List.of()),
                new Message.Members(members),
                new Message.Members(members(2_000)),
                new Message.Refusal(""),
                new Message.Refusal("Größe \u0000 \uD83D\uDE80\n"),
                new Message.Election(null, List.of(), false),
                new Message.Election(HIGH, members, true),
                Message.Ok.BARE,
                new Message.Coordinator(HIGH, members),
                new Message.Coordinator(LOW, List.of()),
                new Message.Victory(HIGH.identity()),
                Message.Probe.BARE,
                new Message.Probe(new Message.Sync(IPV6, Long.MIN_VALUE, 0, List.of())),
                new Message.Probe(new Message.Sync(IPV6, -1, Integer.MAX_VALUE, members)),
                new Control.Done(),
                new Control.Here(),
                new Control.Leave(LOW.identity()),
                new Control.ListMembers(),
                new Control.Listing(List.of()),
                new Control.StatusQuery(),
                new Control.Status(LOW, PeerState.QUIESCENT, null, 0, 1, List.of()),
                new Control.Watch(),
                new Control.Watched("{\"a\":1}", "a line"),
                new Control.Recover(1_000_000),
                new Control.StandBy(HIGH.identity())));
        for (PeerState state : PeerState.values()) {
            all.add(new Message.Ok(new Message.View(LOW, state, HIGH, true, 17), members));
            all.add(new Message.Ok(new Message.View(HIGH, state, null, false, 0), List.of()));
            all.add(new Control.Status(LOW, state, HIGH, Long.MAX_VALUE, 20_000, sightings()));
        }
        for (Presence presence : Presence.values()) {
            all.add(new Control.Listing(List.of(new Control.Listed(IPV6, presence, 1_800_000_000_000L))));
        }
        for (FeignMode mode : FeignMode.values()) {
            all.add(new Control.Feign(mode, 0));
            all.add(new Control.Feign(mode, Control.Feign.DURATION_MAX_MS));
        }
        RecordSamples records = new RecordSamples(1);
        for (Class<?> branch : List.of(LeaseMessage.class, VolumeMessage.class, DiskMessage.class, DssMessage.class)) {
            addRecords(branch, records, all);
        }
        return all;
    }

    private static void addRecords(Class<?> branch, RecordSamples records, List<Message> all) {
        for (Class<?> type : branch.getPermittedSubclasses()) {
            if (type.isSealed()) {
                addRecords(type, records, all);
            } else {
                for (int i = 0; i < 4; i++) {
                    all.add((Message) records.of(type));
                }
            }
        }
    }

    static byte[] frame(FrameKind kind, long requestId, Message message) {
        return bytes(new NativeCodec().encode(kind, requestId, message));
    }

    /** A frame around any head. */
    static byte[] frame(byte... head) {
        return frame(NativeCodec.VERSION, FrameKind.REQUEST.ordinal(), head.length, 0, head);
    }

    static byte[] frame(int version, int kind, int headLength, long bodyLength, byte... head) {
        ByteBuffer frame = ByteBuffer.allocate(NativeCodec.HEADER_BYTES + head.length);
        frame.put(NativeCodec.MAGIC_0)
                .put(NativeCodec.MAGIC_1)
                .put((byte) version)
                .put((byte) kind);
        return frame.putInt(headLength)
                .putLong(bodyLength)
                .putLong(42)
                .put(head)
                .array();
    }

    static byte[] bytes(ByteBuffer buffer) {
        return Arrays.copyOfRange(buffer.array(), buffer.position(), buffer.limit());
    }

    static byte[] join(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteBuffer joined = ByteBuffer.allocate(length);
        Arrays.stream(parts).forEach(joined::put);
        return joined.array();
    }
}
