package io.roundtable.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.election.Timing;
import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.EventLoop;
import io.roundtable.net.ListenChannel;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.simulation.Trace;
import io.roundtable.simulation.net.SimulatedMachine;
import io.roundtable.simulation.net.SimulatedNetwork;
import io.roundtable.simulation.net.SimulatedProcess;
import io.roundtable.simulation.net.StreamHabits;
import io.roundtable.simulation.net.VirtualTime;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.OkForm;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a peer's listener comes back, in virtual time. */
class DoorwayTest {
    private static final int PORT = 4_000;
    private static final ConnectionHandler NOBODY = new ConnectionHandler() {
        @Override
        public void onMessage(Connection connection, Inbound message) {}

        @Override
        public void onClosed(Connection connection, CloseReason reason) {}
    };

    private final VirtualTime time = new VirtualTime();
    private final SimulatedNetwork network =
            new SimulatedNetwork(time, new SplittableRandom(1), new Trace(false), new StreamHabits(1_000, 1, false), 1);
    private final SimulatedMachine machine = network.addMachine();
    private final SimulatedProcess other = new SimulatedProcess(network, machine, new SplittableRandom(3), 2);
    private final List<Address> opened = new ArrayList<>();
    private Doorway doorway;

    @BeforeEach
    void start() throws IOException {
        SimulatedProcess process = new SimulatedProcess(network, machine, new SplittableRandom(2), 1);
        EventLoop loop = new EventLoop("doorway", process, complaint -> {}, host -> {
            throw new UnknownHostException(host);
        });
        PeerOptions options = new PeerOptions(
                new Identity(10, 1_000_001),
                List.of(new Address("127.0.0.1", 1)),
                machine.address(),
                PORT,
                machine.address().getHostAddress(),
                Dialect.NATIVE,
                OkForm.PAIR,
                Timing.NATIVE,
                null,
                1,
                List.of(),
                false,
                null);
        doorway = new Doorway(loop, options, NOBODY);
        loop.start();
        doorway.open();
        doorway.close();
    }

    private void pass(long ms) {
        long until = time.nowMicros() + ms * 1_000;
        time.at(until, () -> {});
        while (time.nowMicros() < until) {
            time.step();
        }
    }

    private ListenChannel takePort() throws IOException {
        return other.listen(new InetSocketAddress(machine.address(), PORT), 8);
    }

    @Test
    void itComesBackWhereItWas() {
        doorway.openAgain(opened::add);
        assertEquals(PORT, opened.get(0).port());
        doorway.openAgain(opened::add);
        assertEquals(1, opened.size());
    }

    @Test
    void anOrderToRecoverWhileItIsTriedAgainMakesNoSecondAttempt() throws IOException {
        ListenChannel taken = takePort();
        doorway.openAgain(opened::add);
        doorway.openAgain(opened::add);
        pass(250);
        assertEquals(List.of(), opened);
        taken.close();
        pass(5_000);
        assertEquals(1, opened.size());
        doorway.close();
        pass(5_000);
        assertEquals(1, opened.size(), "closed is closed");
        takePort();
    }

    @Test
    void whoeverFeignsFailureAgainMeanwhileStaysClosed() throws IOException {
        ListenChannel taken = takePort();
        doorway.openAgain(opened::add);
        doorway.close();
        taken.close();
        pass(5_000);
        assertEquals(List.of(), opened);
        takePort();
    }
}
