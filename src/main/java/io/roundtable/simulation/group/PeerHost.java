package io.roundtable.simulation.group;

import io.roundtable.election.Timing;
import io.roundtable.event.Event;
import io.roundtable.event.EventSink;
import io.roundtable.net.EventLoop;
import io.roundtable.peer.PeerNode;
import io.roundtable.peer.PeerOptions;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.PeerState;
import io.roundtable.role.RoleMaker;
import io.roundtable.role.disk.DiskRole;
import io.roundtable.role.manager.ManagerRole;
import io.roundtable.simulation.net.SimulatedMachine;
import io.roundtable.simulation.net.SimulatedProcess;
import io.roundtable.wire.OkForm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A machine with one peer, or none at the moment. */
final class PeerHost {
    private static final int PORT = 4_000;

    final Identity identity;
    final Dialect dialect;
    private final GroupWorld world;
    private final int number;
    private final SimulatedMachine machine;
    private final PeerRules rules;
    private int port = PORT;
    private @Nullable SimulatedProcess process;
    private @Nullable PeerNode node;
    private @Nullable EventLoop loop;
    private boolean isStarted;
    private final @Nullable GroupDisk disk;
    private boolean lostPower;

    PeerHost(GroupWorld world, int number, Identity identity, Dialect dialect) {
        this.world = world;
        this.number = number;
        this.identity = identity;
        this.dialect = dialect;
        this.machine = world.network.addMachine();
        this.rules = new PeerRules(this, world);
        this.disk = world.options.hasDisks() ? new GroupDisk(world) : null;
    }

    @Nullable
    GroupDisk disk() {
        return disk;
    }

    SimulatedMachine machine() {
        return machine;
    }

    int number() {
        return number;
    }

    Address address() {
        return new Address(machine.address().getHostAddress(), port);
    }

    // ---- its life

    void start() {
        if (!machine.isOn()) {
            machine.powerOn();
        }
        SimulatedProcess made = new SimulatedProcess(world.network, machine, world.random.split(), number);
        EventLoop turning = world.loop(made, "peer" + number);
        PeerNode peer =
                world.options.maker().make(turning, options(), new Sink(), reason -> world.gaveUp(this, reason));
        if (disk != null) {
            disk.newLife(turning, lostPower);
        }
        lostPower = false;
        process = made;
        loop = turning;
        node = peer;
        isStarted = false;
        rules.newLife();
        made.afterEachTurn(() -> {
            if (isStarted) {
                rules.afterTurn(peer, made);
            }
        });
        turning.post(() -> {
            try {
                peer.start();
                isStarted = true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        turning.start();
    }

    private PeerOptions options() {
        return new PeerOptions(
                identity,
                List.of(world.gcd.address()),
                machine.address(),
                port,
                machine.address().getHostAddress(),
                dialect,
                OkForm.PAIR,
                Timing.NATIVE,
                null,
                world.random.nextLong(),
                roles(),
                false,
                null);
    }

    private List<RoleMaker> roles() {
        List<RoleMaker> roles = new ArrayList<>(List.of(ManagerRole.with(world.manager)));
        GroupDisk hosted = disk;
        if (hosted != null) {
            roles.add(DiskRole.at(hosted));
        }
        return roles;
    }

    /** From its next start on it sits at another port. */
    void movePort() {
        port++;
    }

    void kill() {
        if (process != null) {
            process.kill();
        }
    }

    void powerOff() {
        lostPower = true;
        machine.powerOff();
    }

    /** It says goodbye and ends. */
    void stopGently() {
        PeerNode living = node;
        EventLoop turning = loop;
        if (isUp() && living != null && turning != null) {
            turning.post(() -> {
                living.stop();
                turning.closeGently();
            });
        }
    }

    @Nullable
    SimulatedProcess process() {
        return process;
    }

    boolean isUp() {
        return process != null && process.isAlive() && isStarted;
    }

    boolean isStopped() {
        return process != null && process.isStopped();
    }

    // ---- what others see

    /** Whether others can count on it now. */
    boolean takesPart() {
        return isUp() && !isStopped() && state() != PeerState.FEIGNING;
    }

    PeerState state() {
        return node().state();
    }

    private PeerNode node() {
        PeerNode made = node;
        if (made == null) {
            throw new IllegalStateException(this + " was never started");
        }
        return made;
    }

    /** Whom it follows, done electing. */
    Optional<Identity> leader() {
        PeerState state = state();
        return state == PeerState.LEADER || state == PeerState.FOLLOWER ? node().leader() : Optional.empty();
    }

    /** Whether it would act as the manager at this moment, if it got to run. */
    boolean manages() {
        return isUp() && !isStopped() && node().managesIn().isPresent();
    }

    long epoch() {
        return node().managesIn().orElse(0);
    }

    Optional<Identity> manager() {
        return node().manager().map(each -> each.identity());
    }

    String describe() {
        if (!isUp()) {
            return this + " down";
        }
        return this + (isStopped() ? " stopped " : " ") + state() + " leader="
                + node().leader().orElse(null) + " manager=" + manager().orElse(null)
                + (manages() ? " manages in " + epoch() : "");
    }

    @Override
    public String toString() {
        return "#" + number + identity;
    }

    private final class Sink implements EventSink {
        @Override
        public void accept(Event event) {
            rules.onEvent(event);
            world.reported(PeerHost.this.toString(), event);
        }

        @Override
        public boolean wantsMessages() {
            return world.listens();
        }
    }
}
