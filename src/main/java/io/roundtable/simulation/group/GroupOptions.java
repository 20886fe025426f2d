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
 * @param hasDisks whether each peer hosts a disk, and users write and read files meanwhile
 * @param length of each run
 * @param maker makes the peers
 * @param below wraps each process's transport
 */
public record GroupOptions(
        int peers,
        boolean speaksLab,
        boolean faults,
        boolean hasDisks,
        Length length,
        Maker maker,
        UnaryOperator<Transport> below) {
    public static final int PEERS_MAX = 40;

    /** How long faults go on, how many there are, and what is waited for after the last one. */
    public enum Length {
        /**
         * A schedule: 1.2 s of faults, and then the highest comes to lead and to manage. One in eight goes on until all know
         * it, and nothing but probes is said, for that is mostly silence.
         */
        SCHEDULE(1_200, 3, 8, 8),
        /** 3 s of more faults, and the silence each time. */
        LONG(3_000, 4, 4, 1);

        /** Peers start within the first half of it. */
        final int faultsMs;
        /** One in so many runs goes on until all is silent. */
        final int settledOneIn;

        private final int strikesMax;
        private final int peersPerStrike;

        Length(int faultsMs, int strikesMax, int peersPerStrike, int settledOneIn) {
            this.faultsMs = faultsMs;
            this.strikesMax = strikesMax;
            this.peersPerStrike = peersPerStrike;
            this.settledOneIn = settledOneIn;
        }

        /** The most faults in a run; there is one at least. */
        int strikesMax(int peers) {
            return strikesMax + peers / peersPerStrike;
        }
    }

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
        return new GroupOptions(peers, false, true, false, Length.SCHEDULE, PeerNode::new, UnaryOperator.identity());
    }

    public GroupOptions withLab(boolean some) {
        return new GroupOptions(peers, some, faults, hasDisks, length, maker, below);
    }

    public GroupOptions withFaults(boolean any) {
        return new GroupOptions(peers, speaksLab, any, hasDisks, length, maker, below);
    }

    public GroupOptions withDisks(boolean some) {
        return new GroupOptions(peers, speaksLab, faults, some, length, maker, below);
    }

    public GroupOptions withLength(Length other) {
        return new GroupOptions(peers, speaksLab, faults, hasDisks, other, maker, below);
    }

    public GroupOptions withMaker(Maker other) {
        return new GroupOptions(peers, speaksLab, faults, hasDisks, length, other, below);
    }

    public GroupOptions withBelow(UnaryOperator<Transport> wrapping) {
        return new GroupOptions(peers, speaksLab, faults, hasDisks, length, maker, wrapping);
    }
}
