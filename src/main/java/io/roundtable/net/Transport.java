package io.roundtable.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What lies below a loop: sockets, waiting, clocks, threads and chance. Everything above it, the loop itself included, is the
 * same code on a machine's sockets ({@code net.nio}) and in the simulator, where time is virtual and the network is drawn.
 *
 * <p>Channels are the raw thing: they are partial, refuse and reset as a system's sockets do. All methods are for the loop's
 * thread unless they say otherwise.
 */
public interface Transport {
    /** Told that a channel may have something to do; looking without need does no harm. */
    interface Ready {
        void onReady();
    }

    /** A loop, as its transport drives it: rest, then a turn, again and again while it goes on. */
    interface Turns {
        boolean goesOn();

        /** How long to wait for channels before the next turn at most, milliseconds; 0 for not at all. */
        long restMs();

        /**
         * Serves what came, see {@link Transport#serveReady}.
         *
         * @param meantToRestMs what {@link #restMs} said
         */
        void turn(long meantToRestMs);

        /**
         * The last call.
         *
         * @param failure what ended it, if that was a bug or the system
         */
        void onEnd(@Nullable Throwable failure);
    }

    /** Begins to drive a loop; once. */
    void start(String name, Turns loop);

    /** Tells each attached channel that is ready; called within a turn. */
    void serveReady();

    /** Ends the rest that the loop is taking, or the next one; from any thread. */
    void wakeUp();

    /** Waits until the loop has ended; returns at once on the loop's own thread. From any thread. */
    void awaitEnd() throws InterruptedException;

    /** Closes every channel that is still attached; the last thing that a loop does. */
    void close() throws IOException;

    // ---- channels

    /** @throws IOException if the system has no descriptor left */
    StreamChannel openStream() throws IOException;

    /**
     * Binds and listens.
     *
     * @param at port 0 takes a free one
     * @throws IOException if the address cannot be had
     */
    ListenChannel listen(InetSocketAddress at, int backlog) throws IOException;

    /**
     * Binds a UDP port.
     *
     * @param at port 0 takes a free one
     * @param bufferBytes wished for in each direction; the system may give less
     * @throws IOException if the address cannot be had
     */
    PacketChannel openPackets(InetSocketAddress at, int bufferBytes) throws IOException;

    /** Where a loop reads into; what is in it counts only until the next read. */
    ByteBuffer readBuffer(int bytes);

    /** Whether a connection to this address, from here, ends here. */
    boolean isThisMachine(InetAddress address);

    // ---- time and chance

    /** A clock that never steps, of no particular origin; from any thread. */
    long nanoTime();

    /** The time of day, which may step; from any thread. */
    Instant now();

    /** A number that nobody can foretell, and that no other process draws; from any thread. */
    long entropy();

    // ---- threads

    /**
     * Does work that may block, off the loop; from any thread. What it finds, it posts to the loop.
     *
     * @param name of its thread
     * @param holdsProcess whether the process does not end before it
     */
    void background(String name, boolean holdsProcess, Runnable work);

    /** Threads that are made when there is work, and end when there is none for a while. */
    Lane lane(String name, int threadsMax, int waitingMax);
}
