package io.roundtable.simulation.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.net.ListenChannel;
import io.roundtable.net.PacketChannel;
import io.roundtable.net.StreamChannel;
import io.roundtable.simulation.Trace;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the simulated network does as systems do. */
class SimulatedNetworkTest {
    private static final int BUFFER_BYTES = 1_000;

    private final VirtualTime time = new VirtualTime();
    private final SimulatedNetwork network = new SimulatedNetwork(
            time, new SplittableRandom(1), new Trace(false), new StreamHabits(BUFFER_BYTES, 1, false), 2);
    private final SimulatedMachine here = network.addMachine();
    private final SimulatedMachine there = network.addMachine();
    private final SimulatedProcess client = process(here);
    private final SimulatedProcess server = process(there);
    private final InetSocketAddress at = new InetSocketAddress(there.address(), 4_000);

    private SimulatedProcess process(SimulatedMachine machine) {
        return new SimulatedProcess(network, machine, new SplittableRandom(2), machine.index());
    }

    private void pass(long ms) {
        long until = time.nowMicros() + ms * 1_000;
        time.at(until, () -> {});
        while (time.nowMicros() < until) {
            time.step();
        }
    }

    private record Pair(StreamChannel near, StreamChannel far) {}

    private Pair connect() throws IOException {
        ListenChannel listener = server.listen(at, 8);
        StreamChannel near = client.openStream();
        assertFalse(near.connect(at, () -> {}));
        pass(1_000);
        assertTrue(near.finishConnect());
        StreamChannel far = listener.accept();
        return new Pair(near, far);
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count);
    }

    @Test
    void bytesArriveInOrderAndTheEndAfterThem() throws IOException {
        Pair pair = connect();
        pair.near.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        pair.near.write(ByteBuffer.wrap(new byte[] {4, 5}));
        pair.near.close();
        pass(1_000);
        ByteBuffer read = bytes(10);
        assertEquals(5, pair.far.read(read));
        assertEquals(5, read.get(4));
        assertEquals(-1, pair.far.read(read));
    }

    @Test
    void whoDoesNotReadFillsTheBufferAndWhoReadsMakesRoom() throws IOException {
        Pair pair = connect();
        ByteBuffer more = bytes(3 * BUFFER_BYTES);
        assertEquals(BUFFER_BYTES, pair.near.write(more));
        pass(1_000);
        assertEquals(0, pair.near.write(more));
        assertEquals(400, pair.far.read(bytes(400)));
        pass(1_000);
        assertEquals(400, pair.near.write(more));
    }

    @Test
    void whoClosesWithSomethingUnreadResets() throws IOException {
        Pair pair = connect();
        pair.near.write(bytes(10));
        pass(1_000);
        pair.far.close();
        pass(1_000);
        assertThrows(IOException.class, () -> pair.near.read(bytes(1)));
        assertThrows(IOException.class, () -> pair.near.write(bytes(1)));
    }

    @Test
    void aMachineWithoutPowerSaysNothingUntilItIsBack() throws IOException {
        Pair pair = connect();
        there.powerOff();
        pass(60_000);
        assertEquals(0, pair.near.read(bytes(1)));
        pair.near.write(bytes(1));
        pass(60_000);
        assertEquals(0, pair.near.read(bytes(1)));
        there.powerOn();
        pass(2_000);
        assertThrows(IOException.class, () -> pair.near.read(bytes(1)));
    }

    @Test
    void aResetThatGetsLostLeavesTheOtherEndHalfOpen() throws IOException {
        Pair pair = connect();
        pair.near.write(bytes(10));
        pass(1_000);
        network.paths().block(there, here, time.nowMicros() + 1_000_000);
        pair.far.close();
        pass(5_000);
        assertEquals(0, pair.near.read(bytes(1)));
        pair.near.write(bytes(1));
        pass(1_000);
        assertThrows(IOException.class, () -> pair.near.read(bytes(1)));
    }

    @Test
    void nothingPassesACutAndAllOfItLater() throws IOException {
        Pair pair = connect();
        network.paths().block(here, there, time.nowMicros() + 500_000);
        pair.near.write(bytes(10));
        pair.far.write(bytes(20));
        pass(400);
        assertEquals(0, pair.far.read(bytes(100)));
        assertEquals(20, pair.near.read(bytes(100)));
        pass(2_000);
        assertEquals(10, pair.far.read(bytes(100)));
    }

    @Test
    void aStoppedProcessIsLetInByItsSystem() throws IOException {
        server.stop();
        Pair pair = connect();
        assertEquals(3, pair.near.write(bytes(3)));
        pass(1_000);
        assertEquals(3, pair.far.read(bytes(10)));
    }

    @Test
    void nobodyThereRefusesAndAKilledProcessEndsWhatItHad() throws IOException {
        Pair pair = connect();
        server.kill();
        pass(1_000);
        assertEquals(-1, pair.near.read(bytes(1)));
        StreamChannel again = client.openStream();
        again.connect(at, () -> {});
        pass(1_000);
        assertThrows(ConnectException.class, again::finishConnect);
        // A killed process has no port any more.
        process(there).listen(at, 1);
    }

    @Test
    void aPortIsOneProcesss() throws IOException {
        server.listen(at, 1);
        assertThrows(BindException.class, () -> process(there).listen(at, 1));
    }

    @Test
    void datagramsArriveWholeOrNotAtAll() throws IOException {
        PacketChannel receiver = server.openPackets(at, 1 << 20);
        PacketChannel sender = client.openPackets(new InetSocketAddress(here.address(), 0), 1 << 20);
        network.paths().loseDatagrams(0.5);
        for (int i = 0; i < 200; i++) {
            assertTrue(sender.send(bytes(7), at));
        }
        pass(1_000);
        int came = 0;
        ByteBuffer into = bytes(100);
        while (receiver.receive(into.clear()) != null) {
            assertEquals(7, into.position());
            came++;
        }
        assertTrue(came > 50 && came < 150, came + " came");
        assertThrows(IOException.class, () -> sender.send(bytes(1), new InetSocketAddress(there.address(), 0)));
        receiver.close();
        network.paths().calmDown();
        sender.send(bytes(1), at);
        pass(1_000);
        assertNull(sender.receive(bytes(10)));
    }
}
