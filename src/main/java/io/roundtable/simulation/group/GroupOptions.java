package io.roundtable.simulation.group;

import io.roundtable.event.EventSink;
import io.roundtable.net.EventLoop;
import io.roundtable.net.Transport;
import io.roundtable.peer.PeerNode;
import io.roundtable.peer.PeerOptions;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What to simulate.
 *
 * @param peers members of the group, 1 to {@value #PEERS_MAX}
 * @param speaksLab whether some of them speak lab to everybody
 * @param faults whether anything goes wrong
 * @param faultsMs how long faults go on; peers start within the first half of it
 * @param maker makes the peers
 * @param below wraps each process's transport
 */
public record GroupOptions(
        int peers, boolean speaksLab, boolean faults, int faultsMs, Maker maker, UnaryOperator<Transport> below) {
    public static final int PEERS_MAX = 40;

    /** Makes a peer on a loop. */
    public interface Maker {
        PeerNode make(EventLoop loop, PeerOptions options, EventSink sink, Consumer<String> giveUp);
    }

    public GroupOptions {
        if (peers < 1 || peers > PEERS_MAX) {
            throw new IllegalArgumentException("peers must be 1 to " + PEERS_MAX + ", not " + peers);
        }
    }

    /** A native group of real peers with faults. */
    public static GroupOptions of(int peers) {
        return new GroupOptions(peers, false, true, 3_000, PeerNode::new, UnaryOperator.identity());
    }

    public GroupOptions withLab(boolean some) {
        return new GroupOptions(peers, some, faults, faultsMs, maker, below);
    }

    public GroupOptions withFaults(boolean any) {
        return new GroupOptions(peers, speaksLab, any, faultsMs, maker, below);
    }

    public GroupOptions withMaker(Maker other) {
        return new GroupOptions(peers, speaksLab, faults, faultsMs, other, below);
    }

    public GroupOptions withBelow(UnaryOperator<Transport> wrapping) {
        return new GroupOptions(peers, speaksLab, faults, faultsMs, maker, wrapping);
    }
}
