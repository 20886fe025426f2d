package io.roundtable.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameStreamTest {
    private SocketChannel far;
    private FrameStream stream;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            far = SocketChannel.open(server.getLocalAddress());
            stream = new FrameStream(server.accept());
        }
    }

    @AfterEach
    void close() throws IOException {
        far.close();
        stream.close();
    }

    private record Sent(Message message, byte[] body) {
        ByteBuffer bytes() {
            ByteBuffer frame = new NativeCodec().encode(FrameKind.REQUEST, 7, message, body.length);
            return ByteBuffer.allocate(frame.remaining() + body.length)
                    .put(frame)
                    .put(body)
                    .flip();
        }
    }

    /** Heads below, at and above what is read ahead; bodies of none, some and many bytes. */
    private static List<Sent> sequence(Random random) {
        List<Sent> sequence = new ArrayList<>();
        for (int shares : new int[] {0, 1, 300, 3, 2_000, 0}) {
            for (int bytes : new int[] {0, 1, 4_096, 8 << 10, 100_000}) {
                List<DiskMessage.ShareLine> lines = IntStream.range(0, shares)
                        .mapToObj(n -> new DiskMessage.ShareLine(new ShareKey(1, 1_000_000 + n, 0), true, n, n))
                        .toList();
                byte[] body = new byte[bytes];
                random.nextBytes(body);
                sequence.add(new Sent(new DiskMessage.Shares(lines, false), body));
            }
        }
        return sequence;
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 1_000, 8 << 10, 300_000})
    void framesComeWholeHoweverTheSocketCutsThem(int pieceMax) throws Exception {
        Random random = new Random(pieceMax);
        List<Sent> sequence = sequence(random);
        Thread sender = new Thread(() -> send(sequence, random, pieceMax));
        sender.start();

        for (Sent sent : sequence) {
            FrameStream.Frame frame = stream.next();

            assertEquals(sent.message, frame.message());
            assertEquals(7, frame.requestId());
            assertEquals(sent.body.length, frame.bodyBytes());
            ByteBuffer body = ByteBuffer.allocate(sent.body.length);
            while (body.hasRemaining()) {
                stream.readBody(body.limit(Math.min(body.capacity(), body.position() + 30_000)));
                body.limit(body.capacity());
            }
            assertArrayEquals(sent.body, body.array());
        }
        sender.join();
        assertFalse(stream.hasMore());
        far.close();
        assertThrows(EOFException.class, stream::next);
    }

    private void send(List<Sent> sequence, Random random, int pieceMax) {
        try {
            for (Sent sent : sequence) {
                ByteBuffer bytes = sent.bytes();
                while (bytes.hasRemaining()) {
                    int piece = Math.min(bytes.remaining(), 1 + random.nextInt(pieceMax));
                    ByteBuffer part = bytes.slice().limit(piece);
                    bytes.position(bytes.position() + piece);
                    while (part.hasRemaining()) {
                        far.write(part);
                    }
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aBodyThatIsSkippedLeavesTheNextFrame() throws Exception {
        List<Sent> sequence = sequence(new Random(1));
        Thread sender = new Thread(() -> send(sequence, new Random(2), 50_000));
        sender.start();

        for (Sent sent : sequence) {
            assertEquals(sent.message, stream.next().message());
            stream.skipBody();
        }
        sender.join();
    }

    @Test
    void whatWasReadAheadCountsAsMore() throws Exception {
        Message message = new DiskMessage.Shares(List.of(), false);
        ByteBuffer two = ByteBuffer.allocate(1_000)
                .put(new Sent(message, new byte[10]).bytes())
                .put(new Sent(message, new byte[0]).bytes())
                .flip();
        far.write(two);

        stream.next();
        stream.readBody(ByteBuffer.allocate(10));

        assertTrue(stream.hasMore());
        stream.next();
        assertFalse(stream.hasMore());
    }

    @Test
    void aBodyHasToBeReadBeforeTheNextFrame() throws Exception {
        far.write(new Sent(new DiskMessage.Shares(List.of(), false), new byte[2]).bytes());
        stream.next();
        stream.readBody(ByteBuffer.allocate(1));

        assertThrows(IllegalStateException.class, stream::next);
        assertThrows(EOFException.class, () -> stream.readBody(ByteBuffer.allocate(2)));
    }
}
