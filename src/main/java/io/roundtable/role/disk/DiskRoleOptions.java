package io.roundtable.role.disk;

import io.roundtable.catalog.Names;
import io.roundtable.disk.DiskOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The disk that a peer hosts.
 *
 * @param data its folder; empty for none, and then no foreign disks are presented either
 * @param diskName the name that the disk asks for; empty for the next free one of D1, D2, …
 * @param disk how it is kept
 */
public record DiskRoleOptions(Optional<Path> data, Optional<String> diskName, DiskOptions disk) {
    /** Whether a disk may ask for this name. */
    public static boolean isDiskName(String name) {
        return Names.isName(name);
    }
}
