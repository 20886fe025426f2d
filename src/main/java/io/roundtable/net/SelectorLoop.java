package io.roundtable.net;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Reason;
import io.roundtable.wire.NativeCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread that waits for all sockets and timers of any number of peers, and never waits for anything else.
 *
 * <p>A turn: wake, run what other threads posted, serve ready sockets, run timers that are due. Sockets come before
 * timers, so that an answer that has arrived is seen before its time limit. An exception from a handler is a bug of ours
 * and stops the loop loudly.
 */
public final class SelectorLoop implements AutoCloseable {
    private static final long SELECT_MAX_MS = 1_000;
    /** Questions to lab members that were given up, whose sockets wait for an answer all the same. */
    private static final int LATE_ANSWERS_MAX = 256;
    /** A kept connection without any traffic for this long is closed. */
    private static final int IDLE_MS = 60_000;

    private final Selector selector;
    private final NativeCodec nativeCodec = new NativeCodec();
    private final AttentiveClock clock = new AttentiveClock(System.nanoTime());
    private final Timers timers = new Timers();
    private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
    private final Map<Connection, Runnable> connections = new IdentityHashMap<>();
    /** The oldest first. */
    private final Set<Connection> lateAnswers = new LinkedHashSet<>();

    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(64 * 1024);
    private final Resolver resolver;
    private final Consumer<String> complaints;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile boolean draining;
    private volatile @Nullable Throwable failure;

    /**
     * Makes a loop; it runs from {@link #start} on.
     *
     * @param complaints takes one line about a fault of the system that no connection can be blamed for
     */
    public SelectorLoop(String name, Consumer<String> complaints) throws IOException {
        this(name, complaints, NameService.SYSTEM);
    }

    /** @param names tells where hosts are */
    public SelectorLoop(String name, Consumer<String> complaints, NameService names) throws IOException {
        this.selector = Selector.open();
        this.resolver = new Resolver(this, names);
        this.complaints = complaints;
        this.thread = new Thread(this::run, name);
    }

    public void start() {
        thread.start();
    }

    /** Milliseconds of attention since the loop was made: the time that all its timers live in. */
    public long nowMs() {
        return clock.nowMs();
    }

    /** The codec of this loop's thread. */
    public NativeCodec nativeCodec() {
        return nativeCodec;
    }

    /** Runs an action on the loop's thread, in the next turn; from any thread. */
    public void post(Runnable action) {
        posted.add(action);
        selector.wakeup();
    }

    /** Runs an action after a delay; on the loop's thread only. */
    public TimerHandle schedule(long delayMs, Runnable action) {
        return timers.add(nowMs() + delayMs, action);
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
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
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

    private void connectTo(Connection connection, SocketChannel channel, @Nullable InetSocketAddress address) {
        if (!connection.isOpen()) {
            return;
        }
        if (address == null) {
            // Told in the next turn, as below: a literal is looked up at once.
            post(() -> connection.close(CloseReason.UNKNOWN_HOST));
            return;
        }
        try {
            boolean connected = channel.connect(address);
            connection.opened(register(channel, 0, connection), connected);
            if (connected) {
                post(connection::onReady);
            }
        } catch (IOException | UnsupportedAddressTypeException e) {
            // The second: an IPv6 address on a machine without IPv6. Told in the next turn: the caller does not have
            // the connection in its hands yet.
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

    void accepted(SocketChannel channel, ConnectionHandler handler, long limitMs, Runnable onRelease)
            throws IOException {
        channel.configureBlocking(false);
        Connection connection = new Connection(this, channel, handler, SocketState.WAIT_MESSAGE, IDLE_MS);
        connections.put(connection, onRelease);
        connection.expireAfter(limitMs);
        try {
            connection.opened(register(channel, 0, connection), true);
            handler.onAccepted(connection);
        } catch (IOException e) {
            // It was dropped before we looked at it, which says nothing about the next one.
            connection.close(CloseReason.ENDED);
        }
    }

    SelectionKey register(SelectableChannel channel, int ops, Object attachment) throws IOException {
        return channel.register(selector, ops, attachment);
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

    private void run() {
        try {
            while (!stopping && !(draining && nobodyLingers())) {
                turn();
            }
        } catch (IOException e) {
            failure = e;
            complaints.accept("bug: the selector loop stopped: " + e);
        } catch (RuntimeException | Error e) {
            failure = e;
            complaints.accept("bug: the selector loop stopped: " + e);
            // Loudly: the thread's end prints where.
            throw e;
        } finally {
            releaseAll();
        }
    }

    private boolean nobodyLingers() {
        return connections.keySet().stream().noneMatch(Connection::isLingering);
    }

    private void turn() throws IOException {
        long sleepMs = posted.isEmpty() ? timers.delayMs(nowMs(), SELECT_MAX_MS) : 0;
        sleepMs = Math.min(sleepMs, SELECT_MAX_MS);
        if (sleepMs == 0) {
            selector.selectNow();
        } else {
            selector.select(sleepMs);
        }
        clock.tick(System.nanoTime(), sleepMs * 1_000_000);
        runPosted();
        serveReady();
        timers.runDue(nowMs());
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

    private void serveReady() {
        Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
        while (ready.hasNext()) {
            SelectionKey key = ready.next();
            ready.remove();
            if (!key.isValid()) {
                continue;
            }
            if (key.attachment() instanceof Connection connection) {
                connection.onReady();
            } else if (key.attachment() instanceof Listener listener) {
                listener.onReady();
            } else if (key.attachment() instanceof DatagramPort port) {
                port.onReady();
            }
        }
    }

    private void releaseAll() {
        for (SelectionKey key : selector.keys()) {
            closeQuietly(key.channel());
        }
        // Those whose host is still being looked up have no key yet.
        connections.keySet().forEach(connection -> closeQuietly(connection.channel()));
        closeQuietly(selector);
        resolver.close();
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
        thread.join();
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
        selector.wakeup();
        if (Thread.currentThread() != thread && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
