package io.roundtable.process;

import io.roundtable.protocol.Control;
import io.roundtable.protocol.Message;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.LabCodec;
import io.roundtable.wire.MessageDecoder;
import io.roundtable.wire.NativeCodec;
import io.roundtable.wire.OkForm;
import io.roundtable.wire.WireException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A socket that sends to a listener what no member would. */
final class Attacker implements AutoCloseable {
    private static final int TIMEOUT_MS = 10_000;

    private final Socket socket;

    Attacker(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
    }

    /** Our address, as the other side's log names us. */
    String name() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    Attacker send(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Waits for at least one byte. */
    Attacker awaitAnswer() throws IOException {
        if (socket.getInputStream().read() < 0) {
            throw new AssertionError("closed without an answer");
        }
        return this;
    }

    /** Whether the other side ends the connection, in order or by reset, within 10 s. */
    boolean isThrownOut() throws IOException {
        try {
            byte[] rest = new byte[4096];
            while (socket.getInputStream().read(rest) >= 0) {
                // its last words
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Sends a byte now and then until the other side has enough. */
    boolean isThrownOutWhileDripping(byte[] bytes, long everyMs) throws IOException {
        socket.setSoTimeout((int) everyMs);
        for (byte each : bytes) {
            try {
                socket.getOutputStream().write(each);
                if (socket.getInputStream().read() < 0) {
                    return true;
                }
            } catch (SocketTimeoutException e) {
                // It still listens: that read was our pause.
            } catch (SocketException e) {
                return true;
            }
        }
        return false;
    }

    static byte[] pickledProbe() {
        return bytes(new LabCodec(OkForm.PAIR, false).encode(Message.Probe.BARE));
    }

    static byte[] nativeStatusQuery() {
        return bytes(new NativeCodec().encode(FrameKind.REQUEST, 1, new Control.StatusQuery()));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        return Arrays.copyOfRange(buffer.array(), buffer.position(), buffer.limit());
    }

    /** Whether a lab PROBE is answered with OK. */
    static boolean answersProbe(int port) throws IOException {
        try (Attacker asker = new Attacker(port).send(pickledProbe())) {
            MessageDecoder decoder = new MessageDecoder(new NativeCodec());
            boolean[] ok = new boolean[1];
            byte[] answer = new byte[1024];
            int count = asker.socket.getInputStream().read(answer);
            decoder.feed(
                    ByteBuffer.wrap(answer, 0, Math.max(0, count)),
                    inbound -> ok[0] = inbound.message() instanceof Message.Ok);
            return ok[0];
        } catch (WireException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
