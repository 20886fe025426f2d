package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage.DiskRefusal;
import io.roundtable.protocol.DiskMessage.SealShare;
import io.roundtable.protocol.DiskMessage.Sealed;
import io.roundtable.protocol.DiskMessage.ShareBytes;
import io.roundtable.protocol.DiskMessage.ShareData;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.ShareLayout;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.FrameStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** A client's end of a data connection to a server in the test, after the hello. */
final class DataLine implements AutoCloseable {
    final SocketChannel channel;
    final FrameStream stream;
    final Optional<DiskRefusal> refusal;
    private long requests;

    /** An answer with its request and its body. */
    record Answer(Message message, long requestId, byte[] body) {}

    DataLine(DiskServer server) throws IOException {
        try (ServerSocketChannel listener =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            channel = SocketChannel.open(listener.getLocalAddress());
            SocketChannel accepted = listener.accept();
            refusal = server.serve(accepted);
            if (refusal.isPresent()) {
                accepted.close();
            }
        }
        stream = new FrameStream(channel);
    }

    /** Sends without waiting. */
    long send(Message message, byte[]... body) throws IOException {
        ByteBuffer[] buffers = new ByteBuffer[body.length];
        for (int i = 0; i < body.length; i++) {
            buffers[i] = ByteBuffer.wrap(body[i]);
        }
        stream.send(FrameKind.REQUEST, ++requests, message, buffers);
        return requests;
    }

    Answer answer() throws Exception {
        FrameStream.Frame frame = stream.next();
        ByteBuffer body = ByteBuffer.allocate((int) frame.bodyBytes());
        stream.readBody(body);
        return new Answer(frame.message(), frame.requestId(), body.array());
    }

    Answer ask(Message message, byte[]... body) throws Exception {
        send(message, body);
        return answer();
    }

    Message put(ShareKey key, byte[] content) throws Exception {
        return ask(Shares.putRequest(key, 1, content.length), Shares.group(content, 0, content.length, Shares.UNIT))
                .message();
    }

    void sendGroups(byte[] content) throws IOException {
        for (int at = 0; at < content.length; at += ShareLayout.GROUP_BYTES) {
            int to = Math.min(content.length, at + ShareLayout.GROUP_BYTES);
            send(new ShareData((to - at + Shares.UNIT - 1) / Shares.UNIT), Shares.group(content, at, to, Shares.UNIT));
        }
    }

    Message write(ShareKey key, byte[] content) throws Exception {
        send(Shares.beginRequest(key, 1));
        sendGroups(content);
        return ask(new SealShare(1, content.length)).message();
    }

    /** The groups that came, without their CRCs. */
    static byte[] data(Answer answer, long firstGroup) {
        ShareBytes head = (ShareBytes) answer.message();
        ShareLayout layout = new ShareLayout(Shares.UNIT, head.usedBytes());
        ByteBuffer all = ByteBuffer.allocate(head.groups() * ShareLayout.GROUP_BYTES);
        int at = 0;
        for (long group = firstGroup; group < firstGroup + head.groups(); group++) {
            all.put(answer.body(), at, layout.dataBytes(group));
            at += layout.bytes(group);
        }
        byte[] data = new byte[all.position()];
        all.flip().get(data);
        return data;
    }

    static Sealed sealed(ShareKey key, byte[] content) {
        return new Sealed(key, content.length);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
