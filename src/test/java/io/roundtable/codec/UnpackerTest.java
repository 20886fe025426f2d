package io.roundtable.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnpackerTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 63, 64, -64, -65, 127, 128, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE})
    void numbersAreReadAsTheyWereWritten(long value) {
        Packer out = new Packer(1);
        out.writeVarLong(value);
        out.writeSigned(value);
        out.writeFixedLong(value);
        Unpacker in = new Unpacker(out.toBytes());

        assertEquals(value, in.readVarLong());
        assertEquals(value, in.readSigned());
        assertEquals(value, in.readFixedLong());
        assertEquals(0, in.left());
    }

    @Test
    void bytesThatEndInTheMiddleOfAValueAreRefusedWhereverTheyEnd() {
        Packer out = new Packer();
        out.writeString("text é");
        out.writeBytes(new byte[200]);
        byte[] whole = out.toBytes();
        Unpacker in = new Unpacker(whole);
        assertEquals("text é", in.readString());
        assertArrayEquals(new byte[200], in.readBytes());

        for (int length = 0; length < whole.length; length++) {
            Unpacker cut = new Unpacker(Arrays.copyOf(whole, length));
            assertThrows(CodecException.class, () -> {
                cut.readString();
                cut.readBytes();
            });
        }
    }

    @Test
    void aLengthThatOnlyTheBytesOfTheLengthItselfBearOutIsRefused() {
        // Claims one byte more than there is behind it.
        assertThrows(CodecException.class, () -> new Unpacker(new byte[] {1}).readBytes());
        assertThrows(CodecException.class, () -> new Unpacker(new byte[] {1}).readString());
    }
}
