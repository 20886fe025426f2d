package io.roundtable.simulation.group;

import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.EventLoop;
import io.roundtable.net.SocketState;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.simulation.net.SimulatedMachine;
import io.roundtable.simulation.net.SimulatedProcess;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Somebody at a machine of its own who orders peers to feign failure and to recover, as the tools do. */
final class Orders implements ConnectionHandler {
    private static final int LIMIT_MS = 2_000;

    private final SimulatedMachine machine;
    private final EventLoop loop;
    private long lastRequest;

    Orders(GroupWorld world) {
        this.machine = world.network.addMachine();
        SimulatedProcess process =
                new SimulatedProcess(world.network, machine, world.random.split(), world.options.peers() + 1);
        this.loop = world.loop(process, "orders");
        loop.start();
    }

    /** Takes back what has not arrived. */
    void end() {
        machine.powerOff();
    }

    void give(Address to, Control order) {
        loop.post(() -> {
            try {
                Connection connection = loop.connect(to, SocketState.KEPT, LIMIT_MS, this);
                connection.send(loop.nativeCodec().encode(FrameKind.REQUEST, ++lastRequest, order));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void onMessage(Connection connection, Inbound message) {
        connection.close(CloseReason.DONE);
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        // Who does not answer is out of order itself.
    }
}
