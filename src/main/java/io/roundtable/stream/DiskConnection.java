package io.roundtable.stream;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Reason;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo.Seat;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.FrameStream;
import io.roundtable.wire.WireException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * One data connection to one disk. Used by one thread at a time; requests may be sent ahead of the answers, which come
 * in their order.
 *
 * <p>Every method that waits for the disk ends with an {@link IOException} when the {@link #within deadline} is over.
 * After any other exception than {@link DiskFaultException} the connection is closed.
 */
final class DiskConnection implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE;

    private final Seat seat;
    private final SocketChannel channel;
    private final FrameStream frames;
    private final Watchdog watchdog;
    private volatile long deadlineNs = NEVER;
    private volatile boolean isExpired;
    private volatile boolean isOpen = true;
    private long lastAsked;
    private long lastAnswered;
    private long idleSinceNs;

    private DiskConnection(Seat seat, SocketChannel channel, Watchdog watchdog) {
        this.seat = seat;
        this.channel = channel;
        this.frames = new FrameStream(channel);
        this.watchdog = watchdog;
        watchdog.add(this);
    }

    /** Connects, and has the peer hand the connection to its disk. */
    static DiskConnection open(Seat seat, int connectMs, Watchdog watchdog) throws IOException {
        Address address = seat.address().orElseThrow(() -> new IOException("it is not there"));
        InetSocketAddress to = new InetSocketAddress(address.host(), address.port());
        if (to.isUnresolved()) {
            throw new UnknownHostException("unknown host '" + address.host() + "'");
        }
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(to, connectMs);
        } catch (SocketTimeoutException e) {
            channel.close();
            throw new SocketTimeoutException(address + " cannot be reached (" + Reason.of(e) + ")");
        } catch (ConnectException e) {
            channel.close();
            throw new IOException(address + " cannot be reached (" + Reason.of(e) + ")");
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        DiskConnection connection = new DiskConnection(seat, channel, watchdog);
        try {
            connection.within(connectMs);
            connection.send(FrameKind.REQUEST, new DiskMessage.DataHello(seat.disk()));
            connection.expect(Control.Done.class);
            connection.within(0);
            return connection;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    Seat seat() {
        return seat;
    }

    // ---- deadlines

    /** From now on what is waited for has to come within this time; 0 for no limit. */
    void within(long ms) {
        deadlineNs = ms == 0 ? NEVER : System.nanoTime() + ms * 1_000_000;
        if (ms != 0) {
            watchdog.wake();
        }
    }

    boolean hasDeadline() {
        return deadlineNs != NEVER;
    }

    boolean isOver(long nowNs) {
        long deadline = deadlineNs;
        return deadline != NEVER && nowNs - deadline > 0;
    }

    /** Whether it was closed because the disk did not answer in time. */
    boolean isExpired() {
        return isExpired;
    }

    void expire() {
        isExpired = true;
        close();
    }

    // ---- requests

    void begin(DiskMessage.BeginShare begin) throws IOException {
        send(FrameKind.ONE_WAY, begin);
    }

    void data(DiskMessage.ShareData data, ByteBuffer group) throws IOException {
        send(FrameKind.ONE_WAY, data, group);
    }

    /** Asks to seal; {@link #sealed} waits for the answer. */
    void seal(DiskMessage.SealShare seal) throws IOException {
        send(FrameKind.REQUEST, seal);
    }

    /** Sends a whole share; {@link #sealed} waits for the answer. */
    void put(DiskMessage.PutShare put, ByteBuffer group) throws IOException {
        send(FrameKind.REQUEST, put, group);
    }

    /** Waits until the disk says that this very share is sealed, whole. */
    void sealed(ShareKey key, long usedBytes) throws IOException {
        DiskMessage.Sealed sealed = expect(DiskMessage.Sealed.class).as(DiskMessage.Sealed.class);
        if (!sealed.equals(new DiskMessage.Sealed(key, usedBytes))) {
            close();
            throw new IOException("it sealed another share than was asked for");
        }
    }

    void read(DiskMessage.ReadShare read) throws IOException {
        send(FrameKind.REQUEST, read);
    }

    /** The oldest unanswered {@link #read}'s answer; its body is to be read by {@link #readBody} or {@link #skip}. */
    Answer shareBytes() throws IOException {
        return expect(DiskMessage.ShareBytes.class);
    }

    void readBody(ByteBuffer to) throws IOException {
        try {
            frames.readBody(to);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    void skip() throws IOException {
        try {
            frames.skipBody();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    // ---- frames

    /** An answer and the length of its body. */
    record Answer(Message message, long bodyBytes) {
        <M extends Message> M as(Class<M> type) {
            return type.cast(message);
        }
    }

    private void send(FrameKind kind, Message message, ByteBuffer... body) throws IOException {
        long id = kind == FrameKind.REQUEST ? ++lastAsked : 0;
        try {
            frames.send(kind, id, message, body);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private Answer expect(Class<? extends Message> type) throws IOException {
        try {
            FrameStream.Frame frame = frames.next();
            if (frame.kind() != FrameKind.ANSWER || frame.requestId() != lastAnswered + 1) {
                throw new WireException("an answer to no question");
            }
            lastAnswered++;
            Message message = frame.message();
            if (message instanceof DiskMessage.DiskRefusal refusal && frame.bodyBytes() == 0) {
                throw new DiskFaultException(refusal);
            }
            if (message instanceof Message.Refusal refusal) {
                throw new IOException(refusal.reason());
            }
            if (frame.bodyBytes() != 0 && type != DiskMessage.ShareBytes.class) {
                throw new WireException("'" + message.word() + "' with a body");
            }
            if (!type.isInstance(message)) {
                throw new WireException("'" + message.word() + "' is no answer to the question");
            }
            return new Answer(message, frame.bodyBytes());
        } catch (DiskFaultException e) {
            throw e;
        } catch (IOException e) {
            throw broken(e);
        } catch (WireException e) {
            close();
            throw new IOException("it speaks another protocol: " + e.getMessage(), e);
        }
    }

    private IOException broken(IOException cause) {
        close();
        if (isExpired) {
            return new SocketTimeoutException("it does not answer in time");
        }
        String text = cause.getMessage();
        return new IOException(text == null ? "the connection was closed" : text, cause);
    }

    // ---- reuse

    boolean isOpen() {
        return isOpen;
    }

    /** Whether nothing is on its way in either direction. */
    boolean isIdle() {
        return isOpen && lastAsked == lastAnswered && frames.isBetweenFrames();
    }

    void rest() {
        within(0);
        idleSinceNs = System.nanoTime();
    }

    long idleMs() {
        return (System.nanoTime() - idleSinceNs) / 1_000_000;
    }

    /** Looks whether the other side has closed an idle connection. */
    boolean isAlive() {
        if (!isOpen) {
            return false;
        }
        try {
            channel.configureBlocking(false);
            try {
                return channel.read(ByteBuffer.allocate(1)) == 0;
            } finally {
                channel.configureBlocking(true);
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** From any thread; what waits on the connection ends. */
    @Override
    public void close() {
        isOpen = false;
        watchdog.remove(this);
        try {
            frames.close();
        } catch (IOException e) {
            // It is given up anyway.
            isOpen = false;
        }
    }
}
