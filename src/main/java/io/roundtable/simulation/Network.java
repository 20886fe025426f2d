package io.roundtable.simulation;

import io.roundtable.protocol.Address;
import io.roundtable.wire.OkForm;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Connections between hosts: made, refused, broken. What is lost in bad {@link Weather} is sent again, as TCP does it, so
 * loss shows as a connection that stalls.
 */
final class Network {
    private static final int PORT_MIN = 20_000;
    private static final String HOST = "127.0.0.1";
    private static final long RETRY_MIN_MICROS = 50_000;
    private static final long RETRY_MAX_MICROS = 800_000;

    private final World world;
    private final RandomGenerator random;
    private final Wire wire;
    private final List<@Nullable Host> listeners = new ArrayList<>();
    /** What the ways between hosts are like now. */
    final Weather weather;

    Network(World world, RandomGenerator random, Wire wire, int hosts) {
        this.world = world;
        this.random = random;
        this.wire = wire;
        this.weather = new Weather(world, random, hosts);
    }

    Address freeAddress() {
        listeners.add(null);
        return new Address(HOST, PORT_MIN + listeners.size() - 1);
    }

    /** A port that somebody had and left; a new one if there is none. */
    Address usedAddress() {
        int from = random.nextInt(listeners.size());
        for (int i = 0; i < listeners.size(); i++) {
            // Not the first port: that is the GCD's.
            int at = 1 + (from + i) % (listeners.size() - 1);
            if (listeners.get(at) == null) {
                return new Address(HOST, PORT_MIN + at);
            }
        }
        return freeAddress();
    }

    boolean isFree(Address address) {
        return listeners.get(address.port() - PORT_MIN) == null;
    }

    void listen(Host host) {
        listeners.set(host.address.port() - PORT_MIN, host);
    }

    void stopListening(Host host) {
        if (listenerAt(host.address) == host) {
            listeners.set(host.address.port() - PORT_MIN, null);
        }
    }

    @Nullable
    Host listenerAt(Address address) {
        return listeners.get(address.port() - PORT_MIN);
    }

    // ---- connecting

    Socket connect(Host from, Address to, Socket.Role role) {
        Socket socket = new Socket(from, to, role);
        from.owns(socket);
        world.after(weather.delayMicros(), new Connecting(socket));
        return socket;
    }

    private final class Connecting implements Runnable {
        private final Socket from;
        private long retryMicros = RETRY_MIN_MICROS;
        private boolean accepted;

        Connecting(Socket from) {
            this.from = from;
        }

        @Override
        public void run() {
            if (!from.isAlive()) {
                return;
            }
            if (accepted) {
                established();
                return;
            }
            if (!from.isOpen()) {
                return;
            }
            Host host = hostAt(from.to);
            if (host != null && (weather.isCut(from.owner, host) || weather.isCut(host, from.owner))) {
                world.after(retryMicros, this);
                retryMicros = Math.min(RETRY_MAX_MICROS, 2 * retryMicros);
                return;
            }
            if (host != null && host.isListening) {
                Socket end = new Socket(host, from.owner.address, Socket.Role.LINK);
                end.connected();
                end.pairWith(from);
                from.pairWith(end);
                host.owns(end);
                accepted = true;
                world.after(weather.delayMicros(), this);
            } else {
                world.after(weather.delayMicros(), new Ending(from));
            }
        }

        private void established() {
            if (from.owner.isHung()) {
                from.owner.keepForLater(this);
                return;
            }
            from.connected();
            if (!from.isOpen()) {
                transmit(from, Frame.END);
                return;
            }
            while (!from.queued.isEmpty()) {
                transmit(from, from.queued.remove());
            }
            if (from.isClosedAfterQueue()) {
                close(from);
            }
        }
    }

    private @Nullable Host hostAt(Address address) {
        Host listener = listenerAt(address);
        return listener != null ? listener : world.ownerOf(address);
    }

    /** The system tells a process that its connection is over. */
    private static final class Ending implements Runnable {
        private final Socket socket;

        Ending(Socket socket) {
            this.socket = socket;
        }

        @Override
        public void run() {
            if (!socket.isAlive() || !socket.isOpen()) {
                return;
            }
            if (socket.owner.isHung()) {
                socket.owner.keepForLater(this);
                return;
            }
            socket.shut();
            socket.owner.onClosed(socket);
        }
    }

    // ---- frames

    /** @param form how the sender says OK in a pickle */
    void send(Socket from, Frame frame, OkForm form) {
        if (!from.isOpen()) {
            return;
        }
        Frame arriving = wire.pass(frame, form);
        if (from.isConnected()) {
            transmit(from, arriving);
        } else {
            from.queued.add(arriving);
        }
    }

    /**
     * Closes one end; the other hears of it after all that was sent before. What still comes is dropped for a while, which
     * its owner decides, and answered with a reset from then on.
     */
    void close(Socket socket) {
        close(socket, socket.owner.lingerMicros(socket));
    }

    /** @param lingerMicros 0 for a close that does not wait for what is on its way to this end */
    void close(Socket socket, long lingerMicros) {
        if (!socket.isOpen()) {
            return;
        }
        socket.shut();
        socket.drainUntil(world.nowMicros() + lingerMicros);
        if (socket.isConnected()) {
            transmit(socket, Frame.END);
        }
    }

    /** The machine at this end does not know the connection any more, and says so to the keep-alive of the other. */
    void reset(Socket socket) {
        Socket to = socket.other();
        if (to != null) {
            world.after(weather.delayMicros(), new Ending(to));
        }
    }

    /** Data came to an end that is closed and does not read any more. */
    private final class Reset implements Runnable {
        private final Socket to;

        Reset(Socket to) {
            this.to = to;
        }

        @Override
        public void run() {
            if (!to.isAlive()) {
                return;
            }
            if (to.owner.isHung()) {
                to.owner.keepForLater(this);
                return;
            }
            to.owner.onReset(to);
        }
    }

    /** Closes once everything is said. */
    void closeAfterSending(Socket socket) {
        if (socket.isConnected()) {
            close(socket);
        } else {
            socket.closeAfterQueue();
        }
    }

    private void transmit(Socket from, Frame frame) {
        Socket to = from.other();
        if (to == null) {
            throw new IllegalStateException("not connected");
        }
        long at = Math.max(world.nowMicros() + weather.delayMicros(), to.lastArrivalMicros + 1);
        to.lastArrivalMicros = at;
        world.at(at, new Arrival(from, to, frame));
    }

    private final class Arrival implements Runnable {
        private final Socket from;
        private final Socket to;
        private final Frame frame;
        private boolean isOut;

        Arrival(Socket from, Socket to, Frame frame) {
            this.from = from;
            this.to = to;
            this.frame = frame;
        }

        @Override
        public void run() {
            if (!isOut && (!to.held.isEmpty() || weather.isCut(from.owner, to.owner))) {
                if (to.held.isEmpty()) {
                    world.after(RETRY_MIN_MICROS, new Retry(from, to));
                }
                to.held.add(frame);
                return;
            }
            isOut = true;
            if (!to.isAlive()) {
                if (!frame.isEnd()) {
                    // Its former life is over: the system refuses the connection.
                    world.after(weather.delayMicros(), new Ending(from));
                }
            } else if (to.owner.isHung()) {
                to.owner.keepForLater(this);
            } else {
                deliver(to, frame);
            }
        }
    }

    private void deliver(Socket to, Frame frame) {
        if (!to.isOpen()) {
            Socket from = to.other();
            if (!frame.isEnd() && from != null && !to.drains(world.nowMicros())) {
                world.after(weather.delayMicros(), new Reset(from));
            }
            return;
        }
        if (frame.isEnd()) {
            to.shut();
            to.owner.onClosed(to);
        } else {
            to.owner.onFrame(to, frame);
        }
    }

    /** Sends again what was lost. */
    private final class Retry implements Runnable {
        private final Socket from;
        private final Socket to;
        private long retryMicros = RETRY_MIN_MICROS;

        Retry(Socket from, Socket to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public void run() {
            if (weather.isCut(from.owner, to.owner)) {
                retryMicros = Math.min(RETRY_MAX_MICROS, 2 * retryMicros);
                world.after(retryMicros, this);
                return;
            }
            while (!to.held.isEmpty()) {
                Arrival arrival = new Arrival(from, to, to.held.remove());
                arrival.isOut = true;
                arrival.run();
            }
        }
    }
}
