package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.BeginShare;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.DiskMessage.PutShare;
import io.roundtable.protocol.DiskMessage.ReadShare;
import io.roundtable.protocol.DiskMessage.SealShare;
import io.roundtable.protocol.DiskMessage.ShareData;
import io.roundtable.protocol.Message;
import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.FrameStream;
import io.roundtable.wire.FrameStream.Frame;
import io.roundtable.wire.WireException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One data connection, after its hello, on one thread: receives shares, sends groups. Requests may follow each other
 * without waiting; answers come in their order. What was begun and not sealed goes with the connection.
 *
 * <p>A request that cannot be carried out is answered with a {@link DiskMessage.DiskRefusal}, and the connection goes on.
 * One whose frames break the rules of the protocol is refused and closed.
 */
final class DataSession implements Runnable {
    /** Received in one go: small enough to stay in the cache between socket, checksum and file. */
    private static final int PIECE_BYTES = 256 << 10;

    private final DiskStore store;
    private final SocketChannel channel;
    private final BufferPool buffers;
    private final FrameStream stream;
    private final PutBatch puts;
    private final ShareSending sending;
    private volatile long progressNs = System.nanoTime();
    /** An fsync may take as long as it likes. */
    private volatile boolean isSealing;

    private @Nullable ShareWriter writer;
    /** Why the share that was begun, or that should have been, cannot be sealed. */
    private @Nullable DiskFaultException fault;

    /** The other side broke the protocol; this is the last answer. */
    private static final class Breach extends Exception {
        private static final long serialVersionUID = 1;

        Breach(String message) {
            super(message);
        }
    }

    /** @param channel connected and blocking; closed when this has run */
    DataSession(DiskStore store, SocketChannel channel, BufferPool buffers) {
        this.store = store;
        this.channel = channel;
        this.buffers = buffers;
        this.stream = new FrameStream(channel);
        this.puts = new PutBatch(store);
        this.sending = new ShareSending(store, stream, buffers);
    }

    /** When bytes last went one way or the other, as {@link System#nanoTime}; now, while the disk itself is at work. */
    long progressNs() {
        return isSealing ? System.nanoTime() : progressNs;
    }

    void abort() {
        try {
            channel.close();
        } catch (IOException e) {
            // Closed it is in any case, and its thread finds out.
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                Frame frame = stream.next();
                progressNs = System.nanoTime();
                serve(frame);
                progressNs = System.nanoTime();
            }
        } catch (IOException e) {
            // The other side has gone, or we closed: what it had not sealed goes too.
        } catch (WireException e) {
            ByteBuffer ready = e.answer();
            if (ready == null) {
                refuseLast(0, String.valueOf(e.getMessage()));
            } else {
                sendLast(ready);
            }
        } finally {
            dropWriter();
            sending.close();
            abort();
        }
    }

    private void serve(Frame frame) throws IOException {
        long id = frame.requestId();
        try {
            Message message = frame.message();
            if (message instanceof PutShare put) {
                put(id, put, frame.bodyBytes());
                puts.flushUnlessMoreComes(stream);
                return;
            }
            puts.flush(stream);
            if (message instanceof ShareData data) {
                data(data, frame.bodyBytes());
                return;
            }
            if (frame.bodyBytes() != 0) {
                throw new Breach("a " + message.word() + " has no body");
            }
            if (message instanceof BeginShare begin) {
                begin(begin);
            } else if (message instanceof SealShare seal) {
                answer(id, () -> seal(seal));
            } else if (message instanceof ReadShare read) {
                answer(id, () -> sending.send(id, read));
            } else {
                throw new Breach("a data connection takes no " + message.word());
            }
        } catch (Breach e) {
            puts.flush(stream);
            refuseLast(id, String.valueOf(e.getMessage()));
            throw new IOException("the other side broke the protocol");
        }
    }

    // ---- writing

    private void begin(BeginShare request) {
        boolean isOpen = writer != null || fault != null;
        dropWriter();
        if (isOpen) {
            fault = bad("a share was begun before the last one was sealed");
            return;
        }
        try {
            writer = store.begin(request, false);
        } catch (DiskFaultException e) {
            fault = e;
        }
    }

    private void data(ShareData data, long bodyBytes) throws IOException, Breach {
        if (bodyBytes < 1 || bodyBytes > ShareLayout.fullGroupBytes(StripeLayout.UNIT_BYTES_MIN)) {
            throw new Breach("no group has " + bodyBytes + " bytes");
        }
        ShareWriter to = writer;
        if (to == null && fault == null) {
            fault = bad("a group came before a share was begun");
        }
        if (to != null) {
            try {
                to.beginGroup(data.blocks(), bodyBytes);
                receive(to, (int) bodyBytes);
                return;
            } catch (DiskFaultException e) {
                dropWriter();
                fault = e;
            }
        }
        // The rest comes whatever we think of it: the seal is answered, not the data.
        stream.skipBody();
    }

    /** The buffer is small enough to stay in the processor's cache between socket, checksum and file. */
    private void receive(ShareWriter to, int bytes) throws IOException, DiskFaultException {
        ByteBuffer buffer = buffers.take();
        try {
            for (int left = bytes; left > 0; ) {
                buffer.clear().limit(Math.min(left, PIECE_BYTES));
                left -= buffer.limit();
                stream.readBody(buffer);
                progressNs = System.nanoTime();
                to.write(buffer.flip());
            }
        } finally {
            buffers.give(buffer);
        }
    }

    private Message seal(SealShare request) throws DiskFaultException {
        ShareWriter from = writer;
        DiskFaultException why = fault;
        fault = null;
        if (from == null) {
            throw why != null ? why : bad("there is no share to seal: begin one");
        }
        // A former manager's epoch is no fault of the share: the same seal with the present one will do.
        store.admit(request.epoch());
        isSealing = true;
        try {
            from.seal(request.epoch(), request.usedBytes());
            return new DiskMessage.Sealed(from.key(), request.usedBytes());
        } finally {
            progressNs = System.nanoTime();
            isSealing = false;
            dropWriter();
        }
    }

    private void put(long id, PutShare request, long bodyBytes) throws IOException, Breach {
        if (bodyBytes > ShareLayout.fullGroupBytes(StripeLayout.UNIT_BYTES_MIN)) {
            throw new Breach("no group has " + bodyBytes + " bytes");
        }
        if (request.usedBytes() > DiskStore.PUT_BYTES_MAX) {
            puts.flush(stream);
            answer(id, () -> putAsFile(request, bodyBytes));
            return;
        }
        if (bodyBytes > DiskStore.PUT_BUFFER_BYTES - DiskStore.PUT_HEADROOM_BYTES - 8) {
            stream.skipBody();
            puts.refused(
                    id, bad("a share of " + request.usedBytes() + " bytes has not " + bodyBytes + " with its CRCs"));
            return;
        }
        ByteBuffer buffer = buffers.take();
        try {
            buffer.clear().position(DiskStore.PUT_HEADROOM_BYTES).limit(DiskStore.PUT_HEADROOM_BYTES + (int) bodyBytes);
            stream.readBody(buffer);
            puts.add(id, store.put(request, buffer, false));
        } catch (DiskFaultException e) {
            puts.refused(id, e);
        } finally {
            buffers.give(buffer);
        }
    }

    /** Too big for a pack. */
    private Message putAsFile(PutShare request, long bodyBytes) throws IOException, DiskFaultException {
        BeginShare begin =
                new BeginShare(request.key(), request.epoch(), request.disks(), request.parity(), request.unitBytes());
        boolean done = false;
        try (ShareWriter to = store.begin(begin, false)) {
            int blocks = (int)
                    Math.min(Integer.MAX_VALUE, (request.usedBytes() + begin.unitBytes() - 1) / begin.unitBytes());
            to.beginGroup(blocks, bodyBytes);
            receive(to, (int) bodyBytes);
            to.seal(request.epoch(), request.usedBytes());
            done = true;
            return new DiskMessage.Sealed(request.key(), request.usedBytes());
        } finally {
            if (!done) {
                stream.skipBody();
            }
        }
    }

    private void dropWriter() {
        if (writer != null) {
            writer.close();
            writer = null;
        }
        fault = null;
    }

    // ---- answers

    private interface Request {
        /** The answer; null if it was sent. */
        @Nullable
        Message run() throws IOException, DiskFaultException;
    }

    private void answer(long id, Request request) throws IOException {
        Message answer;
        try {
            answer = request.run();
        } catch (DiskFaultException e) {
            answer = PutBatch.refusal(store, e);
        }
        if (answer != null) {
            stream.send(FrameKind.ANSWER, id, answer);
        }
    }

    private void refuseLast(long id, String why) {
        try {
            stream.send(FrameKind.ANSWER, id, PutBatch.refusal(store, bad(why)));
        } catch (IOException e) {
            // It has gone already.
        }
    }

    private void sendLast(ByteBuffer frame) {
        try {
            stream.sendPiece(frame);
        } catch (IOException e) {
            // It has gone already.
        }
    }

    private static DiskFaultException bad(String text) {
        return new DiskFaultException(Fault.BAD_REQUEST, text);
    }
}
