package io.roundtable.peer;

import io.roundtable.event.EventKind;
import io.roundtable.event.EventLog;
import io.roundtable.event.Fact;
import io.roundtable.net.Connection;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Message;
import java.util.function.BooleanSupplier;

/**
 * Reports messages as {@code sent} and {@code received}, with an id that both sides see: the request's number in native
 * frames; in lab exchanges the two ends of the single-use socket, asking end first, and the message's place.
 */
public final class MessageLog {
    private final EventLog log;
    private final BooleanSupplier isWanted;
    private final boolean showsProbes;

    /** @param showsProbes whether native probes and their answers are reported, many a second */
    public MessageLog(EventLog log, BooleanSupplier isWanted, boolean showsProbes) {
        this.log = log;
        this.isWanted = isWanted;
        this.showsProbes = showsProbes;
    }

    /** A native message; an answer has its request's number. */
    public void nativeMessage(EventKind kind, Message message, Object peer, long requestId, boolean aboutProbe) {
        if (isWanted.getAsBoolean() && !(message instanceof Control) && (showsProbes || !aboutProbe)) {
            report(kind, message, peer, Long.toHexString(requestId));
        }
    }

    /** @param peer whom the message went to or came from: an identity where it is known, else an address */
    public void labMessage(EventKind kind, Message message, Object peer, Connection connection, boolean weAsked) {
        if (isWanted.getAsBoolean()) {
            String ends = weAsked
                    ? connection.local() + ">" + connection.remote()
                    : connection.remote() + ">" + connection.local();
            boolean isAnswer = weAsked == (kind == EventKind.RECEIVED);
            report(kind, message, peer, ends + (isAnswer ? "#2" : "#1"));
        }
    }

    private void report(EventKind kind, Message message, Object peer, String id) {
        log.report(kind, Fact.of("kind", message.word()), Fact.of("peer", peer), Fact.of("message", id));
    }
}
