package io.roundtable.role;

import io.roundtable.catalog.Names;
import io.roundtable.disk.DiskOptions;
import io.roundtable.manager.ManagerOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A peer's part in storage.
 *
 * @param data folder of the disk that it hosts; empty for none
 * @param diskName the name that the disk asks for; empty for the next free one of D1, D2, …
 * @param disk how the disk is kept
 * @param manager times of the manager, for when it leads
 * @param dssPort UDP port for the commands of the DSS protocol; 0 takes a free one; empty for none
 * @param dssBlockPort UDP port for its disk's blocks, if it has a port for commands; 0 takes a free one
 * @param dssOpen whether users of that protocol may deregister any Free disk
 */
public record StorageOptions(
        Optional<Path> data,
        Optional<String> diskName,
        DiskOptions disk,
        ManagerOptions manager,
        OptionalInt dssPort,
        int dssBlockPort,
        boolean dssOpen) {
    /** No disk, and the usual times. */
    public static final StorageOptions NONE = new StorageOptions(
            Optional.empty(),
            Optional.empty(),
            DiskOptions.defaults(),
            ManagerOptions.DEFAULT,
            OptionalInt.empty(),
            0,
            false);

    /** Whether a disk may ask for this name. */
    public static boolean isDiskName(String name) {
        return Names.isName(name);
    }
}
