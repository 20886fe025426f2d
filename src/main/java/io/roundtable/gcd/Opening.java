package io.roundtable.gcd;

import io.roundtable.gcd.Store.Self;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;

/**
 * What a GCD does with what lies in its folder: it begins anew only where nothing was ever written; where there is something
 * it carries on with it, or leaves all as it is and says why.
 *
 * <p>A log without the file {@code member} was put there from elsewhere. That of a single GCD is as good as ever. One of
 * several has promised the others what it knows and whom it voted for, and a copy of it knows less: its majority could
 * lose what was acknowledged.
 *
 * @param self under which name
 * @param log with which one; null to begin, or to be invited to, a new one
 */
record Opening(RaftPeerId self, @Nullable UUID log) {
    private static final String LONE_MEMBER = "gcd";

    /**
     * @param self what the folder says about itself; null if it says nothing
     * @param group null for a single GCD
     * @throws StoreException with a sentence for the user if neither will do
     */
    static Opening decide(Path folder, @Nullable Self self, LogFolder found, @Nullable Group group)
            throws StoreException {
        if (found.isEmpty()) {
            if (self != null && (self.hasBegun() || self.name().isEmpty() || found.group() == null)) {
                throw gone(folder, found);
            }
            return new Opening(group == null ? RaftPeerId.valueOf(LONE_MEMBER) : Membership.idOf(group.self()), null);
        }
        found.requireWhole();
        boolean isOfOne = found.members().size() == 1;
        if (self == null || self.name().isEmpty()) {
            requireOwn(found, group, isOfOne);
            return new Opening(RaftPeerId.valueOf(found.members().get(0)), found.group());
        }
        if (group == null && !isOfOne) {
            throw new StoreException("the catalog in " + folder + " is kept by "
                    + found.members().size()
                    + " GCDs together: start this one with --group, as before (the group is "
                    + String.join(",", found.addresses()) + ")");
        }
        if (group == null && !found.members().equals(List.of(self.name()))) {
            throw new StoreException("the file member in " + folder + " says that this GCD is " + self.name()
                    + ", but the log in " + found.path() + " is that of "
                    + found.members().get(0)
                    + ": to carry on with that log, take the file away");
        }
        return new Opening(RaftPeerId.valueOf(self.name()), found.group());
    }

    private static void requireOwn(LogFolder found, @Nullable Group group, boolean isOfOne) throws StoreException {
        if (!isOfOne) {
            throw new StoreException("the log in " + found.path() + " is a copy of that of one of "
                    + found.members().size() + " GCDs that keep the catalog together, and may lack what that one has"
                    + " promised the others: start this GCD on an empty folder, with --group; it gets the catalog from"
                    + " the others");
        }
        if (group != null) {
            throw new StoreException("the log in " + found.path() + " was put there from another folder: start this GCD"
                    + " once without --group, and if it has the right catalog, with --group");
        }
    }

    private static StoreException gone(Path folder, LogFolder found) {
        return new StoreException("the data folder " + folder + " has held a catalog, but its log in " + found.path()
                + " is gone: put it back (is a disk not mounted?), or start this GCD on an empty folder; one of a"
                + " group then gets the catalog from the others");
    }
}
