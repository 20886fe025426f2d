package io.roundtable.gcd;

import io.roundtable.protocol.Address;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/**
 * Asks the others of the group whether this GCD's log is one that it has had before: a whole folder that was put back. They
 * know it if they have run since then. A log from before the group grew would lead it, alone, and cut off theirs; a
 * later one may lack what it has acknowledged.
 */
final class Past {
    /** For each of the others; those that are off do not hold up the start for long. */
    private static final TimeDuration ANSWER_TIMEOUT = TimeDuration.valueOf(1, TimeUnit.SECONDS);

    private final Group group;
    private final RaftProperties settings;

    Past(Group group, RaftProperties settings) {
        this.group = group;
        this.settings = new RaftProperties(settings);
        RaftClientConfigKeys.Rpc.setRequestTimeout(this.settings, ANSWER_TIMEOUT);
    }

    /** @throws StoreException if one of them knows that this log is an old one */
    void require(RaftPeerId self, RaftGroupId log, LogFolder found) throws StoreException {
        for (Address other : group.others()) {
            GroupInfoReply known = ask(other, log);
            if (known == null) {
                continue;
            }
            if (found.members().size() == 1) {
                requireNotOutgrown(known, other);
            }
            for (CommitInfoProto each : known.getCommitInfos()) {
                if (each.getServer().getId().equals(self.toByteString()) && each.getCommitIndex() > found.lastIndex()) {
                    throw old("the log in " + found.path() + " ends with entry " + found.lastIndex()
                            + ", but the GCD at " + other + " knows that it had entry " + each.getCommitIndex());
                }
            }
        }
    }

    /** @throws StoreException if another one is of a group by now, and this one's log says that it is alone */
    void requireNotOutgrown(RaftGroupId log, Address other) throws StoreException {
        GroupInfoReply known = ask(other, log);
        if (known != null) {
            requireNotOutgrown(known, other);
        }
    }

    private static void requireNotOutgrown(GroupInfoReply known, Address other) throws StoreException {
        RaftConfigurationProto members = known.getConf().orElse(RaftConfigurationProto.getDefaultInstance());
        // While one is on its way to several, the one has not agreed yet.
        if (members.getPeersCount() > 1 && members.getOldPeersCount() == 0) {
            throw old("the log here is that of a single GCD, but it is one of " + members.getPeersCount()
                    + " by now, as the one at " + other + " says: the group has gone on without this copy");
        }
    }

    private static StoreException old(String what) {
        return new StoreException(
                what + ". It was put back from an earlier moment; start this GCD on an empty folder, and it"
                        + " gets the catalog from the others");
    }

    private @Nullable GroupInfoReply ask(Address other, RaftGroupId log) {
        try (RaftClient client = Membership.client(other, settings)) {
            return client.getGroupManagementApi(Membership.idOf(other)).info(log);
        } catch (IOException | RuntimeException e) {
            // It is not there, or not of this log: it knows nothing.
            return null;
        }
    }
}
