package io.roundtable.role.dss;

import java.util.OptionalInt;

/**
 * How a peer speaks the DSS protocol.
 *
 * @param port UDP port for commands; 0 takes a free one; empty for none
 * @param blockPort UDP port for the blocks of the peer's disk, if there is one for commands; 0 takes a free one
 * @param isOpen whether users of that protocol may deregister any Free disk
 */
public record DssRoleOptions(OptionalInt port, int blockPort, boolean isOpen) {
    /** Nothing of it but what others' commands need of whoever manages. */
    public static final DssRoleOptions NONE = new DssRoleOptions(OptionalInt.empty(), 0, false);
}
