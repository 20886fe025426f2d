package io.roundtable.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.roundtable.protocol.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes at all on a connection. With JAZZER_FUZZ=1 in the environment it goes on from the seeds by coverage. */
class MessageDecoderFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.concat(
                Samples.all().stream().map(sample -> Samples.frame(FrameKind.REQUEST, 1, sample)),
                LabFixturesTest.pickles().stream());
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "60s")
    void anyBytesAreMessagesOrAWireExceptionHoweverTheyAreCut(byte[] bytes) {
        List<Message> whole = decode(bytes, bytes.length);

        assertEquals(whole, decode(bytes, 1 + bytes.length / 3));
    }

    private static List<Message> decode(byte[] bytes, int piece) {
        List<Message> messages = new ArrayList<>();
        MessageDecoder decoder = new MessageDecoder(new NativeCodec());
        try {
            for (int at = 0; at < bytes.length; at += piece) {
                int count = Math.min(piece, bytes.length - at);
                decoder.feed(ByteBuffer.wrap(bytes, at, count), inbound -> messages.add(inbound.message()));
            }
        } catch (WireException e) {
            messages.add(new Message.Refusal("refused"));
        }
        return messages;
    }
}
