package io.roundtable.simulation.storage;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.simulation.Trace;
import io.roundtable.simulation.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The life of one volume in virtual time, all of it from one seed: the same scenario and seed give the same events, byte
 * for byte.
 *
 * <p>Clients write, read and remove files while faults strike. Then faults stop, and within a bound every file has all its
 * shares again, no disk holds anything that no file has, and what clients saw can be explained by a single copy of each
 * file.
 */
public final class StorageSimulation {
    private static final long LOOK_EVERY_MICROS = 250_000;
    /** From the last fault to a whole volume. */
    private static final long HEALTH_MICROS_MAX = 45_000_000L;

    /** By then the disks have come to the manager. */
    private static final long LAST_WRITE_MICROS_MAX = 5_000_000;

    private static final long SETUP_MICROS_MAX = 20_000_000;
    /** No run needs as many: an endless loop at one moment would never reach its time limit. */
    private static final long EVENTS_MAX = 3_000_000;

    private final long seed;
    private final StorageScenario scenario;
    private final StorageWorld world;
    private final Ledger ledger;
    private final Leadership leadership;
    private final History history = new History();
    private final List<StoragePeer> peers = new ArrayList<>();
    private final List<StorageClient> clients = new ArrayList<>();
    private final StorageFaults faults;
    private final ExplanationCheck explanations;

    StorageSimulation(StorageScenario scenario, long seed, boolean keepsText) {
        this.seed = seed;
        this.scenario = scenario;
        SplittableRandom random = new SplittableRandom(seed);
        this.world = new StorageWorld(scenario, random, new Trace(keepsText));
        StorageNet net = new StorageNet(world);
        this.ledger = new Ledger(world, net, new Contents(scenario.disks(), scenario.parity()));
        this.leadership = new Leadership(scenario.peers() + scenario.clients() + 1);
        ledger.seat(new SimulatedLog(world, ledger));
        for (int i = 0; i < scenario.peers(); i++) {
            StoragePeer peer = new StoragePeer(world, ledger, leadership);
            peers.add(peer);
            ledger.add(peer);
        }
        for (int i = 0; i < scenario.clients(); i++) {
            clients.add(new StorageClient(world, ledger, history, peers));
        }
        this.explanations = new ExplanationCheck(world, ledger, peers);
        this.faults = new StorageFaults(world, ledger, leadership, peers, clients);
    }

    /** Lives it to its end. */
    StorageResult run() {
        String failure = null;
        try {
            setUp();
            work();
            recover();
            judge();
        } catch (Violation e) {
            failure = e.getMessage();
        } catch (RuntimeException e) {
            StackTraceElement[] at = e.getStackTrace();
            failure = "the code failed: " + e + (at.length == 0 ? "" : " at " + at[0]);
        }
        world.tally.runs = 1;
        world.tally.virtualMs = world.nowMicros() / 1_000;
        return new StorageResult(
                seed, world.trace.hash(), world.tally, failure, failure == null ? List.of() : world.trace.lines());
    }

    private void runUntil(long micros) {
        world.at(micros, () -> {});
        while (world.nowMicros() < micros) {
            world.step();
            if (world.wasStirred()) {
                explanations.check();
            }
            if (world.tally.events > EVENTS_MAX) {
                throw new Violation("bounded events", world.tally.events + " events");
            }
        }
    }

    // ---- the course of a run

    private void setUp() {
        leadership.agreeOn(peers.get(world.random.nextInt(peers.size())));
        world.processes.forEach(Process::start);
        long untilMicros = SETUP_MICROS_MAX;
        configure(clients.get(0), world.random.nextLong() | 1);
        while (ledger.volume() == null) {
            runUntil(world.nowMicros() + 50_000);
            if (world.nowMicros() > untilMicros) {
                throw new Violation("a volume can be configured", "none after " + untilMicros / 1_000 + " ms");
            }
        }
    }

    private void configure(StorageClient client, long requestId) {
        VolumeMessage.Configure question = new VolumeMessage.Configure(
                requestId, Ledger.VOLUME, scenario.disks(), scenario.parity(), 128, StorageClient.USER);
        client.ask(question, answer -> {
            // Refused as long as some disks have not come; a request that was judged by the log is not judged again.
            if (!(answer instanceof VolumeMessage.Volume) && ledger.volume() == null) {
                long next = answer instanceof Message.Refusal ? world.random.nextLong() | 1 : requestId;
                client.after(100, () -> configure(client, next));
            }
        });
    }

    private void work() {
        clients.forEach(StorageClient::begin);
        faults.begin();
        long untilMicros = world.nowMicros() + scenario.faultsMs() * 1_000L;
        while (world.nowMicros() < untilMicros) {
            runUntil(Math.min(untilMicros, world.nowMicros() + LOOK_EVERY_MICROS));
            compareCopies();
        }
        faults.end();
        clients.forEach(StorageClient::cease);
    }

    /** Whoever manages and waits for nothing has the log's catalog. */
    private void compareCopies() {
        Catalog inLog = ledger.log().catalog();
        for (StoragePeer peer : peers) {
            ManagerChair chair = peer.chair();
            Catalog copy = chair == null ? null : chair.restingCopy();
            if (chair != null
                    && copy != null
                    && chair.epoch() == inLog.epoch()
                    && ledger.log().isIdle()) {
                world.tally.checks++;
                if (!Arrays.equals(digest(copy), digest(inLog))) {
                    throw new Violation("copies of the catalog agree", peer + " has another than the log");
                }
            }
        }
    }

    private static Object[] digest(Catalog catalog) {
        List<Object> all = new ArrayList<>(catalog.users());
        all.addAll(catalog.disks());
        for (VolumeEntry volume : catalog.volumes()) {
            all.add(volume.id());
            all.addAll(volume.disks());
            all.addAll(volume.files());
        }
        return all.toArray();
    }

    private void recover() {
        long calmMicros = world.nowMicros();
        while (true) {
            runUntil(world.nowMicros() + LOOK_EVERY_MICROS);
            compareCopies();
            world.tally.checks += 2;
            String wrong = wrong();
            if (wrong == null) {
                world.tally.slowestHealthMs = (world.nowMicros() - calmMicros) / 1_000;
                return;
            }
            if (world.nowMicros() - calmMicros > HEALTH_MICROS_MAX) {
                throw new Violation(
                        "a volume is whole again in time",
                        wrong + " after " + HEALTH_MICROS_MAX / 1_000 + " ms without faults");
            }
        }
    }

    private @Nullable String wrong() {
        String busy = clients.stream().allMatch(StorageClient::isIdle) ? null : "clients are busy";
        String sick = ledger.sickness();
        if (busy != null || sick != null) {
            return busy != null ? busy : sick;
        }
        String orphan = ledger.orphan();
        return orphan != null || ledger.hasExcused() ? orphan : explanations.doubt();
    }

    // ---- in the end

    private void judge() {
        for (int i = 0; i < scenario.files(); i++) {
            String file = "f" + i;
            if (!isExcused(file)) {
                finish(new ReadOperation(clients.get(0), file));
            }
        }
        long before = world.tally.acknowledged;
        long untilMicros = world.nowMicros() + LAST_WRITE_MICROS_MAX;
        while (world.tally.acknowledged == before && world.nowMicros() < untilMicros) {
            finish(new WriteOperation(clients.get(0), "last"));
        }
        if (world.tally.acknowledged == before) {
            throw new Violation("a healthy group takes writes", "the last write was not acknowledged");
        }
        for (int i = 0; i < scenario.files(); i++) {
            List<History.Event> events = history.of("f" + i);
            world.tally.checks++;
            if (!Linearizability.isLinearizable(events)) {
                throw new Violation("one copy of each file", Linearizability.tell(events));
            }
        }
    }

    private boolean isExcused(String file) {
        VolumeEntry volume = ledger.volume();
        FileEntry entry = volume == null ? null : volume.file(file);
        return entry != null && ledger.isExcused(entry.fileId());
    }

    private void finish(Operation operation) {
        StorageClient client = operation.client;
        long reads = world.tally.reads;
        client.run(operation);
        while (!client.isIdle()) {
            runUntil(world.nowMicros() + 20_000);
        }
        if (operation instanceof ReadOperation && world.tally.reads == reads) {
            throw new Violation("a healthy group serves reads", operation.file + " could not be read in the end");
        }
    }
}
