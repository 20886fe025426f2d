package io.roundtable.simulation.storage;

import java.util.Arrays;
import java.util.List;

/**
 * Who leads, as each peer believes: an election that may be wrong, late, or have two winners. The lease has to cope with
 * all of that.
 */
final class Leadership {
    private final int[] leaderSeenBy;

    Leadership(int processes) {
        this.leaderSeenBy = new int[processes];
        Arrays.fill(leaderSeenBy, -1);
    }

    boolean wants(Process peer) {
        return leaderSeenBy[peer.index] == peer.index;
    }

    void agreeOn(Process leader) {
        Arrays.fill(leaderSeenBy, leader.index);
    }

    /** Everybody sees somebody at random. */
    void confuse(StorageWorld world, List<StoragePeer> peers) {
        for (StoragePeer each : peers) {
            leaderSeenBy[each.index] = peers.get(world.random.nextInt(peers.size())).index;
        }
    }

    /** One more believes to lead. */
    void seat(Process peer) {
        leaderSeenBy[peer.index] = peer.index;
    }
}
