package io.roundtable.manager;

/**
 * The manager's times.
 *
 * @param repairAfterMs how long a disk may be away before a Free one takes its place
 * @param keepMs how often writers and readers are to be heard of; three times that in silence, and they are given up
 * @param settleMs after a change of manager, how long requests wait for the disks to come and say where they are
 * @param diskSilentMs a disk that was not heard of for so long is away
 * @param inventoryEveryMs how often a disk is asked for all that it holds
 * @param scrubEveryMs pause between two steps of the slow scrub of all volumes; 0 for none
 */
public record ManagerOptions(
        long repairAfterMs, int keepMs, int settleMs, int diskSilentMs, long inventoryEveryMs, long scrubEveryMs) {
    public static final ManagerOptions DEFAULT = new ManagerOptions(60_000, 5_000, 1_500, 3_500, 600_000, 30_000);

    public ManagerOptions withRepairAfterMs(long other) {
        return new ManagerOptions(other, keepMs, settleMs, diskSilentMs, inventoryEveryMs, scrubEveryMs);
    }

    /** After this silence a writer or reader counts as dead. */
    public long deadAfterMs() {
        return 3L * keepMs;
    }
}
