package io.roundtable.net;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

    private final SelectorLoop loop;
    private final ServerSocketChannel channel;
    private final Supplier<ConnectionHandler> handlers;
    private final int connectionsMax;
    private @Nullable SelectionKey key;
    private int open;
    private long complainAgainMs;

    private Listener(
            SelectorLoop loop, ServerSocketChannel channel, Supplier<ConnectionHandler> handlers, int connectionsMax) {
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
    static Listener open(
            SelectorLoop loop, InetSocketAddress at, Supplier<ConnectionHandler> handlers, int connectionsMax)
            throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            // A recovered peer wants its own port again while old connections to it still fade.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(at, BACKLOG);
            channel.configureBlocking(false);
            Listener listener = new Listener(loop, channel, handlers, connectionsMax);
            listener.key = loop.register(channel, SelectionKey.OP_ACCEPT, listener);
            return listener;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    public int port() {
        return channel.socket().getLocalPort();
    }

    /** The address under which others reach it if it listens on this host. */
    public Address address(String host) {
        return new Address(host, port());
    }

    void onReady() {
        for (int i = 0; i < ACCEPT_MAX; i++) {
            try {
                SocketChannel accepted = channel.accept();
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

    private void take(SocketChannel accepted) throws IOException {
        if (open >= connectionsMax) {
            accepted.close();
            return;
        }
        open++;
        try {
            loop.accepted(accepted, handlers.get(), FIRST_MESSAGE_MS, () -> open--);
        } catch (IOException e) {
            open--;
            accepted.close();
            throw e;
        }
    }

    private void pause() {
        SelectionKey current = key;
        if (current != null && current.isValid()) {
            current.interestOps(0);
            loop.schedule(PAUSE_MS, () -> {
                if (current.isValid()) {
                    current.interestOps(SelectionKey.OP_ACCEPT);
                }
            });
        }
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
