package io.roundtable.peer;

import io.roundtable.election.NoAnswer;
import io.roundtable.event.EventKind;
import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Message;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.WireException;

/** One request to a lab member on its single-use socket, which becomes a kept one if the member answers in native. */
final class LabExchange implements ConnectionHandler {
    private final Links links;
    private final Links.Listener listener;
    private final MessageLog log;
    private final AnswerFaults faults;
    private final AnswerFaults.Said said;
    private final long token;
    private boolean over;
    private boolean answered;
    private boolean kept;

    LabExchange(
            Links links,
            Links.Listener listener,
            MessageLog log,
            AnswerFaults faults,
            AnswerFaults.Said said,
            long token) {
        this.links = links;
        this.listener = listener;
        this.log = log;
        this.faults = faults;
        this.said = said;
        this.token = token;
    }

    @Override
    public void onMessage(Connection connection, Inbound inbound) {
        if (kept) {
            links.handler().onMessage(connection, inbound);
            return;
        }
        if (over) {
            return;
        }
        over = true;
        answered = true;
        Identity to = said.member();
        faults.answered(said, inbound);
        listener.onHeard(inbound);
        log.labMessage(EventKind.RECEIVED, inbound.message(), to, connection, true);
        if (inbound.isNative()) {
            kept = true;
            connection.upgrade();
            boolean isWhomWeAsked = inbound.message() instanceof Message.Ok ok
                    && ok.view() != null
                    && ok.view().self().identity().equals(to);
            if (isWhomWeAsked) {
                links.belongsTo(connection, to);
            }
        } else {
            connection.done();
        }
        listener.onAnswer(token, inbound.message());
    }

    @Override
    public void onBadInput(Connection connection, WireException fault) {
        if (kept) {
            listener.onBadInput(connection, fault);
        } else {
            answered = true;
            faults.malformed(said, fault);
        }
    }

    @Override
    public void onCutOff(Connection connection, WireException fault) {
        answered = true;
        faults.malformed(said, fault);
    }

    @Override
    public void onAfterwards(Connection connection, String shown) {
        faults.afterwards(said, answered, shown);
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        if (kept) {
            links.handler().onClosed(connection, reason);
        } else if (!over) {
            over = true;
            if (!answered) {
                faults.none(said, reason);
            }
            listener.onNoAnswer(token, outcome(reason));
        }
    }

    static NoAnswer outcome(CloseReason reason) {
        return switch (reason) {
            case REFUSED, UNKNOWN_HOST, CONNECT_EXPIRED -> NoAnswer.REFUSED;
            case EXPIRED -> NoAnswer.SILENT;
            default -> NoAnswer.CLOSED;
        };
    }
}
