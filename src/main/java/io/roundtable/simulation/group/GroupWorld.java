package io.roundtable.simulation.group;

import io.roundtable.event.Event;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.manager.ManagerOptions;
import io.roundtable.net.EventLoop;
import io.roundtable.net.Transport;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Identity;
import io.roundtable.simulation.Trace;
import io.roundtable.simulation.Violation;
import io.roundtable.simulation.net.SimulatedNetwork;
import io.roundtable.simulation.net.SimulatedProcess;
import io.roundtable.simulation.net.StreamHabits;
import io.roundtable.simulation.net.VirtualTime;
import io.roundtable.wire.NativeCodec;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What all of one run share. */
final class GroupWorld {
    /** The GCD's, and those from which orders come, besides one for each peer. */
    private static final int OTHER_MACHINES = 3;

    private static final int USERS = 2;

    final GroupOptions options;
    final VirtualTime time = new VirtualTime();
    final Trace trace;
    final SplittableRandom random;
    final SimulatedNetwork network;
    private final NativeCodec codec;
    final LogRules logRules = new LogRules();
    final GcdHost gcd;
    final List<PeerHost> peers = new ArrayList<>();
    final List<GroupUser> users = new ArrayList<>();
    final StoredFiles files = new StoredFiles();
    private final DataPath data = new DataPath(this, files.contents);
    final ManagerOptions manager;
    private long checks;
    private long changes;
    private boolean listens;

    GroupWorld(GroupOptions options, SplittableRandom random, NativeCodec codec, boolean keepsText) {
        this.codec = codec;
        this.options = options;
        this.random = random;
        this.trace = new Trace(keepsText);
        StreamHabits habits = options.faults() ? StreamHabits.drawn(random.split()) : StreamHabits.USUAL;
        this.network = new SimulatedNetwork(time, random.split(), trace, habits, machines());
        this.gcd = new GcdHost(this);
        this.manager = options.hasDisks() ? managerOptions(random.split()) : ManagerOptions.DEFAULT;
        if (!options.faults()) {
            network.paths().calmDown();
        }
    }

    /** Quick ones, for a run is short; a disk that is away for a moment may be replaced already. */
    private static ManagerOptions managerOptions(RandomGenerator random) {
        return new ManagerOptions(random.nextBoolean() ? 4_000 : 1_200, 400, 300, 1_800, 3_000, 700);
    }

    int machines() {
        return options.peers() + OTHER_MACHINES + (options.hasDisks() ? USERS : 0);
    }

    /** Before anything happens: users are there if there are disks. */
    void seatUsers() {
        for (int i = 1; options.hasDisks() && i <= USERS; i++) {
            users.add(new GroupUser(this, files, i));
        }
    }

    DataPath data() {
        return data;
    }

    /** Who sits at an address now; null for nobody. */
    @Nullable
    PeerHost hostAt(Address address) {
        for (PeerHost each : peers) {
            if (each.address().equals(address)) {
                return each;
            }
        }
        return null;
    }

    /** The process that has a disk open. */
    SimulatedProcess processOf(GroupDisk disk) {
        for (PeerHost each : peers) {
            SimulatedProcess process = each.process();
            if (each.disk() == disk && process != null) {
                return process;
            }
        }
        throw new IllegalStateException("no process has that disk");
    }

    /** A loop of a process, on the transport that the options make of it. */
    EventLoop loop(SimulatedProcess process, String name) {
        Transport transport = options.below().apply(process);
        return new EventLoop(
                name,
                transport,
                complaint -> complained(name, complaint),
                host -> {
                    throw new UnknownHostException(host);
                },
                codec);
    }

    private void complained(String who, String complaint) {
        if (!complaint.startsWith("hold: ")) {
            throw new Violation("nobody has anything to complain about", who + ": " + complaint);
        }
    }

    // ---- books

    void text(String who, String what) {
        trace.text(time.nowMicros(), who, what);
    }

    void reported(String who, Event event) {
        trace.mix(
                time.nowMicros(), 0, 200 + event.kind().ordinal(), event.facts().size());
        if (trace.keepsText()) {
            StringBuilder line = new StringBuilder(event.kind().json());
            for (Fact fact : event.facts()) {
                line.append(' ').append(fact.name()).append('=').append(fact.value());
            }
            text(who, line.toString());
        }
        if (who.equals("gcd") && event.kind() == EventKind.BAD_INPUT) {
            badInput(who, event);
        }
    }

    void badInput(Object who, Event event) {
        String reason = event.facts().toString();
        boolean isOfFault = reason.contains("did not end in time")
                || reason.contains("ended in the middle of a message")
                || reason.contains("is taken by a live peer")
                || reason.contains("waits here for an order to recover")
                || reason.contains("does not sit on this connection");
        if (!isOfFault) {
            throw new Violation("our own bytes are understood", who + ": " + reason);
        }
    }

    void gaveUp(PeerHost peer, String reason) {
        throw new Violation("no peer gives up", peer + ": " + reason);
    }

    void checked(int invariants) {
        checks += invariants;
    }

    long checks() {
        return checks + logRules.checks();
    }

    /** Some peer's state or leader is another one now. */
    void changed() {
        changes++;
    }

    long changes() {
        return changes;
    }

    /** Whether every message that is sent is looked at. */
    boolean listens() {
        return listens;
    }

    void listen(boolean toMessages) {
        listens = toMessages;
    }

    /** The lease makes at most one act. */
    void onManaging(PeerHost manager) {
        checks++;
        Identity granted = logRules.holder(manager.epoch());
        if (!manager.identity.equals(granted)) {
            throw new Violation("who manages was granted that epoch", manager.describe() + ", but " + granted + " was");
        }
        if (manager.epoch() != logRules.highestEpoch()) {
            throw new Violation(
                    "who manages does so in the newest epoch",
                    manager.describe() + ", the newest is " + logRules.highestEpoch());
        }
        for (PeerHost each : peers) {
            if (each != manager && each.manages()) {
                throw new Violation("at most one manages", manager.describe() + "; " + each.describe());
            }
        }
    }
}
