package io.roundtable.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Native frames that no honest peer sends: each is refused in words, at once, without the memory it claims. */
class NativeRefusalTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long ALLOCATION_MAX_BYTES = 10_000_000;
    private static final long TIME_MAX_MS = 100;

    /** The number of a message as it stands in the head: Kryo keeps 0 for null and 1 for a class by name. */
    private static final byte MEMBERS = 11 + 2;

    private static final byte REFUSAL = 12 + 2;
    private static final byte DONE = 30 + 2;
    private static final byte FEIGN = 38 + 2;
    private static final byte VICTORY = 16 + 2;

    static Stream<Arguments> hostile() {
        byte[] gigabytes = {-1, -1, -1, -1, 7};
        byte[] negative = {-1, -1, -1, -1, 15};
        return Stream.of(
                Arguments.of("head of 2 GB", Samples.frame(2, 1, Integer.MAX_VALUE, 0)),
                Arguments.of("head of 4 GB", Samples.frame(2, 1, -1, 0)),
                Arguments.of("head beyond the limit", Samples.frame(2, 1, NativeCodec.HEAD_BYTES_MAX + 1, 0)),
                Arguments.of("no head", Samples.frame(2, 1, 0, 0)),
                Arguments.of("body of 2 GB", Samples.frame(2, 1, 1, Integer.MAX_VALUE, DONE)),
                Arguments.of("body of 8 EB", Samples.frame(2, 1, 1, Long.MIN_VALUE, DONE)),
                Arguments.of("version 0", Samples.frame(0, 1, 1, 0, DONE)),
                Arguments.of("version 1", Samples.frame(1, 1, 1, 0, DONE)),
                Arguments.of("version 3", Samples.frame(3, 1, 1, 0, DONE)),
                Arguments.of("version 255", Samples.frame(255, 1, 1, 0, DONE)),
                Arguments.of("kind 3", Samples.frame(2, 3, 1, 0, DONE)),
                Arguments.of("kind 255", Samples.frame(2, 255, 1, 0, DONE)),
                Arguments.of("number 98", Samples.frame((byte) 100)),
                Arguments.of("huge number", Samples.frame(gigabytes)),
                Arguments.of("negative number", Samples.frame(negative)),
                Arguments.of("number cut off", Samples.frame((byte) -1)),
                Arguments.of("null", Samples.frame((byte) 0)),
                Arguments.of("class by name", Samples.frame(join((byte) 1, "\u0000java.net.URL".getBytes()))),
                Arguments.of("class by a name of 2 GB", Samples.frame(join((byte) 1, (byte) 0, gigabytes))),
                Arguments.of("Kryo's own String of 2 GB", Samples.frame(join((byte) 3, gigabytes))),
                Arguments.of("Kryo's own int", Samples.frame((byte) 2, (byte) 0)),
                Arguments.of("Kryo's own void", Samples.frame((byte) 11)),
                Arguments.of("string of 2 GB", Samples.frame(join(REFUSAL, gigabytes))),
                Arguments.of("string of -1 bytes", Samples.frame(join(REFUSAL, negative))),
                Arguments.of("string of one byte too many", Samples.frame(REFUSAL, (byte) 2, (byte) 'a')),
                Arguments.of("string of Latin-1", Samples.frame(REFUSAL, (byte) 1, (byte) 0xe4)),
                Arguments.of("string of half a pair", Samples.frame(REFUSAL, (byte) 3, (byte) 0xed, (byte) 0xa0, (byte)
                        0x80)),
                Arguments.of("list of 2 billion", Samples.frame(join(MEMBERS, gigabytes))),
                Arguments.of("list of -1", Samples.frame(join(MEMBERS, negative))),
                Arguments.of("list that ends early", Samples.frame(MEMBERS, (byte) 3, (byte) 1, (byte) 1, (byte) 1)),
                Arguments.of("record of 2 GB", Samples.frame(join(VICTORY, gigabytes))),
                Arguments.of("record of one byte too many", Samples.frame(VICTORY, (byte) 2, (byte) 2)),
                Arguments.of("record of -1 bytes", Samples.frame(join(VICTORY, negative))),
                Arguments.of("field that is not there", Samples.frame(VICTORY, (byte) 1, (byte) 2)),
                Arguments.of("no field at all", Samples.frame(VICTORY)),
                Arguments.of("days 0", Samples.frame(join(VICTORY, (byte) 4, (byte) 0, new byte[] {-128, -119, 122}))),
                Arguments.of("id 1", Samples.frame(VICTORY, (byte) 2, (byte) 2, (byte) 2)),
                Arguments.of("unknown constant", Samples.frame(FEIGN, (byte) 2, (byte) 0)),
                Arguments.of("negative constant", Samples.frame(FEIGN, (byte) -1, (byte) 0)),
                Arguments.of("endless failure", Samples.frame(join(FEIGN, (byte) 0, new byte[] {-2, -1, -1, -1, 7}))));
    }

    private static byte[] join(Object... parts) {
        return Samples.join(Arrays.stream(parts)
                .map(part -> part instanceof Byte b ? new byte[] {b} : (byte[]) part)
                .toArray(byte[][]::new));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void isRefusedInWords(String what, byte[] frame) {
        WireException e = assertThrows(WireException.class, () -> decode(frame), what);

        String refusal = e.refusal();
        assertNotNull(refusal, what);
        assertTrue(refusal.length() < 250 && refusal.lines().count() == 1, refusal);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void isRefusedCheaply(String what, byte[] frame) {
        long nanosMin = Long.MAX_VALUE;
        long bytesMin = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            MessageDecoder decoder = new MessageDecoder(new NativeCodec());
            long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
            long cpuBefore = THREADS.getCurrentThreadCpuTime();
            assertThrows(WireException.class, () -> decoder.feed(ByteBuffer.wrap(frame), m -> {}));
            nanosMin = Math.min(nanosMin, THREADS.getCurrentThreadCpuTime() - cpuBefore);
            bytesMin = Math.min(bytesMin, THREADS.getCurrentThreadAllocatedBytes() - bytesBefore);
        }
        assertTrue(nanosMin < TIME_MAX_MS * 1_000_000, what + " took " + nanosMin + " ns");
        assertTrue(bytesMin < ALLOCATION_MAX_BYTES, what + " allocated " + bytesMin + " bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 10, 24, 25})
    void aFrameThatIsCutOffIsWaitedFor(int length) throws WireException {
        byte[] frame = Samples.frame(FrameKind.REQUEST, 1, new Message.Refusal("why"));
        MessageDecoder decoder = new MessageDecoder(new NativeCodec());
        decoder.feed(ByteBuffer.wrap(frame, 0, length), m -> {
            throw new AssertionError(m);
        });

        assertTrue(decoder.isMidMessage());
    }

    @Test
    void aClaimOfAMegabyteTakesNoMemoryBeforeItsBytesCome() throws WireException {
        byte[] header = Samples.frame(2, 1, NativeCodec.HEAD_BYTES_MAX, 0);
        MessageDecoder[] idle = new MessageDecoder[1_000];
        NativeCodec codec = new NativeCodec();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < idle.length; i++) {
            idle[i] = new MessageDecoder(codec);
            idle[i].feed(ByteBuffer.wrap(header), m -> {});
        }
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(bytes < ALLOCATION_MAX_BYTES, () -> bytes + " bytes for " + idle.length);
    }

    @Test
    void aRefusedFrameDoesNotSpoilTheCodecForTheNext() throws WireException {
        NativeCodec codec = new NativeCodec();
        hostile()
                .forEach(hostile -> assertThrows(
                        WireException.class,
                        () -> new MessageDecoder(codec).feed(ByteBuffer.wrap((byte[]) hostile.get()[1]), m -> {})));
        int[] count = {0};
        new MessageDecoder(codec)
                .feed(ByteBuffer.wrap(Samples.frame(FrameKind.REQUEST, 1, Message.Ok.BARE)), m -> count[0]++);
        assertEquals(1, count[0]);
    }

    private static void decode(byte[] frame) throws WireException {
        new MessageDecoder(new NativeCodec()).feed(ByteBuffer.wrap(frame), m -> {});
    }

    @Test
    void aMessageThatNoFrameHoldsLeavesNothingBehind() {
        NativeCodec codec = new NativeCodec();
        ByteBuffer before = codec.encode(FrameKind.ANSWER, 5, new Message.Refusal("no"));
        List<String> users = Collections.nCopies(100_000, "a user with a long name");
        Message listing = new VolumeMessage.Listing(List.of(), List.of(), users);
        assertThrows(RuntimeException.class, () -> codec.encode(FrameKind.ANSWER, 5, listing));
        assertEquals(before, codec.encode(FrameKind.ANSWER, 5, new Message.Refusal("no")));
    }
}
