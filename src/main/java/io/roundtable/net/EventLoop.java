package io.roundtable.net;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Reason;
import io.roundtable.wire.NativeCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread that waits for all sockets and timers of any number of peers, and never waits for anything else. What it lives
 * on is its {@link Transport}: a machine's sockets, or a simulated network in virtual time.
 *
 * <p>A turn: wake, run what other threads posted, serve ready sockets, run timers that are due. Sockets come before
 * timers, so that an answer that has arrived is seen before its time limit. An exception from a handler is a bug of ours
 * and stops the loop loudly.
 */
public final class EventLoop implements AutoCloseable {
    private static final long REST_MAX_MS = 1_000;
    /** Questions to lab members that were given up, whose sockets wait for an answer all the same. */
    static final int LATE_ANSWERS_MAX = 256;

    private static final int READ_BUFFER_BYTES = 64 * 1024;
    /** A kept connection without any traffic for this long is closed. */
    private static final int IDLE_MS = 60_000;

    private final String name;
    private final Transport transport;
    private final NativeCodec nativeCodec;
    private final AttentiveClock clock;
    private final Timers timers = new Timers();
    private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
    /** In the order in which they came: a simulated loop's run is to be the same each time. */
    private final Map<Connection, Runnable> connections = new LinkedHashMap<>();
    /** The oldest first. */
    private final Set<Connection> lateAnswers = new LinkedHashSet<>();

    private final ByteBuffer readBuffer;
    private final Resolver resolver;
    private final Consumer<String> complaints;
    private long lastConnection;
    private volatile boolean stopping;
    private volatile boolean draining;
    private volatile @Nullable Throwable failure;

    /**
     * Makes a loop; it runs from {@link #start} on.
     *
     * @param complaints takes one line about a fault of the system that no connection can be blamed for
     * @param names tells where hosts are
     */
    public EventLoop(String name, Transport transport, Consumer<String> complaints, NameService names) {
        this(name, transport, complaints, names, new NativeCodec());
    }

    /** @param nativeCodec costly to make, for one thread: loops that share a thread may share it */
    public EventLoop(
            String name, Transport transport, Consumer<String> complaints, NameService names, NativeCodec nativeCodec) {
        this.name = name;
        this.transport = transport;
        this.nativeCodec = nativeCodec;
        this.readBuffer = transport.readBuffer(READ_BUFFER_BYTES);
        this.clock = new AttentiveClock(transport.nanoTime());
        this.resolver = new Resolver(this, names);
        this.complaints = complaints;
    }

    public void start() {
        transport.start(name, new Turns());
    }

    /** Milliseconds of attention since the loop was made: the time that all its timers live in. */
    public long nowMs() {
        return clock.nowMs();
    }

    /** Nanoseconds of a clock that goes on while this process is stopped, of no particular origin; from any thread. */
    public long nanoTime() {
        return transport.nanoTime();
    }

    /** The time of day, which may step; from any thread. */
    public Instant now() {
        return transport.now();
    }

    /** {@link #now} in milliseconds since 1970; from any thread. */
    public long wallMs() {
        return transport.now().toEpochMilli();
    }

    /** A number that no other process draws; from any thread. */
    public long entropy() {
        return transport.entropy();
    }

    /** When the process last came back from a time in which it did not run, by {@link #nowMs}; 0 for never. */
    public long backSinceMs() {
        return clock.backSinceMs();
    }

    /** The codec of this loop's thread. */
    public NativeCodec nativeCodec() {
        return nativeCodec;
    }

    /** Runs an action on the loop's thread, in the next turn; from any thread. */
    public void post(Runnable action) {
        posted.add(action);
        transport.wakeUp();
    }

    /** Runs an action after a delay; on the loop's thread only. */
    public TimerHandle schedule(long delayMs, Runnable action) {
        return timers.add(nowMs() + delayMs, action);
    }

    /**
     * Does work that may block, off the loop; from any thread. What it finds, it posts.
     *
     * @param thread name of its thread, which keeps no process from ending
     */
    public void background(String thread, Runnable work) {
        transport.background(thread, false, work);
    }

    /** As {@link #background}, but the process does not end before it. */
    public void lastWork(String thread, Runnable work) {
        transport.background(thread, true, work);
    }

    /**
     * Makes threads for work that may block.
     *
     * @param waitingMax more work than this does not wait but is refused
     */
    public Lane lane(String thread, int threadsMax, int waitingMax) {
        return transport.lane(thread, threadsMax, waitingMax);
    }

    /** Whether a connection to this address, from here, ends here. */
    public boolean isThisMachine(InetAddress address) {
        return transport.isThisMachine(address);
    }

    /**
     * Listens; on the loop's thread only.
     *
     * @throws IOException if the address cannot be had
     */
    public Listener listen(InetSocketAddress at, Supplier<ConnectionHandler> handlers, int connectionsMax)
            throws IOException {
        return Listener.open(this, at, handlers, connectionsMax);
    }

    /**
     * Opens a UDP port; on the loop's thread only.
     *
     * @param at port 0 takes a free one
     * @throws IOException if the address cannot be had
     */
    public DatagramPort openDatagrams(InetSocketAddress at, DatagramPort.Handler handler) throws IOException {
        return DatagramPort.open(this, at, handler);
    }

    /**
     * Begins to connect; refusals and the like come as {@code onClosed}, never from this call.
     *
     * @param state what the socket is made for
     * @param limitMs for the whole exchange; for a kept socket, to connect
     * @throws IOException if the system has no descriptor left (ulimit -n); the handler hears nothing then
     */
    public Connection connect(Address to, SocketState state, long limitMs, ConnectionHandler handler)
            throws IOException {
        StreamChannel channel = transport.openStream();
        Connection connection = new Connection(this, channel, handler, state, IDLE_MS);
        connections.put(connection, () -> {
            if (!connection.isConnected()) {
                resolver.doubt(to);
            }
        });
        connection.expireAfter(limitMs);
        resolver.resolve(to, address -> connectTo(connection, channel, address));
        return connection;
    }

    private void connectTo(Connection connection, StreamChannel channel, @Nullable InetSocketAddress address) {
        if (!connection.isOpen()) {
            return;
        }
        if (address == null) {
            // Told in the next turn, as below: a literal is looked up at once.
            post(() -> connection.close(CloseReason.UNKNOWN_HOST));
            return;
        }
        try {
            boolean connected = channel.connect(address, connection::onReady);
            connection.opened(connected);
            if (connected) {
                post(connection::onReady);
            }
        } catch (IOException e) {
            // Told in the next turn: the caller does not have the connection in its hands yet.
            post(() -> connection.close(CloseReason.REFUSED));
        }
    }

    /**
     * Finds out where a host is; on the loop's thread only.
     *
     * @param then told at once for a literal or a name that was asked for lately, else in a later turn; null if nobody knows
     */
    public void resolve(Address address, Consumer<@Nullable InetSocketAddress> then) {
        resolver.resolve(address, then);
    }

    void accepted(StreamChannel channel, ConnectionHandler handler, long limitMs, Runnable onRelease) {
        Connection connection = new Connection(this, channel, handler, SocketState.WAIT_MESSAGE, IDLE_MS);
        connections.put(connection, onRelease);
        connection.expireAfter(limitMs);
        try {
            channel.attach(connection::onReady);
            connection.opened(true);
            handler.onAccepted(connection);
        } catch (IOException e) {
            // It was dropped before we looked at it, which says nothing about the next one.
            connection.close(CloseReason.ENDED);
        }
    }

    Transport transport() {
        return transport;
    }

    /** The number of a connection that is made now. */
    long nextConnection() {
        return ++lastConnection;
    }

    void whenReleased(Connection connection, Runnable action) {
        connections.computeIfPresent(connection, (c, before) -> () -> {
            before.run();
            action.run();
        });
    }

    /** Beyond so many the one that has waited for longest is given up. */
    void awaitsLateAnswer(Connection connection) {
        lateAnswers.add(connection);
        if (lateAnswers.size() > LATE_ANSWERS_MAX) {
            lateAnswers.iterator().next().release();
        }
    }

    void release(Connection connection) {
        lateAnswers.remove(connection);
        Runnable onRelease = connections.remove(connection);
        if (onRelease != null) {
            onRelease.run();
        }
    }

    ByteBuffer readBuffer() {
        return readBuffer;
    }

    void report(String complaint) {
        complaints.accept(complaint);
    }

    private boolean nobodyLingers() {
        return connections.keySet().stream().noneMatch(Connection::isLingering);
    }

    /** What the transport drives. */
    private final class Turns implements Transport.Turns {
        @Override
        public boolean goesOn() {
            return !stopping && !(draining && nobodyLingers());
        }

        @Override
        public long restMs() {
            return posted.isEmpty() ? Math.min(timers.delayMs(nowMs(), REST_MAX_MS), REST_MAX_MS) : 0;
        }

        @Override
        public void turn(long meantToRestMs) {
            clock.tick(transport.nanoTime(), meantToRestMs * 1_000_000);
            runPosted();
            transport.serveReady();
            timers.runDue(nowMs());
        }

        @Override
        public void onEnd(@Nullable Throwable why) {
            if (why != null) {
                failure = why;
                complaints.accept("bug: the loop stopped: " + why);
            }
            // Those whose host is still being looked up are attached to nothing yet.
            List.copyOf(connections.keySet()).forEach(connection -> closeQuietly(connection.channel()));
            try {
                transport.close();
            } catch (IOException e) {
                complaints.accept("close: " + Reason.of(e));
            }
            resolver.close();
        }
    }

    private void runPosted() {
        // Only what is there now: an action that posts itself again must not starve the sockets.
        for (int i = posted.size(); i > 0; i--) {
            Runnable action = posted.poll();
            if (action != null) {
                action.run();
            }
        }
    }

    private void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            complaints.accept("close: " + Reason.of(e));
        }
    }

    /** What stopped the loop, if a bug did. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Waits until the loop has ended. */
    public void join() throws InterruptedException {
        transport.awaitEnd();
    }

    /**
     * As {@link #close}, but last words get their moment to be read, see {@link Connection#closeGently}; what else is
     * open goes on until then.
     */
    public void closeGently() {
        draining = true;
        awaitEnd();
    }

    /** Ends the loop and closes all its sockets; from any thread but its own it also waits for that. */
    @Override
    public void close() {
        stopping = true;
        awaitEnd();
    }

    private void awaitEnd() {
        transport.wakeUp();
        try {
            transport.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
