package io.roundtable.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.roundtable.codec.RecordCodec;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.RefusalCode;
import java.lang.invoke.MethodHandles;

/**
 * The closed list of what a native frame can hold, with the number of each; a number is never used again. Fields stand as
 * {@link RecordCodec} writes them, so a record may grow at its end (docs/UPGRADES.md).
 */
final class NativeMessages {
    static final RecordCodec RECORDS = new RecordCodec(MethodHandles.publicLookup())
            .nullable(Message.Election.class, "sender")
            .nullable(Message.Ok.class, "view")
            .nullable(Message.View.class, "leader")
            .nullable(Message.Probe.class, "probe")
            .nullable(Control.Status.class, "leader")
            .unknownAs(RefusalCode.OTHER);

    private final Kryo kryo;

    private NativeMessages(Kryo kryo) {
        this.kryo = kryo;
    }

    static void registerAll(Kryo kryo) {
        NativeMessages messages = new NativeMessages(kryo);
        messages.add(10, Message.Join.class);
        messages.add(11, Message.Members.class);
        messages.add(12, Message.Refusal.class);
        messages.add(13, Message.Election.class);
        messages.add(14, Message.Ok.class);
        messages.add(15, Message.Coordinator.class);
        messages.add(16, Message.Victory.class);
        messages.add(17, Message.Probe.class);
        messages.add(30, Control.Done.class);
        messages.add(31, Control.Leave.class);
        messages.add(32, Control.ListMembers.class);
        messages.add(33, Control.Listing.class);
        messages.add(34, Control.StatusQuery.class);
        messages.add(42, Control.Status.class);
        messages.add(36, Control.Watch.class);
        messages.add(37, Control.Watched.class);
        messages.add(38, Control.Feign.class);
        messages.add(39, Control.Recover.class);
        messages.add(40, Control.StandBy.class);
        messages.add(41, Control.Here.class);
        StorageMessages.listAll(messages);
    }

    <M extends Record & Message> void add(int number, Class<M> type) {
        kryo.register(type, new MessageSerializer<>(type), number);
    }

    private static final class MessageSerializer<M extends Record & Message> extends Serializer<M> {
        private final Class<M> type;

        MessageSerializer(Class<M> type) {
            super(false, true);
            this.type = type;
        }

        @Override
        public void write(Kryo kryo, Output output, M message) {
            output.writeBytes(RECORDS.encodeFields(message));
        }

        /** The input is one whole frame in memory. */
        @Override
        public M read(Kryo kryo, Input input, Class<? extends M> asked) {
            return RECORDS.decodeFields(input.readBytes(input.limit() - input.position()), type);
        }
    }
}
