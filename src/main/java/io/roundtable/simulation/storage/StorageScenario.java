package io.roundtable.simulation.storage;

import org.jspecify.annotations.Nullable;

/**
 * What to simulate.
 *
 * @param peers each with a disk and a seat for the manager; more than {@code disks}, so that some disks are Free
 * @param disks of the volume
 * @param parity of the volume
 * @param clients who write, read and remove files at the same time
 * @param files names that they do it to
 * @param faults whether faults happen
 * @param hasRealDisks whether disks are the program's own over a simulated medium, or models that can have bugs planted
 * @param faultsMs how long clients work and faults happen, milliseconds
 * @param bug a mistake that is planted somewhere; null for none
 */
public record StorageScenario(
        int peers,
        int disks,
        int parity,
        int clients,
        int files,
        boolean faults,
        boolean hasRealDisks,
        int faultsMs,
        @Nullable StorageBug bug) {
    /** How many peers of a run there can be. */
    public static final int PEERS_MAX = 30;

    public StorageScenario {
        if (disks <= 2 * parity || peers <= disks || peers > PEERS_MAX) {
            throw new IllegalArgumentException(
                    "a volume has more than 2p disks, and there are more peers than disks and at most " + PEERS_MAX);
        }
        if (clients < 1 || files < 1 || faultsMs < 1) {
            throw new IllegalArgumentException("clients, files and faultsMs must be positive");
        }
    }

    /** Five peers, a volume of three disks with one parity block, three clients, three files. */
    public static StorageScenario small() {
        return new StorageScenario(5, 3, 1, 3, 3, true, true, 6_000, null);
    }

    /** Seven peers, a volume of five disks with two parity blocks. */
    public static StorageScenario wide() {
        return new StorageScenario(7, 5, 2, 3, 3, true, true, 6_000, null);
    }

    /**
     * As many peers as asked for, with the widest of the two volumes that leaves two disks Free.
     *
     * @throws IllegalArgumentException unless there are 4 to {@value #PEERS_MAX}
     */
    public static StorageScenario of(int peers) {
        StorageScenario base = peers < wide().peers ? small() : wide();
        return new StorageScenario(
                peers,
                base.disks,
                base.parity,
                base.clients,
                base.files,
                base.faults,
                base.hasRealDisks,
                base.faultsMs,
                null);
    }

    public StorageScenario withFaults(boolean any) {
        return new StorageScenario(peers, disks, parity, clients, files, any, hasRealDisks, faultsMs, bug);
    }

    public StorageScenario withFaultsMs(int other) {
        return new StorageScenario(peers, disks, parity, clients, files, faults, hasRealDisks, other, bug);
    }

    public StorageScenario withBug(@Nullable StorageBug other) {
        return new StorageScenario(peers, disks, parity, clients, files, faults, hasRealDisks, faultsMs, other);
    }

    public StorageScenario withRealDisks(boolean other) {
        return new StorageScenario(peers, disks, parity, clients, files, faults, other, faultsMs, bug);
    }
}
