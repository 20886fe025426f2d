package io.roundtable.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One end of a stream of bytes, non-blocking, without any state of a conversation. */
public interface StreamChannel extends Closeable {
    /** Begins to wait for what happens to it; bytes that come make it ready, and so does the end of connecting. */
    void attach(Transport.Ready ready) throws IOException;

    /**
     * Begins to connect, and attaches.
     *
     * @return whether it is connected already
     * @throws IOException if that fails at once, such as for an address of a kind that this machine has not
     */
    boolean connect(InetSocketAddress to, Transport.Ready ready) throws IOException;

    /** @return false if it goes on */
    boolean finishConnect() throws IOException;

    /** Whether the last look found something to read, an end or a reset included. */
    boolean isReadable();

    /** @return 0 without anything to read, -1 at the end */
    int read(ByteBuffer into) throws IOException;

    /** Writes what there is room for, perhaps nothing. */
    int write(ByteBuffer from) throws IOException;

    /** Whether room to write makes it ready, too. */
    void awaitRoom(boolean waits);

    /** Says that nothing more will come from here; what comes from there is still read. */
    void shutdownOutput() throws IOException;

    /** Where this end is, once it is connected. */
    InetSocketAddress local() throws IOException;

    /** Where the other end is, once it is connected. */
    InetSocketAddress remote() throws IOException;

    /** Has the system look after the other side, which may vanish without a word. */
    void keepAlive(int everyS) throws IOException;

    /** Waits for nothing any more; for good with the next turn. */
    void detach();

    /**
     * A detached channel as a blocking socket, for threads that stream a disk's data.
     *
     * @throws IOException if it has ended, or streams of data are modelled apart from this transport
     */
    SocketChannel blocking() throws IOException;

    /** Without a word if all that came was read, else with a reset, as systems do. */
    @Override
    void close() throws IOException;
}
