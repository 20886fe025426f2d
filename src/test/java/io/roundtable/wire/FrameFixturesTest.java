package io.roundtable.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames as programs of each version wrote them, each line a word and the bytes. */
class FrameFixturesTest {
    private static final long REQUEST = 42;

    private static List<String> lines(int version) throws IOException {
        String name = "/fixtures/formats/" + version + "/frames.hex";
        try (InputStream in = FrameFixturesTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private static byte[] bytes(String line) {
        return HexFormat.of().parseHex(line.substring(line.lastIndexOf(' ') + 1));
    }

    static Stream<String> ofVersion1() throws IOException {
        return lines(1).stream();
    }

    @ParameterizedTest
    @MethodSource("ofVersion1")
    void aFrameOfVersion1IsRefusedInAFrameOfVersion1ThatSaysWhatToDo(String line) {
        WireException e = assertThrows(
                WireException.class,
                () -> new MessageDecoder(new NativeCodec()).feed(ByteBuffer.wrap(bytes(line)), message -> {}));
        assertTrue(String.valueOf(e.refusal()).contains("stop every program of the group"), e.refusal());

        ByteBuffer answer = Objects.requireNonNull(e.answer());
        byte[] head = new byte[4];
        answer.get(head);
        assertEquals("RT\u0001\u0002", new String(head, StandardCharsets.ISO_8859_1));
        int length = answer.getInt();
        assertEquals(0, answer.getLong(), "it has no body");
        assertEquals(REQUEST, answer.getLong(), "whoever asked waits for this number");
        assertEquals(length, answer.remaining());
        assertEquals(14, answer.get(), "the number of a refusal");
        int text = answer.get() & 0x7f | answer.get() << 7;
        assertEquals(text, answer.remaining());
        assertEquals(e.refusal(), StandardCharsets.UTF_8.decode(answer).toString());
    }

    static Stream<String> ofVersion2() throws IOException {
        return lines(2).stream();
    }

    @ParameterizedTest
    @MethodSource("ofVersion2")
    void aFrameOfVersion2IsRead(String line) throws WireException {
        List<Inbound> read = new ArrayList<>();
        new MessageDecoder(new NativeCodec()).feed(ByteBuffer.wrap(bytes(line)), read::add);
        assertEquals(
                line.substring(0, line.lastIndexOf(' ')), read.get(0).message().word());
        assertEquals(REQUEST, read.get(0).requestId());
        if (read.get(0).message() instanceof Message.Join join) {
            assertEquals(Samples.IPV6, join.self());
        }
    }

    @Test
    void aMessageOfALaterBuildIsReadAsOneThatIsNotKnownAndTheNextOneIsRead() throws WireException {
        byte[] later = Samples.frame(join(199 + 2, "whatever"));
        List<Message> read = new ArrayList<>();
        new MessageDecoder(new NativeCodec())
                .feed(
                        ByteBuffer.wrap(Samples.join(later, Samples.frame(FrameKind.REQUEST, 1, Message.Ok.BARE))),
                        inbound -> read.add(inbound.message()));
        assertEquals(List.of(new Message.Unknown(199), Message.Ok.BARE), read);
    }

    private static byte[] join(int number, String rest) {
        byte[] text = rest.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + text.length)
                .put((byte) (number & 0x7f | 0x80))
                .put((byte) (number >>> 7))
                .put(text)
                .array();
    }

    @Test
    void aFieldOfALaterBuildIsSkipped() throws WireException {
        List<Message> read = new ArrayList<>();
        new MessageDecoder(new NativeCodec())
                .feed(
                        ByteBuffer.wrap(Samples.frame((byte) (30 + 2), (byte) 7, (byte) 7)),
                        inbound -> read.add(inbound.message()));
        assertEquals("DONE", read.get(0).word());
    }
}
