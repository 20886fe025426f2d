package io.roundtable.simulation;

import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.LabParty;
import io.roundtable.wire.LabSpeech;
import io.roundtable.wire.OkForm;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a Python node says: each message on a socket of its own, in the words and on the ways of its {@link Habit}s. */
final class PythonVoice {
    private final PythonNode node;
    private final LabSpeech speech;
    private final OkForm form;
    private final int answerMs;
    /** Sockets with a PROBE that is never answered; never iterated. */
    private final Set<Socket> unanswered = new HashSet<>();
    /** Sockets of own PROBEs that were not answered in time; never iterated. */
    private final Set<Socket> endless = new HashSet<>();

    private long said;

    /** @param answerMs how long it waits for an answer */
    PythonVoice(PythonNode node, Set<Habit> habits, int answerMs) {
        this.node = node;
        this.speech = Habit.speech(habits);
        this.form = Habit.okForm(habits);
        this.answerMs = answerMs;
    }

    void newLife() {
        unanswered.clear();
        endless.clear();
    }

    int answerMs() {
        return answerMs;
    }

    /** How many messages of an election it has sent. */
    long said() {
        return said;
    }

    /** Whether its announcements are lists of members. */
    boolean announcesLists() {
        return speech.victory() == LabSpeech.Victory.LIST && !node.has(Habit.F25);
    }

    // ---- asking and telling

    Socket call(Member to, Message message, Traffic traffic) {
        Socket.Role role = traffic == Traffic.COORDINATOR ? Socket.Role.LAB_TELL : Socket.Role.LAB_CALL;
        Socket socket = network().connect(node, to.address(), role);
        socket.member = to.identity();
        say(socket, message, traffic, LabParty.of(to));
        if (traffic == Traffic.COORDINATOR || (traffic == Traffic.ELECTION && node.has(Habit.OK_APART))) {
            network().closeAfterSending(socket);
        }
        node.later(answerMs, () -> expire(socket));
        return socket;
    }

    private void expire(Socket socket) {
        if (!socket.isOpen()) {
            return;
        }
        if (node.isMute() && !socket.pending.isEmpty()) {
            // Such nodes never close a PROBE, neither their own.
            endless.add(socket);
        } else {
            network().close(socket);
        }
        node.failed(socket);
    }

    /** Whether nobody waits for it any more, though it was left open. */
    boolean wasGivenUp(Socket socket) {
        return endless.remove(socket);
    }

    private void say(Socket socket, Message message, Traffic traffic, @Nullable LabParty to) {
        World world = node.world;
        world.sent(node, traffic, socket);
        said += traffic == Traffic.ELECTION || traffic == Traffic.COORDINATOR ? 1 : 0;
        if (world.trace.keepsText()) {
            world.trace.text(world.nowMicros(), node.toString(), "-> " + traffic.text() + " to " + socket.to);
        }
        network().send(socket, Frame.lab(message, false, speech, node.self(), to), form);
    }

    // ---- answering

    /** @param asker where an OK goes on a connection of its own; null if that is not known */
    void answerElection(Socket socket, Frame frame, @Nullable Member asker) {
        if (node.has(Habit.NEVER_SAYS_OK)) {
            network().close(socket);
        } else if (node.has(Habit.OK_APART) && asker != null) {
            network().close(socket);
            Socket own = network().connect(node, asker.address(), Socket.Role.LAB_TELL);
            say(own, Message.Ok.BARE, Traffic.OK_TO_ELECTION, LabParty.of(asker));
            network().closeAfterSending(own);
        } else {
            say(socket, Message.Ok.BARE, Traffic.OK_TO_ELECTION, frame.party());
            network().close(socket);
        }
    }

    /** @return whether it does */
    boolean answersProbe(Socket socket, Frame frame) {
        if (node.isMute()) {
            unanswered.add(socket);
            return false;
        }
        say(socket, Message.Ok.BARE, Traffic.OK_TO_PROBE, frame.party());
        network().close(socket);
        return true;
    }

    /** Whether that was a PROBE which it has left unanswered until now. */
    boolean leftUnanswered(Socket socket) {
        return unanswered.remove(socket);
    }

    private Network network() {
        return node.world.network;
    }
}
