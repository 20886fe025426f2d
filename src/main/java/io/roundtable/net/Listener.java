package io.roundtable.net;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/** A listening socket of the loop. */
public final class Listener {
    /** Connections waiting to be accepted; a big group announces to us all at once. */
    private static final int BACKLOG = 1024;
    /** Connections accepted in one turn. */
    private static final int ACCEPT_MAX = 64;
    /** An accepted connection has this long to bring its first whole message. */
    public static final int FIRST_MESSAGE_MS = 2_000;
    /** Rest after the system refused us a descriptor. */
    private static final int PAUSE_MS = 100;
    /** The next complaint about that comes after this time at the earliest: it goes on for as long as sockets lack. */
    private static final int COMPLAIN_EVERY_MS = 10_000;

    private final EventLoop loop;
    private final ListenChannel channel;
    private final Supplier<ConnectionHandler> handlers;
    private final int connectionsMax;
    private int open;
    private long complainAgainMs;

    private Listener(EventLoop loop, ListenChannel channel, Supplier<ConnectionHandler> handlers, int connectionsMax) {
        this.loop = loop;
        this.channel = channel;
        this.handlers = handlers;
        this.connectionsMax = connectionsMax;
    }

    /**
     * Binds and listens.
     *
     * @param at port 0 takes a free one
     * @param connectionsMax more connections than this at a time are closed as they come
     * @throws IOException if the address cannot be had, such as a port in use
     */
    static Listener open(EventLoop loop, InetSocketAddress at, Supplier<ConnectionHandler> handlers, int connectionsMax)
            throws IOException {
        ListenChannel channel = loop.transport().listen(at, BACKLOG);
        Listener listener = new Listener(loop, channel, handlers, connectionsMax);
        try {
            channel.attach(listener::onReady);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return listener;
    }

    public int port() {
        return channel.port();
    }

    /** The address under which others reach it if it listens on this host. */
    public Address address(String host) {
        return new Address(host, port());
    }

    void onReady() {
        for (int i = 0; i < ACCEPT_MAX; i++) {
            try {
                StreamChannel accepted = channel.accept();
                if (accepted == null) {
                    return;
                }
                take(accepted);
            } catch (IOException e) {
                // Mostly "too many open files": accepting again at once would only spin.
                complain(e);
                pause();
                return;
            }
        }
    }

    private void complain(IOException e) {
        if (loop.nowMs() >= complainAgainMs) {
            complainAgainMs = loop.nowMs() + COMPLAIN_EVERY_MS;
            loop.report("cannot accept connections for now: " + Reason.of(e));
        }
    }

    private void take(StreamChannel accepted) throws IOException {
        if (open >= connectionsMax) {
            accepted.close();
            return;
        }
        open++;
        loop.accepted(accepted, handlers.get(), FIRST_MESSAGE_MS, () -> open--);
    }

    private void pause() {
        channel.awaitConnections(false);
        loop.schedule(PAUSE_MS, () -> channel.awaitConnections(true));
    }

    /** Stops listening; connections that were accepted live on. */
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            loop.report("close: " + Reason.of(e));
        }
    }
}
