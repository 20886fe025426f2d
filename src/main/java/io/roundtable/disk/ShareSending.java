package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.DiskMessage.ReadShare;
import io.roundtable.protocol.Message;
import io.roundtable.storage.ShareLayout;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.FrameStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** Answers the reads of one data connection: big parts from file to socket, without a copy. For one thread. */
final class ShareSending implements Closeable {
    /** Groups in one answer: a slow reader of that many still counts as alive. */
    static final int GROUPS_MAX = 16;
    /** Up to so many bytes an answer is copied and sent in one piece with its head. */
    private static final int COPY_BYTES_MAX = 64 << 10;

    private final DiskStore store;
    private final FrameStream stream;
    private final BufferPool buffers;
    private @Nullable ShareReader reader;

    ShareSending(DiskStore store, FrameStream stream, BufferPool buffers) {
        this.store = store;
        this.stream = stream;
        this.buffers = buffers;
    }

    /** Sends the groups; what it returns instead is still to be sent. */
    @Nullable
    Message send(long id, ReadShare request) throws IOException, DiskFaultException {
        ShareReader share = open(request);
        ShareLayout layout = share.layout();
        long first = request.firstGroup();
        if (request.groups() < 1 || first < 0 || first > Math.max(0, layout.groups() - 1)) {
            throw new DiskFaultException(
                    Fault.BAD_REQUEST,
                    "share " + request.key() + " has groups 0 to " + (layout.groups() - 1) + ", not " + first);
        }
        int groups = (int) Math.min(Math.min(request.groups(), GROUPS_MAX), layout.groups() - first);
        DiskMessage.ShareBytes head = new DiskMessage.ShareBytes(layout.usedBytes(), groups);
        if (groups == 0) {
            return head;
        }
        long bytes = share.bytes(first, groups);
        FileChannel file = share.file().channel();
        if (file == null && bytes > COPY_BYTES_MAX) {
            sendPieces(id, head, share, share.position(first), bytes);
            return null;
        } else if (file != null && bytes > COPY_BYTES_MAX) {
            stream.send(FrameKind.ANSWER, id, head, file, share.position(first), bytes);
            return null;
        }
        ByteBuffer buffer = buffers.take();
        try {
            buffer.clear().limit((int) bytes);
            share.file().read(buffer, share.position(first));
            stream.send(FrameKind.ANSWER, id, head, buffer.flip());
        } finally {
            buffers.give(buffer);
        }
        return null;
    }

    /** From a medium without channels, through a buffer, piece by piece. */
    private void sendPieces(long id, DiskMessage.ShareBytes head, ShareReader share, long position, long bytes)
            throws IOException {
        ByteBuffer buffer = buffers.take();
        try {
            stream.sendHead(FrameKind.ANSWER, id, head, bytes);
            for (long sent = 0; sent < bytes; sent += buffer.capacity()) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), bytes - sent));
                share.file().read(buffer, position + sent);
                stream.sendPiece(buffer.flip());
            }
        } finally {
            buffers.give(buffer);
        }
    }

    /** The share that was read last stays open: its next groups are asked for next. */
    private ShareReader open(ReadShare request) throws DiskFaultException {
        ShareReader last = reader;
        if (last != null && last.key().equals(request.key()) && last.isCurrent()) {
            return last;
        }
        close();
        ShareReader opened = store.read(request.key());
        reader = opened;
        return opened;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
