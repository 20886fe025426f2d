package io.roundtable.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Broken frames: whatever a wrong byte does, it is a message or a WireException. */
class NativeMutationTest {
    private static final int MUTANTS = 50_000;
    private static final byte[] INTERESTING = {0, 1, 2, 0x0f, 0x40, 0x7f, (byte) 0x80, (byte) 0xff};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void mutantsAreReadOrRefused(long seed) {
        Random random = new Random(seed);
        NativeCodec codec = new NativeCodec();
        List<byte[]> parents = Samples.all().stream()
                .map(sample -> Samples.frame(FrameKind.REQUEST, 1, sample))
                .filter(frame -> frame.length < 2_000)
                .toList();
        int read = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutate(parents.get(random.nextInt(parents.size())).clone(), random);
            try {
                List<Message> messages = new ArrayList<>();
                new MessageDecoder(codec).feed(ByteBuffer.wrap(mutant), inbound -> messages.add(inbound.message()));
                messages.removeIf(Message.Unknown.class::isInstance);
                for (Message message : messages) {
                    List<Message> again = new ArrayList<>();
                    new MessageDecoder(codec)
                            .feed(codec.encode(FrameKind.ANSWER, 2, message), m -> again.add(m.message()));
                    assertEquals(List.of(message), again);
                    read++;
                }
            } catch (WireException e) {
                assertTrue(String.valueOf(e.getMessage()).lines().count() <= 1, e::getMessage);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "mutant " + i + ", seed " + seed + ": " + HexFormat.of().formatHex(mutant), e);
            }
        }
        assertTrue(read > MUTANTS / 20, "only " + read + " mutants were messages");
    }

    private static byte[] mutate(byte[] frame, Random random) {
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            // Mostly the head: the header has few bytes that lead anywhere.
            int from = random.nextInt(8) == 0 ? 0 : Math.min(NativeCodec.HEADER_BYTES, frame.length - 1);
            int at = from + random.nextInt(frame.length - from);
            switch (random.nextInt(3)) {
                case 0 -> frame[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> frame[at] = (byte) random.nextInt(256);
                default -> frame[at] = INTERESTING[random.nextInt(INTERESTING.length)];
            }
        }
        return frame;
    }
}
