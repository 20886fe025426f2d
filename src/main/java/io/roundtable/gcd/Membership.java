package io.roundtable.gcd;

import io.roundtable.protocol.Address;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/**
 * Brings the GCDs of a group together.
 *
 * <p>A GCD with an empty folder never elects anybody: it waits to be invited by the one that leads the log. Only when all
 * GCDs of the group answer, and all their folders are empty, the first of the list begins a new log, alone, and invites
 * the others. So a GCD that grows into a group keeps its data, one that lost its disk gets the data of the others, and
 * no two of them can ever begin two logs beside each other.
 */
final class Membership {
    private static final long CHANGE_TIMEOUT_MS = 20_000;

    private final Group group;
    private final RaftServer server;
    private final RaftProperties settings;
    private final Past past;
    private final ClientId self = ClientId.randomId();
    private long calls;

    Membership(Group group, RaftServer server, RaftProperties settings) {
        this.group = group;
        this.server = server;
        this.settings = settings;
        this.past = new Past(group, settings);
    }

    /** The log that this GCD takes part in; null if it waits for one. */
    static @Nullable RaftGroupId log(RaftServer server) {
        for (RaftGroupId each : server.getGroupIds()) {
            return each;
        }
        return null;
    }

    /** Whether all of the group take part in the log, and none has a say that is not of the group any more. */
    static boolean isTogether(Group group, RaftConfiguration members) {
        Set<String> present = new HashSet<>();
        members.getCurrentPeers().forEach(each -> present.add(place(each)));
        return members.getPreviousPeers().isEmpty()
                && group.all().stream().map(Address::toString).allMatch(present::contains);
    }

    /**
     * Looks once, and does what is to be done now.
     *
     * @return whether there is nothing left to do for now
     * @throws StoreException if one of the group has another log, or this one has an old copy: that will not mend itself
     * @throws IOException if somebody could not be reached; look again later
     */
    boolean look() throws IOException, InterruptedException {
        RaftGroupId log = log(server);
        if (log == null) {
            return foundIfAllAreEmpty();
        }
        if (!server.getDivision(log).getInfo().isLeaderReady()) {
            return server.getDivision(log).getInfo().getLeaderId() != null;
        }
        return inviteAll(log);
    }

    private boolean foundIfAllAreEmpty() throws IOException, InterruptedException {
        if (!group.self().equals(group.all().get(0))) {
            return false;
        }
        for (Address other : group.others()) {
            if (!logs(other).isEmpty()) {
                return false;
            }
        }
        RaftPeer me = peer(server.getId(), group.self());
        RaftGroup fresh = RaftGroup.valueOf(RaftGroupId.valueOf(UUID.randomUUID()), me);
        await(server.groupManagementAsync(GroupManagementRequest.newAdd(self, server.getId(), ++calls, fresh, true)));
        return false;
    }

    private boolean inviteAll(RaftGroupId log) throws IOException, InterruptedException {
        Map<String, RaftPeer> present = new HashMap<>();
        server.getDivision(log).getRaftConf().getCurrentPeers().forEach(each -> present.put(place(each), each));
        List<Address> invited = new ArrayList<>();
        for (Address other : group.others()) {
            List<RaftGroupId> logs = logs(other);
            if (!logs.isEmpty() && !logs.contains(log)) {
                throw new ForeignLogException(other);
            }
            if (logs.isEmpty()) {
                invited.add(other);
            } else if (!present.containsKey(other.toString())) {
                past.requireNotOutgrown(log, other);
            }
        }
        for (Address other : invited) {
            RaftPeer lost = present.remove(other.toString());
            if (lost != null) {
                // Its disk is gone, and with it what it voted for: it comes back as somebody new.
                change(log, List.copyOf(present.values()));
            }
            invite(other, log);
        }
        List<RaftPeer> wanted = new ArrayList<>(present.values());
        wanted.removeIf(each -> each.getId().equals(server.getId()));
        wanted.add(peer(server.getId(), group.self()));
        for (Address other : group.others()) {
            if (!present.containsKey(other.toString())) {
                wanted.add(peer(idOf(other), other));
            }
        }
        boolean isComplete = present.keySet()
                .containsAll(group.all().stream().map(Address::toString).toList());
        if (!isComplete) {
            change(log, wanted);
        }
        return true;
    }

    private void change(RaftGroupId log, List<RaftPeer> members) throws IOException, InterruptedException {
        require(await(server.setConfigurationAsync(
                new SetConfigurationRequest(self, server.getId(), log, ++calls, members))));
    }

    /** The others that do not answer; asks one after the other. */
    List<Address> missing() {
        List<Address> missing = new ArrayList<>();
        for (Address other : group.others()) {
            try {
                logs(other);
            } catch (IOException e) {
                missing.add(other);
            }
        }
        return missing;
    }

    /** Whether the group cannot begin before all are there; else a majority will do. */
    boolean needsAll() {
        RaftGroupId log = log(server);
        try {
            return log == null || !isTogether(group, server.getDivision(log).getRaftConf());
        } catch (IOException e) {
            // It is just being made.
            return true;
        }
    }

    /** The logs that another GCD takes part in: none, or one. */
    private List<RaftGroupId> logs(Address other) throws IOException {
        try (RaftClient client = client(other)) {
            return client.getGroupManagementApi(idOf(other)).list().getGroupIds();
        } catch (RuntimeException e) {
            // gRPC's word for a GCD that is not there.
            throw new IOException(e);
        }
    }

    private void invite(Address other, RaftGroupId log) throws IOException {
        try (RaftClient client = client(other)) {
            require(client.getGroupManagementApi(idOf(other)).add(RaftGroup.valueOf(log), true));
        } catch (RuntimeException e) {
            throw new IOException(e);
        }
    }

    private RaftClient client(Address other) {
        return client(other, settings);
    }

    static RaftClient client(Address other, RaftProperties settings) {
        return RaftClient.newBuilder()
                .setProperties(settings)
                .setRaftGroup(RaftGroup.valueOf(RaftGroupId.randomId(), peer(idOf(other), other)))
                .setRetryPolicy(RetryPolicies.noRetry())
                .build();
    }

    /** What a GCD is called in the log that joins a group with an empty folder. */
    static RaftPeerId idOf(Address address) {
        // Ratis makes file and bean names of it, which take no colon.
        return RaftPeerId.valueOf(address.host().replace(':', '_') + '_' + address.port());
    }

    static RaftPeer peer(RaftPeerId id, Address address) {
        return RaftPeer.newBuilder().setId(id).setAddress(address.toString()).build();
    }

    private static String place(RaftPeer peer) {
        String told = String.valueOf(peer.getAddress());
        try {
            // Whoever put it into the log may have spelt it in another way.
            return Address.parse(told).toString();
        } catch (IllegalArgumentException e) {
            return told;
        }
    }

    private static RaftClientReply await(Future<RaftClientReply> reply) throws IOException, InterruptedException {
        try {
            return reply.get(CHANGE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(e);
        }
    }

    private static void require(RaftClientReply reply) throws IOException {
        if (!reply.isSuccess()) {
            throw new IOException(reply.getException());
        }
    }

    /** One of the group keeps another catalog. */
    static final class ForeignLogException extends StoreException {
        private static final long serialVersionUID = 1L;

        ForeignLogException(Address other) {
            super("the GCD at " + other
                    + " keeps another catalog than this one; stop the one whose data is not wanted, "
                    + "and start it again on an empty --data folder");
        }
    }
}
