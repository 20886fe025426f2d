package io.roundtable.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatagramPortTest {
    private static final InetSocketAddress ANYWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final AtomicReference<DatagramPort> port = new AtomicReference<>();
    private TestLoop loop;
    private DatagramSocket socket;

    @BeforeEach
    void open() throws Exception {
        loop = new TestLoop();
        // Answers with what came.
        port.set(loop.call(() -> loop.loop.openDatagrams(ANYWHERE, (from, bytes) -> {
            received.add(bytes);
            port.get().send(from, bytes);
        })));
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(10_000);
    }

    @AfterEach
    void close() {
        socket.close();
        loop.close();
    }

    private void send(byte[] bytes) throws IOException {
        socket.send(new DatagramPacket(
                bytes,
                bytes.length,
                InetAddress.getLoopbackAddress(),
                port.get().port()));
    }

    private byte[] receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    @Test
    void datagramsOfEveryLengthComeAndGoWhole() throws Exception {
        for (int length : new int[] {0, 1, 1_472, 9_000, DatagramPort.PAYLOAD_BYTES_MAX}) {
            byte[] bytes = new byte[length];
            Arrays.fill(bytes, (byte) length);
            send(bytes);

            assertArrayEquals(bytes, received.poll(10, TimeUnit.SECONDS));
            assertArrayEquals(bytes, receive());
        }
    }

    @Test
    void whatCannotBeSentIsLostAndThePortGoesOn() throws Exception {
        loop.call(() -> {
            port.get().send(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new byte[1]);
            port.get().send(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), new byte[70_000]);
            return null;
        });
        send(new byte[] {7});

        assertArrayEquals(new byte[] {7}, receive());
        assertEquals(1, loop.complaints.size(), "one complaint in a while, not one a datagram: " + loop.complaints);
    }

    @Test
    void aPortThatIsTakenIsRefusedAndOneThatWasClosedIsFree() throws Exception {
        InetSocketAddress taken = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), port.get().port());
        assertThrows(Exception.class, () -> loop.call(() -> loop.loop.openDatagrams(taken, (from, bytes) -> {})));

        loop.call(() -> {
            port.get().close();
            return null;
        });
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> {
            try {
                port.set(loop.call(() -> loop.loop.openDatagrams(taken, (from, bytes) -> received.add(bytes))));
                return true;
            } catch (Exception e) {
                return false;
            }
        });
        send(new byte[] {1, 2});
        assertArrayEquals(new byte[] {1, 2}, received.poll(10, TimeUnit.SECONDS));
    }
}
