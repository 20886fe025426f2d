package io.roundtable.simulation.group;

import io.roundtable.catalog.Catalog;
import io.roundtable.gcd.GcdServer;
import io.roundtable.gcd.RatisLog;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Address;
import io.roundtable.simulation.net.SimulatedMachine;
import io.roundtable.simulation.net.SimulatedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The machine of the GCD; its catalog outlives its processes. */
final class GcdHost {
    static final int PORT = 3_000;
    private static final int NUMBER = 0;

    private final GroupWorld world;
    private final SimulatedMachine machine;
    private final Catalog catalog = new Catalog(RatisLog.LEASE_MS);
    private @Nullable SimulatedProcess process;
    private @Nullable SimulatedCatalogLog log;

    GcdHost(GroupWorld world) {
        this.world = world;
        this.machine = world.network.addMachine();
    }

    Address address() {
        return new Address(machine.address().getHostAddress(), PORT);
    }

    SimulatedMachine machine() {
        return machine;
    }

    @Nullable
    SimulatedProcess process() {
        return process;
    }

    boolean isUp() {
        return process != null && process.isAlive();
    }

    void start() {
        SimulatedProcess made = new SimulatedProcess(world.network, machine, world.random.split(), NUMBER);
        process = made;
        EventLoop loop = world.loop(made, "gcd");
        SimulatedCatalogLog opened = new SimulatedCatalogLog(made, world.random.split(), catalog, world.logRules);
        log = opened;
        InetSocketAddress at = new InetSocketAddress(machine.address(), PORT);
        GcdServer server = new GcdServer(loop, at, event -> world.reported("gcd", event), opened);
        loop.post(() -> {
            try {
                server.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        loop.start();
    }

    void kill() {
        if (process != null && process.isAlive()) {
            process.kill();
            died();
        }
    }

    void powerOff() {
        machine.powerOff();
        died();
    }

    private void died() {
        if (log != null) {
            log.kill();
            log = null;
        }
    }
}
