package io.roundtable.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.roundtable.protocol.Message;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.WireException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Keeps what a handler is told; does one thing with each message. */
final class Recorder implements ConnectionHandler {
    static final BiConsumer<Connection, Inbound> NOTHING = (connection, message) -> {};
    static final BiConsumer<Connection, Inbound> UPGRADE = (connection, message) -> connection.upgrade();

    private static final int PATIENCE_MS = 10_000;

    final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<String> faults = new LinkedBlockingQueue<>();
    final BlockingQueue<CloseReason> ends = new LinkedBlockingQueue<>();
    private final BiConsumer<Connection, Inbound> action;

    Recorder(BiConsumer<Connection, Inbound> action) {
        this.action = action;
    }

    @Override
    public void onMessage(Connection connection, Inbound message) {
        messages.add(message.message());
        action.accept(connection, message);
    }

    @Override
    public void onBadInput(Connection connection, WireException fault) {
        faults.add(String.valueOf(fault.getMessage()));
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        ends.add(reason);
    }

    Message message() throws InterruptedException {
        return required(messages.poll(PATIENCE_MS, TimeUnit.MILLISECONDS), "no message came");
    }

    CloseReason end() throws InterruptedException {
        return required(ends.poll(PATIENCE_MS, TimeUnit.MILLISECONDS), "the connection did not end");
    }

    void assertEnds(CloseReason reason) throws InterruptedException {
        assertEquals(reason, end());
    }

    private static <T> T required(T value, String otherwise) {
        assertNotNull(value, otherwise);
        return value;
    }
}
