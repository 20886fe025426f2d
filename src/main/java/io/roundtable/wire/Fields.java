package io.roundtable.wire;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the parts of native messages stand in bytes. Every length is checked against the bytes that are there before
 * anything is allocated: Kryo's own readers allocate whatever length five bytes declare.
 */
final class Fields {
    static final int STRING_BYTES_MAX = 64 * 1024;

    private Fields() {}

    static void writeString(Output out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeVarInt(bytes.length, true);
        out.writeBytes(bytes);
    }

    static String readString(Input in) {
        int length = in.readVarInt(true);
        if (length < 0 || length > STRING_BYTES_MAX || length > left(in)) {
            throw new KryoException("a string claims " + length + " bytes");
        }
        byte[] bytes = in.readBytes(length);
        String text = new String(bytes, StandardCharsets.UTF_8);
        // Java puts U+FFFD where bytes are malformed. Asking it to throw instead costs three objects for each string.
        if (text.indexOf('\uFFFD') >= 0 && !Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8))) {
            throw new KryoException("a string that is not UTF-8");
        }
        return text;
    }

    static void writeIdentity(Output out, Identity identity) {
        out.writeVarInt(identity.days(), true);
        out.writeVarInt(identity.id(), true);
    }

    static Identity readIdentity(Input in) {
        int days = in.readVarInt(true);
        return new Identity(days, in.readVarInt(true));
    }

    static void writeMember(Output out, Member member) {
        writeIdentity(out, member.identity());
        writeString(out, member.address().host());
        out.writeVarInt(member.address().port(), true);
        writeEnum(out, member.dialect());
    }

    static Member readMember(Input in) {
        Identity identity = readIdentity(in);
        String host = readString(in);
        return new Member(identity, new Address(host, in.readVarInt(true)), readEnum(in, Dialect.values()));
    }

    static void writeMembers(Output out, List<Member> members) {
        writeList(out, members, Fields::writeMember);
    }

    static List<Member> readMembers(Input in) {
        return readList(in, Fields::readMember);
    }

    static <T> void writeList(Output out, List<T> list, BiConsumer<Output, T> writer) {
        out.writeVarInt(list.size(), true);
        list.forEach(element -> writer.accept(out, element));
    }

    static <T> List<T> readList(Input in, Function<Input, T> reader) {
        int size = in.readVarInt(true);
        // Every element takes at least one byte.
        if (size < 0 || size > left(in)) {
            throw new KryoException("a list claims " + size + " elements");
        }
        List<T> list = new ArrayList<>(Math.min(size, 1024));
        for (int i = 0; i < size; i++) {
            list.add(reader.apply(in));
        }
        return list;
    }

    static <T> void writeOptional(Output out, @Nullable T value, BiConsumer<Output, T> writer) {
        out.writeBoolean(value != null);
        if (value != null) {
            writer.accept(out, value);
        }
    }

    static <T> @Nullable T readOptional(Input in, Function<Input, T> reader) {
        return in.readBoolean() ? reader.apply(in) : null;
    }

    static void writeEnum(Output out, Enum<?> value) {
        out.writeByte(value.ordinal());
    }

    static <E extends Enum<E>> E readEnum(Input in, E[] values) {
        int ordinal = in.readByte() & 0xff;
        if (ordinal >= values.length) {
            throw new KryoException("no constant " + ordinal);
        }
        return values[ordinal];
    }

    /** Bytes of the frame that have not been read; the input is one whole frame in memory. */
    static int left(Input in) {
        return in.limit() - in.position();
    }
}
