package io.roundtable.simulation.storage;

/** What one run, or many, came to. */
final class Tally {
    long runs;
    long events;
    long virtualMs;
    /** Invariants looked at. */
    long checks;
    /** Writes and removals that were acknowledged. */
    long acknowledged;

    long reads;
    /** Shares that were computed again. */
    long repairs;
    /** Leases that led to a manager. */
    long managers;
    /** Faults that were injected. */
    long faults;
    /** Folders that were put back to an older copy, with what was lost by it. */
    long putBack;
    /** Places that were given to another disk. */
    long replaced;
    /** Contents that lost more than the parity makes up for by two injected faults at a time. */
    long excused;

    /** What a manager said of the volume's safety, compared with the disks. */
    long explained;

    long slowestHealthMs;

    void add(Tally other) {
        runs += other.runs;
        events += other.events;
        virtualMs += other.virtualMs;
        checks += other.checks;
        acknowledged += other.acknowledged;
        reads += other.reads;
        repairs += other.repairs;
        managers += other.managers;
        faults += other.faults;
        putBack += other.putBack;
        replaced += other.replaced;
        excused += other.excused;
        explained += other.explained;
        slowestHealthMs = Math.max(slowestHealthMs, other.slowestHealthMs);
    }
}
