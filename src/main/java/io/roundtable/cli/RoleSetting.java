package io.roundtable.cli;

import io.roundtable.role.RoleMaker;

/** The options of one role, which are the same for one peer and for a table of them. */
interface RoleSetting {
    /** As in {@code --roles}. */
    String name();

    /**
     * The role of one peer.
     *
     * @throws UsageException if what was said does not fit
     */
    RoleMaker maker(PeerPart part);
}
