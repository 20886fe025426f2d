package io.roundtable.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import io.roundtable.protocol.Presence;
import io.roundtable.protocol.Sighting;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The closed list of what a native frame can hold, with the number of each. A record whose fields change gets a new
 * number; a number is never used again (docs/PROTOCOL.md, Native dialect).
 */
final class NativeMessages {
    private NativeMessages() {}

    static void registerAll(Kryo kryo) {
        register(
                kryo,
                10,
                Message.Join.class,
                (o, m) -> Fields.writeMember(o, m.self()),
                in -> new Message.Join(Fields.readMember(in)));
        register(
                kryo,
                11,
                Message.Members.class,
                (o, m) -> Fields.writeMembers(o, m.members()),
                in -> new Message.Members(Fields.readMembers(in)));
        register(
                kryo,
                12,
                Message.Refusal.class,
                (o, m) -> Fields.writeString(o, m.reason()),
                in -> new Message.Refusal(Fields.readString(in)));
        register(kryo, 13, Message.Election.class, NativeMessages::writeElection, NativeMessages::readElection);
        register(kryo, 14, Message.Ok.class, NativeMessages::writeOk, NativeMessages::readOk);
        register(
                kryo, 15, Message.Coordinator.class, NativeMessages::writeCoordinator, NativeMessages::readCoordinator);
        register(
                kryo,
                16,
                Message.Victory.class,
                (o, m) -> Fields.writeIdentity(o, m.leader()),
                in -> new Message.Victory(Fields.readIdentity(in)));
        register(kryo, 17, Message.Probe.class, NativeMessages::writeProbe, NativeMessages::readProbe);

        register(kryo, 30, Control.Done.class, (o, m) -> {}, in -> new Control.Done());
        register(
                kryo,
                31,
                Control.Leave.class,
                (o, m) -> Fields.writeIdentity(o, m.self()),
                in -> new Control.Leave(Fields.readIdentity(in)));
        register(kryo, 32, Control.ListMembers.class, (o, m) -> {}, in -> new Control.ListMembers());
        register(
                kryo,
                33,
                Control.Listing.class,
                (o, m) -> Fields.writeList(o, m.members(), NativeMessages::writeListed),
                in -> new Control.Listing(Fields.readList(in, NativeMessages::readListed)));
        register(kryo, 34, Control.StatusQuery.class, (o, m) -> {}, in -> new Control.StatusQuery());
        register(kryo, 42, Control.Status.class, NativeMessages::writeStatus, NativeMessages::readStatus);
        register(kryo, 36, Control.Watch.class, (o, m) -> {}, in -> new Control.Watch());
        register(kryo, 37, Control.Watched.class, NativeMessages::writeWatched, NativeMessages::readWatched);
        register(kryo, 38, Control.Feign.class, NativeMessages::writeFeign, NativeMessages::readFeign);
        register(
                kryo,
                39,
                Control.Recover.class,
                (o, m) -> o.writeVarInt(m.id(), true),
                in -> new Control.Recover(in.readVarInt(true)));
        register(
                kryo,
                40,
                Control.StandBy.class,
                (o, m) -> Fields.writeIdentity(o, m.self()),
                in -> new Control.StandBy(Fields.readIdentity(in)));
        register(kryo, 41, Control.Here.class, (o, m) -> {}, in -> new Control.Here());
        StorageMessages.registerAll(kryo);
    }

    static <M extends Record & Message> void registerRecord(Kryo kryo, int number, Class<M> type) {
        register(
                kryo,
                number,
                type,
                (o, m) -> o.writeBytes(StorageMessages.CODEC.encodeFields(m)),
                in -> StorageMessages.CODEC.decodeFields(in.readBytes(Fields.left(in)), type));
    }

    private static void writeElection(Output out, Message.Election message) {
        Fields.writeOptional(out, message.sender(), Fields::writeMember);
        Fields.writeMembers(out, message.members());
        out.writeBoolean(message.announce());
    }

    private static Message.Election readElection(Input in) {
        var sender = Fields.readOptional(in, Fields::readMember);
        var members = Fields.readMembers(in);
        return new Message.Election(sender, members, in.readBoolean());
    }

    private static void writeOk(Output out, Message.Ok message) {
        Fields.writeOptional(out, message.view(), NativeMessages::writeView);
        Fields.writeMembers(out, message.members());
    }

    private static Message.Ok readOk(Input in) {
        var view = Fields.readOptional(in, NativeMessages::readView);
        return new Message.Ok(view, Fields.readMembers(in));
    }

    private static void writeView(Output out, Message.View view) {
        Fields.writeMember(out, view.self());
        Fields.writeEnum(out, view.state());
        Fields.writeOptional(out, view.leader(), Fields::writeMember);
        out.writeBoolean(view.inStep());
        out.writeVarInt(view.position(), true);
    }

    private static Message.View readView(Input in) {
        var self = Fields.readMember(in);
        var state = Fields.readEnum(in, PeerState.values());
        var leader = Fields.readOptional(in, Fields::readMember);
        boolean inStep = in.readBoolean();
        return new Message.View(self, state, leader, inStep, in.readVarInt(true));
    }

    private static void writeCoordinator(Output out, Message.Coordinator message) {
        Fields.writeMember(out, message.leader());
        Fields.writeMembers(out, message.members());
    }

    private static Message.Coordinator readCoordinator(Input in) {
        var leader = Fields.readMember(in);
        return new Message.Coordinator(leader, Fields.readMembers(in));
    }

    private static void writeProbe(Output out, Message.Probe message) {
        Fields.writeOptional(out, message.probe(), (o, sync) -> {
            Fields.writeMember(o, sync.self());
            o.writeLong(sync.digest());
            o.writeVarInt(sync.position(), true);
            Fields.writeMembers(o, sync.members());
        });
    }

    private static Message.Probe readProbe(Input in) {
        return new Message.Probe(Fields.readOptional(in, i -> {
            var self = Fields.readMember(i);
            long digest = i.readLong();
            int position = i.readVarInt(true);
            return new Message.Sync(self, digest, position, Fields.readMembers(i));
        }));
    }

    private static void writeListed(Output out, Control.Listed listed) {
        Fields.writeMember(out, listed.member());
        Fields.writeEnum(out, listed.presence());
        out.writeLong(listed.sinceMs());
    }

    private static Control.Listed readListed(Input in) {
        var member = Fields.readMember(in);
        var presence = Fields.readEnum(in, Presence.values());
        return new Control.Listed(member, presence, in.readLong());
    }

    private static void writeStatus(Output out, Control.Status status) {
        Fields.writeMember(out, status.self());
        Fields.writeEnum(out, status.state());
        Fields.writeOptional(out, status.leader(), Fields::writeMember);
        out.writeLong(status.leaderSinceMs());
        out.writeVarInt(status.known(), true);
        Fields.writeList(out, status.sightings(), NativeMessages::writeSighting);
    }

    private static void writeSighting(Output out, Sighting sighting) {
        Fields.writeIdentity(out, sighting.member());
        Fields.writeEnum(out, sighting.sight());
        out.writeLong(sighting.forMs());
    }

    private static Sighting readSighting(Input in) {
        var member = Fields.readIdentity(in);
        var sight = Fields.readEnum(in, Sighting.Sight.values());
        return new Sighting(member, sight, in.readLong());
    }

    private static Control.Status readStatus(Input in) {
        var self = Fields.readMember(in);
        var state = Fields.readEnum(in, PeerState.values());
        var leader = Fields.readOptional(in, Fields::readMember);
        long since = in.readLong();
        int known = in.readVarInt(true);
        return new Control.Status(self, state, leader, since, known, Fields.readList(in, NativeMessages::readSighting));
    }

    private static void writeWatched(Output out, Control.Watched message) {
        Fields.writeString(out, message.json());
        Fields.writeString(out, message.human());
    }

    private static Control.Watched readWatched(Input in) {
        String json = Fields.readString(in);
        return new Control.Watched(json, Fields.readString(in));
    }

    private static void writeFeign(Output out, Control.Feign message) {
        Fields.writeEnum(out, message.mode());
        out.writeLong(message.durationMs());
    }

    private static Control.Feign readFeign(Input in) {
        var mode = Fields.readEnum(in, FeignMode.values());
        return new Control.Feign(mode, in.readLong());
    }

    private static <M extends Message> void register(
            Kryo kryo, int number, Class<M> type, BiConsumer<Output, M> writer, Function<Input, M> reader) {
        kryo.register(type, new MessageSerializer<>(writer, reader), number);
    }

    private static final class MessageSerializer<M extends Message> extends Serializer<M> {
        private final BiConsumer<Output, M> writer;
        private final Function<Input, M> reader;

        MessageSerializer(BiConsumer<Output, M> writer, Function<Input, M> reader) {
            super(false, true);
            this.writer = writer;
            this.reader = reader;
        }

        @Override
        public void write(Kryo kryo, Output output, M message) {
            writer.accept(output, message);
        }

        @Override
        public M read(Kryo kryo, Input input, Class<? extends M> type) {
            return reader.apply(input);
        }
    }
}
