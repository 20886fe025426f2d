package io.roundtable.dss;

/**
 * The times of the DSS dialect, and who may do what.
 *
 * @param holdMs a user who sends neither a block nor a command for so long is given up, and what it held is free again
 * @param keepMs how often the desk tells manager and disks that a hold goes on; well below the manager's own limit
 * @param diskSilentMs a disk that hears neither of a hold nor from its user for so long forgets it
 * @param orderMs time limit of an order to a disk; a user waits for two of them
 * @param sealMs time limit of making a share of what was staged, and of a command while its manager says that it is at it
 * @param jobMs how long a {@code -complete} waits for the group's own work
 * @param isOpen whether anybody may deregister a Free disk, as in the course
 */
public record DssOptions(
        long holdMs, long keepMs, long diskSilentMs, long orderMs, long sealMs, long jobMs, boolean isOpen) {
    public static final DssOptions DEFAULT = new DssOptions(60_000, 4_000, 90_000, 1_000, 60_000, 2_500, false);

    public DssOptions withOpen(boolean open) {
        return new DssOptions(holdMs, keepMs, diskSilentMs, orderMs, sealMs, jobMs, open);
    }
}
