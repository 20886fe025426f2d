package io.roundtable.net;

import io.roundtable.protocol.Reason;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabAdvice;
import io.roundtable.wire.MessageDecoder;
import io.roundtable.wire.WireException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One socket of the loop: state, decoder, outbox and time limit.
 *
 * <p>The state says what the socket is about, {@link Farewell} how it ends, {@link FrameTime} how long a kept one may be silent.
 * All methods are for the loop's thread.
 */
public final class Connection {
    /** Bytes read in one turn: one busy connection must not keep the others waiting. */
    private static final int READ_MAX = 64 * 1024;
    /** How long a socket stays half-closed, so that the other side gets our last words before a reset. */
    public static final int LINGER_MS = Farewell.LINGER_MS;

    /** A held socket is looked after by the system: a host that has vanished ends nothing by itself. */
    private static final int KEEPALIVE_S = 10;

    /** What comes after the end is shown from this many of its bytes. */
    private static final int SHOWN_MAX = 1_024;

    private final EventLoop loop;
    private final long number;
    private final StreamChannel channel;
    private final MessageDecoder decoder;
    private final ConnectionHandler handler;
    private final Outbox outbox = new Outbox();
    private final Deadline deadline;
    private final FrameTime frameTime;
    private final Farewell farewell;

    private SocketState state;
    private boolean attached;
    private boolean connected;
    private boolean closed;
    /** Whether what comes after the end is worth a word, and none has been said. */
    private boolean mindsMore = true;

    private boolean hasRead;
    private Ends ends = Ends.UNKNOWN;
    private Runnable onConnected = () -> {};
    private @Nullable Consumer<SocketChannel> taker;
    private int received;
    private int sent;

    Connection(EventLoop loop, StreamChannel channel, ConnectionHandler handler, SocketState state, int idleMs) {
        this.loop = loop;
        this.number = loop.nextConnection();
        this.channel = channel;
        this.handler = handler;
        this.state = state;
        this.deadline = new Deadline(loop, this::expired);
        this.frameTime = new FrameTime(deadline, idleMs);
        this.farewell = new Farewell(channel, deadline);
        this.decoder = new MessageDecoder(loop.nativeCodec());
    }

    void opened(boolean isConnected) throws IOException {
        attached = true;
        if (isConnected) {
            connected();
            updateInterest();
        }
    }

    private void connected() throws IOException {
        connected = true;
        if (state == SocketState.KEPT) {
            frameTime.keepAlive();
        }
        ends = Ends.of(channel);
        onConnected.run();
    }

    StreamChannel channel() {
        return channel;
    }

    /** Whether it was made, or accepted, after another of the same loop. */
    public boolean isNewerThan(Connection other) {
        return number > other.number;
    }

    public SocketState state() {
        return state;
    }

    public boolean isConnected() {
        return connected;
    }

    public boolean isOpen() {
        return !closed && !farewell.hasBegun();
    }

    /** Our end, {@code host:port}; empty before it is connected. */
    public String local() {
        return ends.local();
    }

    /** The other end, {@code host:port}; empty before it is connected. */
    public String remote() {
        return ends.remote();
    }

    /** Whether the other end is on this machine; false before it is connected. */
    public boolean isFromHere() {
        return ends.isSameMachine();
    }

    /** Whether not a single byte has come. */
    public boolean isBlank() {
        return !hasRead;
    }

    /** Runs an action once both ends are known; never if the connection cannot be made. */
    public void whenConnected(Runnable action) {
        if (connected) {
            action.run();
        } else {
            onConnected = action;
        }
    }

    /** Runs an action when the socket has been closed for good. */
    public void whenReleased(Runnable action) {
        loop.whenReleased(this, action);
    }

    /** Queues a message. What does not fit the outbox closes the connection. */
    public void send(ByteBuffer message) {
        if (!isOpen()) {
            return;
        }
        sent++;
        if (!outbox.add(message)) {
            close(CloseReason.OVERFLOW);
            return;
        }
        if (connected) {
            write();
        }
    }

    /**
     * Queues a message that is worth less than the connection.
     *
     * @param waitingMax bytes; if more than that wait already, it is not sent
     * @return whether it is sent
     */
    public boolean sendIfRead(ByteBuffer message, int waitingMax) {
        if (!isOpen() || outbox.bytes() > waitingMax) {
            return false;
        }
        send(message);
        return isOpen();
    }

    /** Queues the answer to the lab message that came in, and closes when it is written. */
    public void answer(ByteBuffer message) {
        if (isOpen()) {
            transition(SocketEvent.ANSWERING);
            send(message);
        }
    }

    /** The other side speaks native: keep the socket. */
    public void upgrade() {
        if (isOpen() && state != SocketState.KEPT) {
            transition(SocketEvent.UPGRADED);
            frameTime.keepAlive();
        }
    }

    /** The message that came in ends this exchange. */
    public void done() {
        if (isOpen()) {
            transition(SocketEvent.MESSAGE);
            linger();
        }
    }

    /**
     * Whether the other side says nothing more. It may have closed, or only have half-closed and still read: nothing that is read here
     * tells the one from the other. For an accepted lab exchange, of which nothing more is expected.
     */
    public boolean hasEnded() {
        try {
            return !isOpen() || channel.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return true;
        }
    }

    /** Ends the connection unless it is done within this time from now. */
    public void expireAfter(long delayMs) {
        deadline.set(delayMs);
    }

    /**
     * Takes the time limit away: the connection stays open until the other side ends it, or whoever holds it closes it.
     */
    public void hold() {
        deadline.cancel();
        try {
            channel.keepAlive(KEEPALIVE_S);
        } catch (IOException e) {
            // It has ended already, and its handler hears of that.
            loop.report("hold: " + e.getMessage());
        }
    }

    private void expired() {
        if (farewell.hasBegun()) {
            boolean wasAwaited = farewell.isAwaited();
            if (!farewell.goesOn()) {
                if (wasAwaited) {
                    handler.onLeftOpen(this);
                }
                release();
            }
            return;
        }
        if (connected && decoder.isMidMessage()) {
            handler.onBadInput(this, decoder.cutOff("a message that began did not end in time"));
        }
        end(SocketEvent.EXPIRED, connected ? CloseReason.EXPIRED : CloseReason.CONNECT_EXPIRED);
    }

    /**
     * Takes the socket away from the loop, with the message that is being handled: from the next turn on it is the
     * caller's, blocking, for as long as it likes. What was sent before has been written then; the other side is to wait
     * for an answer before it goes on, and is cut off if it does not.
     *
     * @param then called on the loop's thread
     */
    public void detach(Consumer<SocketChannel> then) {
        taker = then;
    }

    private void leave(Consumer<SocketChannel> then) {
        if (!isOpen() || !attached || decoder.isMidMessage()) {
            close(CloseReason.BAD_INPUT);
            return;
        }
        closed = true;
        state = SocketState.QUIESCENT;
        deadline.cancel();
        channel.detach();
        // It is let go of in the next turn, and only then may the socket block.
        loop.post(() -> {
            loop.release(this);
            try {
                SocketChannel blocking = channel.blocking();
                outbox.writeTo(channel);
                then.accept(blocking);
            } catch (IOException e) {
                closeQuietly();
            }
        });
    }

    /**
     * Closes once the other side has read what was sent and has closed as well, or after a moment. What still comes is
     * dropped. The handler hears {@link CloseReason#DONE} at once.
     */
    public void closeGently() {
        if (!connected || !outbox.isEmpty()) {
            close(CloseReason.CLOSED);
        } else if (isOpen()) {
            transition(SocketEvent.CLOSED);
            linger();
        }
    }

    /** Whether somebody may still be reading our last words; late answers are nobody's any more. */
    boolean isLingering() {
        return !closed && farewell.isAwaited();
    }

    /** Closes at once; an exchange in lab with FIN, and what still comes is dropped for a while. */
    public void close(CloseReason reason) {
        end(SocketEvent.CLOSED, reason);
    }

    // ---- called by the loop

    void onReady() {
        if (closed || !attached) {
            return;
        }
        try {
            if (!connected) {
                if (!channel.finishConnect()) {
                    return;
                }
                connected();
            }
        } catch (IOException e) {
            end(SocketEvent.ENDED, CloseReason.REFUSED);
            return;
        }
        if (channel.isReadable()) {
            read();
        }
        if (!closed) {
            write();
        }
    }

    private void read() {
        ByteBuffer buffer = loop.readBuffer();
        int count;
        boolean reset = false;
        try {
            buffer.clear().limit(READ_MAX);
            count = channel.read(buffer);
        } catch (IOException e) {
            count = -1;
            reset = true;
        }
        if (count < 0) {
            if (farewell.hasBegun()) {
                release();
                if (reset) {
                    handler.onUnread(this);
                }
            } else {
                noteCutOff();
                end(SocketEvent.ENDED, CloseReason.ENDED);
            }
        } else if (count > 0 && farewell.hasBegun()) {
            byte[] bytes = new byte[Math.min(count, SHOWN_MAX)];
            buffer.flip().get(bytes);
            more(LabAdvice.show(bytes));
        } else if (count > 0) {
            hasRead = true;
            decode(buffer.flip());
        }
    }

    private void noteCutOff() {
        if (state != SocketState.KEPT && decoder.isMidMessage()) {
            handler.onCutOff(this, decoder.cutOff("the connection ended in the middle of a message"));
        }
    }

    /** @param shown null for what is no lab message */
    private void more(@Nullable String shown) {
        if (mindsMore && shown != null) {
            mindsMore = false;
            handler.onAfterwards(this, shown);
        }
    }

    private void decode(ByteBuffer bytes) {
        int before = received;
        try {
            decoder.feed(bytes, this::deliver);
        } catch (WireException e) {
            badInput(e);
            return;
        }
        if (taker != null) {
            leave(taker);
        } else if (isOpen() && state == SocketState.KEPT) {
            frameTime.onBytes(decoder.isMidMessage(), received != before);
        }
    }

    private void deliver(Inbound message) {
        // A second OK, or whatever follows the end of a lab exchange, is nobody's any more.
        if (!isOpen() || state == SocketState.SEND_OK || taker != null) {
            more(message.isNative() ? null : message.shown());
            return;
        }
        if (state == SocketState.KEPT && !message.isNative()) {
            // Lab exchanges end their socket, kept ones have no end: nothing could answer it.
            badInput(new WireException("a pickle on a connection that speaks native"));
            return;
        }
        received++;
        handler.onMessage(this, message);
    }

    private void badInput(WireException fault) {
        mindsMore = false;
        if (isOpen()) {
            handler.onBadInput(this, fault);
            badInputOver();
        }
    }

    /** What the handler wanted to say about bad input goes out; then the socket is closed. */
    private void badInputOver() {
        if (!isOpen()) {
            return;
        }
        if (outbox.isEmpty()) {
            state = SocketState.QUIESCENT;
            linger();
            return;
        }
        close(CloseReason.BAD_INPUT);
    }

    private void write() {
        try {
            outbox.writeTo(channel);
        } catch (IOException e) {
            end(SocketEvent.ENDED, CloseReason.ENDED);
            return;
        }
        if (outbox.isEmpty() && sent > 0 && state.isSending()) {
            transition(SocketEvent.FLUSHED);
            if (state == SocketState.QUIESCENT) {
                linger();
                return;
            }
        }
        updateInterest();
    }

    /** Closing with unread input would reset the connection and could destroy our last message on its way. */
    private void linger() {
        linger(CloseReason.DONE, 0);
    }

    private void linger(CloseReason reason, int moreMs) {
        if (!isOpen()) {
            return;
        }
        // Who is cut off by us commits no fault by going on.
        mindsMore &= reason != CloseReason.CLOSED;
        try {
            farewell.begin(moreMs);
        } catch (IOException e) {
            // The other side had closed and has reset it: what was said last was not read.
            handler.onUnread(this);
            finish(reason);
            return;
        }
        updateInterest();
        if (moreMs > 0) {
            loop.awaitsLateAnswer(this);
        }
        handler.onClosed(this, reason);
    }

    private void end(SocketEvent event, CloseReason reason) {
        if (closed) {
            return;
        }
        if (farewell.hasBegun()) {
            release();
            return;
        }
        if (event == SocketEvent.ENDED && state == SocketState.TOLD) {
            // That is how it is to end.
            transition(event);
            finish(CloseReason.DONE);
            return;
        }
        boolean isLab = connected && state != SocketState.KEPT && outbox.isEmpty();
        boolean isOurs = isLab && state.isAskingLab();
        boolean isByUs = event == SocketEvent.EXPIRED || reason == CloseReason.CLOSED;
        transition(event);
        if (isLab && isByUs) {
            linger(reason, isOurs ? Farewell.LATE_ANSWER_MS : 0);
        } else {
            finish(reason);
        }
    }

    private void finish(CloseReason reason) {
        boolean tell = !closed;
        release();
        if (tell) {
            handler.onClosed(this, reason);
        }
    }

    void release() {
        closed = true;
        state = SocketState.QUIESCENT;
        deadline.cancel();
        loop.release(this);
        closeQuietly();
    }

    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is gone either way, and nobody is left to tell.
            loop.report("close: " + Reason.of(e));
        }
    }

    private void transition(SocketEvent event) {
        SocketState next = state.after(event);
        if (next == null) {
            throw new IllegalStateException("a socket in " + state + " cannot see " + event);
        }
        state = next;
    }

    private void updateInterest() {
        if (connected) {
            channel.awaitRoom(!farewell.hasBegun() && !outbox.isEmpty());
        }
    }
}
