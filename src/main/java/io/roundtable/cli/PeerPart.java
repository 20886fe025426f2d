package io.roundtable.cli;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What differs between the peers of a table, for their roles.
 *
 * @param data the folder of its disk; null for no disk
 * @param diskName the disk's name; null for the next free one
 * @param dssPort for DSS commands of the course's kind, where anybody may deregister Free disks; empty for what
 *     {@code --dss-port} and {@code --dss-open} say
 */
record PeerPart(@Nullable Path data, @Nullable String diskName, OptionalInt dssPort) {}
