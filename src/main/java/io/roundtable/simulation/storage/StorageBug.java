package io.roundtable.simulation.storage;

/**
 * Mistakes that people make with storage like this, each planted at one place; that the simulator finds each of them shows
 * that it can find such mistakes in the real code.
 */
public enum StorageBug {
    /** A disk answers before what it wrote would survive a loss of power. */
    SEALED_BEFORE_FSYNC,
    /** A disk obeys any epoch. */
    NO_EPOCH_CHECK,
    /** A disk forgets the highest epoch when its process starts anew. */
    EPOCH_NOT_KEPT,
    /** A disk computes its share without checking what the others sent. */
    REBUILD_WITHOUT_CRC(StorageScenario.wide()),
    /** A client takes blocks as they come. */
    READ_WITHOUT_CRC,
    /** A client computes the parity from a block as it was before. */
    PARITY_OF_OLD_DATA,
    /** A client commits under a new request id when it did not hear the answer. */
    REQUEST_ID_NOT_KEPT,
    /** The manager carries out every request that comes, whatever its id. */
    REQUEST_ID_IGNORED,
    /** A peer that manages again goes on with the catalog that it had. */
    STALE_CATALOG_AFTER_TAKEOVER,
    /** The log gives the lease to whoever asks, without waiting for the holder's to end. */
    LEASE_NOT_WAITED_FOR,
    /** The log ends the lease of a holder whose connection broke, though the holder may not know. */
    LEASE_ENDED_BY_BROKEN_CONNECTION,
    /** A process that slept goes on managing without a look at the clock. */
    LEASE_NOT_CHECKED_AFTER_SLEEP,
    /** The lease is measured with the clock on the wall, which may be set back. */
    LEASE_BY_WALL_CLOCK,
    /** The log answers before its entry would survive a crash. */
    LOG_ANSWERS_BEFORE_FSYNC,
    /** The log takes changes of earlier epochs. */
    LOG_TAKES_OLD_EPOCHS,
    /** Contents are deleted as soon as they are replaced, whoever reads them. */
    GARBAGE_DELETED_WHILE_READ,
    /** Nothing is ever deleted from the disks. */
    GARBAGE_NEVER_DELETED,
    /** The inventory deletes what no file has, being written or not. */
    INVENTORY_DELETES_WRITES,
    /** A commit names the disks that the volume has now, whoever sealed the shares. */
    COMMIT_TAKES_ANY_DISK,
    /** A commit of an earlier epoch's write is believed without a look at the disks. */
    COMMIT_NOT_CONFIRMED,
    /** The manager takes what the catalog says of a disk for what the disk has shown. */
    CATALOG_TAKEN_FOR_A_LOOK,
    /** A disk that lost its place is emptied when it comes back, whoever needs what it holds. */
    RETURNED_DISK_EMPTIED,
    /** Orders to compute a share get lost. */
    REPAIR_NEVER_ENDS,
    /** A disk acknowledges into files that it opened long ago, wherever their folder is by now. */
    MEDIUM_NOT_LOOKED_AT,
    /** A disk says that every share is sound. */
    SCRUB_SEES_NOTHING,
    /** A volume is said to be safe by the disks that are there, whatever shares they lack. */
    EXPLAINED_BY_DISKS,
    /** A volume is said to be safe by the catalog, before the disks have shown what they hold. */
    EXPLAINED_BEFORE_LISTS;

    private final StorageScenario scenario;

    StorageBug() {
        this(StorageScenario.small());
    }

    StorageBug(StorageScenario scenario) {
        this.scenario = scenario;
    }

    /** The scenario in which it shows, with the bug in it. */
    public StorageScenario scenario() {
        return scenario.withRealDisks(false).withBug(this);
    }
}
