package io.roundtable.process;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.LabCodec;
import io.roundtable.wire.OkForm;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;

/** A lab member that joins as it should and answers whatever it is asked with the same bytes. */
final class FakeMember implements AutoCloseable {
    private final ServerSocket listener;
    private final byte[] answer;
    private final Thread thread;

    private FakeMember(ServerSocket listener, byte[] answer) {
        this.listener = listener;
        this.answer = answer;
        thread = new Thread(this::serve, "fake member");
    }

    static FakeMember join(int gcdPort, Identity identity, byte[] answer) throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        FakeMember fake = new FakeMember(listener, answer);
        fake.thread.start();
        Member self = new Member(identity, new Address("127.0.0.1", listener.getLocalPort()), Dialect.LAB);
        ByteBuffer join = new LabCodec(OkForm.PAIR, false).encode(new Message.Join(self));
        try (Attacker asker = new Attacker(gcdPort)) {
            asker.send(join.array()).awaitAnswer();
        }
        return fake;
    }

    /** Its address, as logs name it. */
    String name() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (Socket asker = listener.accept()) {
                if (asker.getInputStream().read() >= 0) {
                    asker.getOutputStream().write(answer);
                    asker.shutdownOutput();
                    asker.getInputStream().transferTo(OutputStream.nullOutputStream());
                }
            } catch (IOException e) {
                // The asker went away, or the test is over: the loop's condition tells.
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
