package io.roundtable.client;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Reason;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.MessageDecoder;
import io.roundtable.wire.NativeCodec;
import io.roundtable.wire.WireException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/** One blocking question to a GCD or a peer, and its answer. */
final class Call {
    private Call() {}

    /**
     * Asks in native.
     *
     * @param timeoutMs for the connecting, and for each wait for bytes
     * @param what names the other side in errors, such as "the GCD"
     * @throws GroupException if there is no answer, or a refusal
     */
    static Message ask(Address to, String what, Message question, int timeoutMs) throws GroupException {
        ByteBuffer frame = new NativeCodec().encode(FrameKind.REQUEST, 1, question);
        Inbound answer = exchange(to, what, frame, timeoutMs);
        if (answer.dialect() != Dialect.NATIVE) {
            throw new GroupException(what + " at " + to + notNative(answer.message()));
        }
        if (answer.message() instanceof Message.Refusal refusal) {
            throw new GroupException(refusal.code(), what + " at " + to + " refuses: " + refusal.reason());
        }
        return answer.message();
    }

    /** A program of another version of the native dialect can only say so in the lab one. */
    private static String notNative(Message answer) {
        return answer instanceof Message.Refusal refusal && NativeCodec.isOfVersions(refusal.reason())
                ? " refuses: " + refusal.reason() + ": start all programs of the group in one build (docs/UPGRADES.md)"
                : " speaks only the lab dialect and cannot tell";
    }

    private static Inbound exchange(Address to, String what, ByteBuffer question, int timeoutMs) throws GroupException {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            InetSocketAddress address = new InetSocketAddress(to.host(), to.port());
            if (address.isUnresolved()) {
                throw new UnknownHostException(to.host());
            }
            socket.connect(address, timeoutMs);
            socket.setSoTimeout(timeoutMs);
            socket.getOutputStream().write(question.array(), question.position(), question.remaining());
            return read(socket.getInputStream());
        } catch (UnknownHostException e) {
            throw GroupException.absence("unknown host '" + to.host() + "'");
        } catch (SocketTimeoutException e) {
            throw GroupException.absence(what + " at " + to + " does not answer");
        } catch (WireException e) {
            throw new GroupException("what listens at " + to + " is not " + what + ": " + e.getMessage());
        } catch (IOException e) {
            throw GroupException.absence(what + " at " + to + " cannot be reached (" + Reason.of(e) + ")");
        }
    }

    private static Inbound read(InputStream in) throws IOException, WireException {
        MessageDecoder decoder = new MessageDecoder(new NativeCodec());
        Queue<Inbound> messages = new ArrayDeque<>();
        byte[] bytes = new byte[16 * 1024];
        while (messages.isEmpty()) {
            int count = in.read(bytes);
            if (count < 0) {
                throw new IOException("it ended the connection without an answer");
            }
            decoder.feed(ByteBuffer.wrap(bytes, 0, count), messages::add);
        }
        return messages.remove();
    }
}
