package io.roundtable.net;

import io.roundtable.protocol.Message;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.LabCodec;
import io.roundtable.wire.NativeCodec;
import io.roundtable.wire.OkForm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;

/** Messages as bytes, and what plain sockets do with them. */
final class Bytes {
    private Bytes() {}

    static byte[] lab(Message message) {
        return bytes(new LabCodec(OkForm.PAIR, false).encode(message));
    }

    static byte[] frame(long requestId, Message message) {
        return bytes(new NativeCodec().encode(FrameKind.REQUEST, requestId, message));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    static ServerSocket server() throws IOException {
        ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        server.setSoTimeout(10_000);
        return server;
    }

    /** One byte, or -1 at the end, whether that is orderly or a reset. */
    static int readOrReset(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read();
        } catch (SocketException e) {
            return -1;
        }
    }
}
