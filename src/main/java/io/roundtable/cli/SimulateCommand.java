package io.roundtable.cli;

import io.roundtable.election.Timing;
import io.roundtable.simulation.PlantedBug;
import io.roundtable.simulation.SimulationOptions;
import io.roundtable.simulation.SimulationReport;
import io.roundtable.simulation.Simulations;
import io.roundtable.simulation.group.GroupOptions;
import io.roundtable.simulation.group.GroupSimulations;
import io.roundtable.simulation.storage.StorageBug;
import io.roundtable.simulation.storage.StorageReport;
import io.roundtable.simulation.storage.StorageScenario;
import io.roundtable.simulation.storage.StorageSimulations;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs whole groups in virtual time. */
@Command(
        name = "simulate",
        description = "Run whole groups in virtual time, with faults, and check the invariants after every event.",
        footer = {
            "",
            "Prints what was checked and the seed of any run that failed; exit 1 if one did.",
            "Example: roundtable simulate --peers 50 --runs 1000 --seed 1",
            "Example: roundtable simulate --drivers --runs 1000 --seed 1",
            "Example: roundtable simulate --storage --runs 1000 --seed 1"
        })
final class SimulateCommand implements Callable<Integer> {
    /** A volume has three disks at least, and one is Free. */
    private static final int PEERS_STORAGE_MIN = 4;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--peers", description = "Peers of each group, 1 to 2000. Default: ${DEFAULT-VALUE}.")
    private int peers = 5;

    @Option(names = "--runs", description = "How many groups. Default: ${DEFAULT-VALUE}.")
    private int runs = 1_000;

    @Option(names = "--seed", description = "Seed of the first run; the others count up. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(
            names = "--mix",
            paramLabel = "MIX",
            description = "native; lab_gcd: native peers and a lab GCD; mixed: with models of Python nodes."
                    + " Default: ${DEFAULT-VALUE}.")
    private SimulationOptions.Mix mix = SimulationOptions.Mix.NATIVE;

    @Option(
            names = "--timing",
            paramLabel = "TIMING",
            description = "native or lab, as for a peer. Default: ${DEFAULT-VALUE}.")
    private PeerSettings.TimingChoice timing = PeerSettings.TimingChoice.NATIVE;

    @Option(names = "--chaos", description = "Peers feign failure by the protocol's schedule too.")
    private boolean chaos;

    @Option(names = "--no-faults", description = "No crashes, hangs, splits or delays.")
    private boolean noFaults;

    @Option(
            names = "--bug",
            paramLabel = "BUG",
            description = "Plant a bug into every peer, to see that it is found: ${COMPLETION-CANDIDATES}.")
    private @Nullable PlantedBug bug;

    @Option(
            names = "--drivers",
            description = "Simulate the real peers and GCD, with their sockets' bytes and the lease: 1 to 40 peers.")
    private boolean drivers;

    @Option(
            names = "--disks",
            description = "With --drivers: each peer hosts a disk, and users write and read files meanwhile; 4 peers at"
                    + " least.")
    private boolean disks;

    @Option(
            names = "--long",
            description = "With --drivers: 3 s of faults instead of 1.2 s, and each run goes on until nothing but"
                    + " probes is said, not one in eight.")
    private boolean isLong;

    @Option(
            names = "--storage",
            description = "Simulate a volume instead: clients, managers, disks and the catalog; 4 to 30 peers.")
    private boolean storage;

    @Option(
            names = "--storage-bug",
            paramLabel = "BUG",
            description =
                    "With --storage: plant a bug (disks are models then), to see that it is found: ${COMPLETION-CANDIDATES}.")
    private @Nullable StorageBug storageBug;

    @Override
    public Integer call() {
        if (peers < 1 || peers > SimulationOptions.PEERS_MAX) {
            throw new UsageException("--peers must be 1 to " + SimulationOptions.PEERS_MAX + ", not " + peers);
        }
        if (runs < 1) {
            throw new UsageException("--runs must be at least 1, not " + runs);
        }
        if (storage || storageBug != null) {
            return callStorage();
        }
        if (drivers) {
            return callDrivers();
        }
        SimulationOptions options = SimulationOptions.of(peers)
                .withMix(mix)
                .withTiming(timing == PeerSettings.TimingChoice.LAB ? Timing.LAB : Timing.NATIVE)
                .withChaos(chaos)
                .withFaults(!noFaults)
                .withBug(bug);
        int threads = Math.min(runs, Runtime.getRuntime().availableProcessors());
        SimulationReport report = Simulations.run(runs, seed, threads, options);
        System.out.print(report.text());
        return report.isClean() ? 0 : Roundtable.FAILURE;
    }

    private int callDrivers() {
        if (peers > GroupOptions.PEERS_MAX) {
            throw new UsageException(
                    "--peers must be 1 to " + GroupOptions.PEERS_MAX + " with --drivers, not " + peers);
        }
        if (mix == SimulationOptions.Mix.LAB_GCD
                || bug != null
                || chaos
                || timing != PeerSettings.TimingChoice.NATIVE) {
            throw new UsageException(
                    "--drivers goes with --peers, --runs, --seed, --no-faults, --disks, --long and --mix native or mixed");
        }
        GroupOptions options = GroupOptions.of(peers)
                .withLab(mix == SimulationOptions.Mix.MIXED)
                .withFaults(!noFaults)
                .withDisks(disks)
                .withLength(isLong ? GroupOptions.Length.LONG : GroupOptions.Length.SCHEDULE);
        int threads = Math.min(runs, Runtime.getRuntime().availableProcessors());
        GroupSimulations.Report report = GroupSimulations.run(runs, seed, threads, options);
        System.out.print(report.text());
        return report.isClean() ? 0 : Roundtable.FAILURE;
    }

    private int callStorage() {
        if (peers < PEERS_STORAGE_MIN || peers > StorageScenario.PEERS_MAX) {
            throw new UsageException("--peers must be " + PEERS_STORAGE_MIN + " to " + StorageScenario.PEERS_MAX
                    + " with --storage, not " + peers);
        }
        StorageScenario scenario = StorageScenario.of(peers)
                .withFaults(!noFaults)
                .withRealDisks(storageBug == null)
                .withBug(storageBug);
        int threads = Math.min(runs, Runtime.getRuntime().availableProcessors());
        StorageReport report = StorageSimulations.run(runs, seed, threads, scenario);
        System.out.print(report.text());
        return report.isClean() ? 0 : Roundtable.FAILURE;
    }
}
