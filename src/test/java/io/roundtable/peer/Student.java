package io.roundtable.peer;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Identity;
import io.roundtable.wire.pickle.PickleReader;
import io.roundtable.wire.pickle.PickleWriter;
import io.roundtable.wire.pickle.PyTuple;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node of the course with a bug: joins, and does with each connection what the bug says. */
final class Student implements AutoCloseable {
    /** What it does with one connection, when the first bytes of it are there; it is closed afterwards. */
    interface Bug {
        void on(Socket socket, @Nullable Object message) throws IOException, InterruptedException;
    }

    /** It does as it should. */
    static final Bug NONE = (socket, message) -> say(socket, pickle("OK"));

    private final ServerSocket listener;
    private final Identity identity;
    private final List<Socket> open = new ArrayList<>();

    private Student(Identity identity) throws IOException {
        this.identity = identity;
        this.listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    }

    static Student join(Address gcd, int days, String word, Bug bug) throws Exception {
        Student student = new Student(new Identity(days, 1_000_000 + days));
        try (Raw raw = new Raw(gcd)) {
            raw.send(pickle(PyTuple.of(word, PyTuple.of(student.pid(), student.at()))))
                    .receive();
        }
        Thread thread = new Thread(() -> student.run(bug), "student");
        thread.setDaemon(true);
        thread.start();
        return student;
    }

    PyTuple pid() {
        return PyTuple.of((long) identity.days(), (long) identity.id());
    }

    PyTuple at() {
        return PyTuple.of("127.0.0.1", (long) listener.getLocalPort());
    }

    Map<Object, Object> members() {
        return Map.of(pid(), at());
    }

    private void run(Bug bug) {
        try {
            while (true) {
                Socket socket = listener.accept();
                synchronized (open) {
                    open.add(socket);
                }
                serve(socket, bug);
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(Socket socket, Bug bug) {
        try {
            bug.on(socket, read(socket));
        } catch (IOException | InterruptedException e) {
            // The other side has gone: the next one.
        }
    }

    private static @Nullable Object read(Socket socket) throws IOException {
        byte[] bytes = new byte[1_024];
        int count = socket.getInputStream().read(bytes);
        try {
            return PickleReader.read(java.util.Arrays.copyOf(bytes, Math.max(0, count)));
        } catch (io.roundtable.wire.pickle.PickleException e) {
            return null;
        }
    }

    static byte[] pickle(@Nullable Object value) {
        return PickleWriter.write(value);
    }

    /** Says this and closes, as a node does. */
    static void say(Socket socket, byte[]... messages) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] message : messages) {
            all.write(message);
        }
        socket.getOutputStream().write(all.toByteArray());
        socket.close();
    }

    static byte[] raw(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (open) {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}
