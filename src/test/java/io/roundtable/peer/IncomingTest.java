package io.roundtable.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.FrameTooLongException;
import io.roundtable.wire.NativeCodec;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class IncomingTest {
    private static final Message LONG = new Message.Refusal("x".repeat(NativeCodec.HEAD_BYTES_MAX));

    private final NativeCodec codec = new NativeCodec();

    @Test
    void anAnswerThatIsTooLongForAFrameIsARefusalThatSaysSo() {
        ByteBuffer frame = Incoming.encode(codec, 7, LONG);
        ByteBuffer said = codec.encode(
                FrameKind.ANSWER, 7, new Message.Refusal("the answer: " + LONG.word() + " is too long for a frame"));
        assertEquals(said, frame);
    }

    @Test
    void theNextAnswerIsNotTouchedByIt() {
        Message next = new VolumeMessage.ListVolumes();
        ByteBuffer before = codec.encode(FrameKind.ANSWER, 8, next);
        assertThrows(FrameTooLongException.class, () -> codec.encode(FrameKind.ANSWER, 7, LONG));
        assertEquals(before, codec.encode(FrameKind.ANSWER, 8, next));
    }
}
