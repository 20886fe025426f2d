package io.roundtable.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeRoundTripTest {
    @Test
    void everyKindOfMessageHasASample() {
        Set<Class<?>> kinds = new TreeSet<>(Comparator.comparing(Class::getName));
        collect(Message.class, kinds);
        // No frame holds it.
        kinds.remove(Message.Unknown.class);
        Set<String> sampled = Samples.all().stream()
                .map(sample -> sample.getClass().getName())
                .collect(Collectors.toSet());

        assertEquals(
                kinds.stream().map(Class::getName).collect(Collectors.toCollection(TreeSet::new)),
                new TreeSet<>(sampled));
    }

    private static void collect(Class<?> type, Set<Class<?>> kinds) {
        if (type.isSealed()) {
            Stream.of(type.getPermittedSubclasses()).forEach(each -> collect(each, kinds));
        } else {
            kinds.add(type);
        }
    }

    @Test
    void everyMessageComesBackAsItWas() throws WireException {
        long requestId = Long.MIN_VALUE;
        for (FrameKind kind : FrameKind.values()) {
            for (Message sample : Samples.all()) {
                requestId += 0x1234_5678_9abc_def1L;
                List<Inbound> decoded = new ArrayList<>();
                MessageDecoder decoder = new MessageDecoder(new NativeCodec());
                decoder.feed(ByteBuffer.wrap(Samples.frame(kind, requestId, sample)), decoded::add);

                Inbound expected = new Inbound(sample, Dialect.NATIVE, kind, requestId, false, List.of());
                assertEquals(List.of(expected), decoded);
                assertFalse(decoder.isMidMessage());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void framesAndPicklesInAnyPiecesAreToldApartMessageByMessage(long seed) throws WireException {
        Random random = new Random(seed);
        LabCodec lab = new LabCodec(OkForm.PAIR, false);
        List<Message> expected = new ArrayList<>();
        List<byte[]> parts = new ArrayList<>();
        List<Message> samples = Samples.all();
        for (int i = 0; i < 300; i++) {
            boolean isLab = random.nextBoolean();
            Message message = isLab ? Message.Probe.BARE : samples.get(random.nextInt(samples.size()));
            parts.add(isLab ? Samples.bytes(lab.encode(message)) : Samples.frame(FrameKind.REQUEST, i, message));
            expected.add(message);
        }
        byte[] stream = Samples.join(parts.toArray(byte[][]::new));

        List<Message> decoded = new ArrayList<>();
        MessageDecoder decoder = new MessageDecoder(new NativeCodec());
        for (int at = 0; at < stream.length; ) {
            int count = Math.min(stream.length - at, 1 + random.nextInt(random.nextInt(10) == 0 ? 5_000 : 40));
            decoder.feed(ByteBuffer.wrap(stream, at, count), inbound -> decoded.add(inbound.message()));
            at += count;
        }
        assertEquals(expected, decoded, "seed " + seed);
        assertFalse(decoder.isMidMessage());
    }

    @Test
    void whatIsCompleteBeforeBadBytesIsHandedOn() {
        byte[] stream = Samples.join(
                Samples.frame(FrameKind.REQUEST, 1, Message.Probe.BARE),
                Samples.frame(FrameKind.REQUEST, 2, Message.Ok.BARE),
                Samples.frame((byte) 0x7f));
        List<Message> decoded = new ArrayList<>();

        org.junit.jupiter.api.Assertions.assertThrows(
                WireException.class,
                () -> new MessageDecoder(new NativeCodec())
                        .feed(ByteBuffer.wrap(stream), inbound -> decoded.add(inbound.message())));
        assertEquals(List.of(Message.Probe.BARE, Message.Ok.BARE), decoded);
    }
}
