package io.roundtable.peer;

import io.roundtable.event.EventKind;
import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.EventLoop;
import io.roundtable.net.InputFaults;
import io.roundtable.net.Listener;
import io.roundtable.net.SocketState;
import io.roundtable.protocol.ClassTable;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.role.MessageTable;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabAdvice;
import io.roundtable.wire.WireException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** What others send to one peer: tells requests of both dialects apart and hands them to the machine. */
class Inbox implements ConnectionHandler {
    private final PeerNode peer;
    private final Links links;
    private final Outgoing outgoing;
    private final MessageLog log;
    private final InputFaults faults;
    private final ControlDesk desk;
    private final EventLoop loop;
    private final MessageTable takers;
    private final boolean speaksNative;
    private final ClassTable<Message, BiConsumer<Connection, Inbound>> nativeElection = new ClassTable<>();
    private final ClassTable<Message, BiConsumer<Request, Message>> labElection = new ClassTable<>();
    private final Set<Connection> accepted = new LinkedHashSet<>();

    /** @param takers of all native messages that are not about elections */
    Inbox(
            EventLoop loop,
            PeerNode peer,
            Links links,
            Outgoing outgoing,
            MessageLog log,
            InputFaults faults,
            ControlDesk desk,
            MessageTable takers,
            boolean speaksNative) {
        this.loop = loop;
        this.peer = peer;
        this.links = links;
        this.outgoing = outgoing;
        this.log = log;
        this.faults = faults;
        this.desk = desk;
        this.takers = takers;
        this.speaksNative = speaksNative;
        nativeElection.put(Message.Election.class, this::onElection);
        nativeElection.put(Message.Probe.class, this::onProbe);
        nativeElection.put(Message.Coordinator.class, this::onCoordinator);
        labElection.put(Message.Election.class, this::onLabElection);
        labElection.put(Message.Probe.class, (request, probe) -> peer.onProbe(request, (Message.Probe) probe));
        labElection.put(Message.Coordinator.class, this::onLabCoordinator);
        labElection.put(Message.Victory.class, this::onLabVictory);
        labElection.put(Message.Ok.class, this::onLabOk);
    }

    @Override
    public void onAccepted(Connection connection) {
        accepted.add(connection);
        if (isIgnoring()) {
            connection.hold();
        }
    }

    /** From now on all is ignored: a stopped process would not close anything either, however long it takes. */
    void beginIgnoring() {
        accepted.stream().filter(Inbox::isAsking).forEach(Connection::hold);
    }

    /** Whoever asked meanwhile gets no answer any more. */
    void endIgnoring() {
        List.copyOf(accepted).stream()
                .filter(Inbox::isAsking)
                .forEach(connection -> connection.close(CloseReason.CLOSED));
    }

    boolean isIgnoring() {
        return peer.isIgnoring();
    }

    private static boolean isAsking(Connection connection) {
        return connection.state() == SocketState.WAIT_MESSAGE;
    }

    @Override
    public void onMessage(Connection connection, Inbound inbound) {
        if (!inbound.isNative()) {
            onLab(connection, inbound);
        } else if (inbound.kind() == FrameKind.ANSWER) {
            connection.upgrade();
            links.onAnswer(inbound);
        } else {
            connection.upgrade();
            onNative(connection, inbound);
        }
    }

    void onNative(Connection connection, Inbound inbound) {
        Message message = inbound.message();
        if (message instanceof Control control) {
            desk.onControl(connection, inbound.requestId(), control);
            return;
        }
        if (isIgnoring()) {
            return;
        }
        Optional<BiConsumer<Connection, Inbound>> election = nativeElection.get(message);
        if (election.isPresent()) {
            election.get().accept(connection, inbound);
            return;
        }
        Incoming call = new Incoming(loop, links, connection, inbound.kind(), inbound.requestId(), this::isIgnoring);
        if (!takers.take(message, call)) {
            refuse(connection, inbound);
        }
    }

    private void onElection(Connection connection, Inbound inbound) {
        Message.Election election = (Message.Election) inbound.message();
        if (election.sender() == null) {
            refuse(connection, inbound);
            return;
        }
        received(connection, inbound, election.sender());
        peer.onElection(Request.ofNative(connection, inbound.requestId(), false), election);
    }

    private void onProbe(Connection connection, Inbound inbound) {
        Message.Probe probe = (Message.Probe) inbound.message();
        if (probe.probe() != null) {
            received(connection, inbound, probe.probe().self());
        }
        peer.onProbe(Request.ofNative(connection, inbound.requestId(), true), probe);
    }

    private void onCoordinator(Connection connection, Inbound inbound) {
        Message.Coordinator coordinator = (Message.Coordinator) inbound.message();
        received(connection, inbound, coordinator.leader());
        peer.onCoordinator(coordinator);
    }

    private void received(Connection connection, Inbound inbound, Member sender) {
        links.belongsTo(connection, sender.identity());
        boolean aboutProbe = inbound.message() instanceof Message.Probe;
        log.nativeMessage(EventKind.RECEIVED, inbound.message(), sender.identity(), inbound.requestId(), aboutProbe);
    }

    private void refuse(Connection connection, Inbound inbound) {
        String reason = "a peer takes no " + inbound.message().word();
        faults.refused(connection, inbound, reason, null);
        outgoing.answerNative(connection, inbound.requestId(), new Message.Refusal(reason));
    }

    private void onLab(Connection connection, Inbound inbound) {
        Message message = inbound.message();
        if (isIgnoring()) {
            return;
        }
        faults.look(connection, inbound);
        peer.onHeard(inbound);
        log.labMessage(EventKind.RECEIVED, message, connection.remote(), connection, false);
        boolean offered = inbound.offersNative() && speaksNative;
        Request request = Request.ofLab(connection, inbound, offered, message instanceof Message.Probe);
        labElection
                .get(message)
                .ifPresentOrElse(taker -> taker.accept(request, message), () -> refuseLab(connection, inbound));
    }

    private void onLabElection(Request request, Message message) {
        Message.Election election = (Message.Election) message;
        peer.onElection(request, request.inNative() ? withSender(request.connection(), election) : election);
    }

    private void onLabCoordinator(Request request, Message message) {
        Message.Coordinator coordinator = (Message.Coordinator) message;
        request.connection().done();
        peer.onCoordinator(
                request.inNative()
                        ? new Message.Coordinator(coordinator.leader().as(Dialect.NATIVE), coordinator.members())
                        : coordinator);
    }

    private void onLabVictory(Request request, Message victory) {
        request.connection().done();
        peer.onVictory((Message.Victory) victory);
    }

    private void onLabOk(Request request, Message ok) {
        request.connection().done();
        peer.onOkApart((Message.Ok) ok);
    }

    private void refuseLab(Connection connection, Inbound inbound) {
        Message message = inbound.message();
        boolean isText = message instanceof Message.Refusal;
        String what = isText ? "a text alone is no message" : "a peer takes no " + message.word();
        faults.refused(connection, inbound, what, LabAdvice.ofQuestion(inbound, what));
        outgoing.answer(
                Request.ofLab(connection, inbound, false, false),
                new Message.Refusal("Unexpected message: " + message.word()));
    }

    /** A native peer that does not know us yet names itself first. */
    private Message.Election withSender(Connection connection, Message.Election election) {
        List<Member> members = election.members();
        if (members.isEmpty()) {
            return election;
        }
        Member sender = members.get(0).as(Dialect.NATIVE);
        links.belongsTo(connection, sender.identity());
        return new Message.Election(sender, members, false);
    }

    @Override
    public void onBadInput(Connection connection, WireException fault) {
        faults.malformed(connection, fault);
        String refusal = fault.refusal();
        if (refusal != null && connection.isOpen()) {
            outgoing.refuseBadInput(connection, fault, refusal);
        }
    }

    @Override
    public void onCutOff(Connection connection, WireException fault) {
        if (!isIgnoring()) {
            faults.malformed(connection, fault);
        }
    }

    @Override
    public void onAfterwards(Connection connection, String shown) {
        if (!isIgnoring()) {
            faults.moreCame(connection, shown);
        }
    }

    @Override
    public void onUnread(Connection connection) {
        if (!isIgnoring()) {
            outgoing.onUnread(connection);
        }
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        if (reason == CloseReason.ENDED && !isIgnoring()) {
            // Only somebody whose answer could not be written is still on the list.
            outgoing.onUnread(connection);
        }
        if (reason == CloseReason.EXPIRED && connection.isBlank()) {
            faults.nothingCame(connection, Listener.FIRST_MESSAGE_MS);
        }
        accepted.remove(connection);
        desk.onClosed(connection);
        links.onClosed(connection);
    }

    void closeAll() {
        List.copyOf(accepted).forEach(connection -> connection.close(CloseReason.CLOSED));
        accepted.clear();
    }
}
