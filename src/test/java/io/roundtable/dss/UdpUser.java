package io.roundtable.dss;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A user's socket: one datagram out, one back. */
final class UdpUser implements AutoCloseable {
    private static final int PATIENCE_MS = 20_000;
    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final DatagramSocket socket;
    private final int port;

    /** @param port of the group or disk that is talked to */
    UdpUser(int port) throws IOException {
        this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        this.port = port;
        socket.setSoTimeout(PATIENCE_MS);
    }

    int localPort() {
        return socket.getLocalPort();
    }

    /** @param args names and values in turn */
    JsonNode call(String cmd, Object... args) throws IOException {
        return callAt(port, cmd, args);
    }

    JsonNode callAt(int otherPort, String cmd, Object... args) throws IOException {
        send(otherPort, command(cmd, args));
        return receive();
    }

    /** The answer must be a success. */
    JsonNode ask(String cmd, Object... args) throws IOException {
        return askAt(port, cmd, args);
    }

    JsonNode askAt(int otherPort, String cmd, Object... args) throws IOException {
        JsonNode answer = callAt(otherPort, cmd, args);
        if (!answer.get("status").stringValue().equals("SUCCESS")) {
            throw new AssertionError(cmd + Arrays.toString(args) + " was refused: " + answer);
        }
        return answer;
    }

    /** The answer must be a failure; its error. */
    String error(String cmd, Object... args) throws IOException {
        return error(call(cmd, args));
    }

    static String error(JsonNode answer) {
        if (!answer.get("status").stringValue().equals("FAILURE")) {
            throw new AssertionError("not refused: " + answer);
        }
        return answer.get("error").stringValue();
    }

    /** As {@link #error}, but in our own words where there are some besides the protocol's. */
    static String told(JsonNode answer) {
        String error = error(answer);
        return answer.has("detail") ? answer.get("detail").stringValue() : error;
    }

    static byte[] command(String cmd, Object... args) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            fields.put((String) args[i], args[i + 1]);
        }
        Map<String, Object> datagram = new LinkedHashMap<>();
        datagram.put("cmd", cmd);
        datagram.put("args", fields);
        return MAPPER.writeValueAsBytes(datagram);
    }

    void send(byte[] bytes) throws IOException {
        send(port, bytes);
    }

    void send(int otherPort, byte[] bytes) throws IOException {
        socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), otherPort));
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    JsonNode receive() throws IOException {
        return MAPPER.readTree(receiveBytes());
    }

    byte[] receiveBytes() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    /** Whether nothing comes for a moment. */
    boolean isSilent(int forMs) throws IOException {
        socket.setSoTimeout(forMs);
        try {
            receive();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(PATIENCE_MS);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
