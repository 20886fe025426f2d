package io.roundtable.simulation;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.LabParty;
import io.roundtable.wire.LabSpeech;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What others ask of a peer and tell it, in both dialects, with the manners of {@code peer.Inbox}. */
final class PeerInbox {
    /** The number of every request: each is answered, if at all, before the next one comes. */
    static final long REQUEST = 1;

    private static final int UNSURE_MAX = 64;

    private final SimulatedPeer peer;
    private final PeerLinks links;

    private @Nullable Socket asker;
    private long askerRequest;
    private boolean askerIsNative;
    private Traffic askerTraffic = Traffic.OK_TO_PROBE;
    private @Nullable Frame asked;
    /** Lab members that may have closed the socket of their question; the newest few. */
    private final Map<Socket, Member> unsure = new LinkedHashMap<>();

    PeerInbox(SimulatedPeer peer, PeerLinks links) {
        this.peer = peer;
        this.links = links;
    }

    void onRequest(Socket socket, Frame frame) {
        asker = socket;
        askerRequest = frame.requestId();
        askerIsNative = frame.isNative() || (frame.offersNative() && peer.speaksNative());
        asked = frame;
        if (!askerIsNative) {
            peer.heard(frame);
        }
        Message message = frame.message();
        if (message instanceof Message.Election election) {
            askerTraffic = Traffic.OK_TO_ELECTION;
            onElection(socket, askerIsNative ? withSender(election) : election);
        } else if (message instanceof Message.Probe probe) {
            askerTraffic = Traffic.OK_TO_PROBE;
            if (probe.probe() != null) {
                links.belongsTo(socket, probe.probe().self().identity());
            }
            peer.onProbe(probe);
        } else if (message instanceof Message.Coordinator coordinator) {
            onCoordinator(socket, frame.isNative(), coordinator);
        } else if (message instanceof Message.Victory victory) {
            peer.world.network.close(socket);
            peer.onVictory(victory);
        } else if (message instanceof Message.Ok ok) {
            peer.world.network.close(socket);
            peer.onOkApart(ok);
        } else {
            throw new Violation("wire", peer + " was sent " + message.word());
        }
        asker = null;
        asked = null;
    }

    private void onElection(Socket socket, Message.Election election) {
        Member sender = election.sender();
        if (sender != null) {
            links.belongsTo(socket, sender.identity());
        }
        peer.onElection(election);
    }

    /** In a pickle the sender names itself first. */
    private static Message.Election withSender(Message.Election election) {
        if (election.sender() != null || election.members().isEmpty()) {
            return election;
        }
        Member sender = election.members().get(0).as(Dialect.NATIVE);
        return new Message.Election(sender, election.members(), false);
    }

    private void onCoordinator(Socket socket, boolean inNative, Message.Coordinator coordinator) {
        Member leader = coordinator.leader();
        if (inNative) {
            links.belongsTo(socket, leader.identity());
        } else {
            peer.world.network.close(socket);
        }
        // A pickle that offers native comes from a native leader.
        peer.onCoordinator(
                askerIsNative
                        ? new Message.Coordinator(leader.as(Dialect.NATIVE), coordinator.members())
                        : coordinator);
    }

    /** Answers the request that is being handled. */
    void answer(Message message) {
        Socket socket = asker;
        if (socket == null) {
            return;
        }
        if (askerIsNative) {
            peer.say(socket, Frame.answer(askerRequest, message), askerTraffic);
        } else {
            answerLab(socket, message);
        }
    }

    private void answerLab(Socket socket, Message message) {
        Frame question = asked;
        LabParty party = question == null ? null : question.party();
        Member member = party == null ? null : peer.memberWith(party);
        boolean isElection = askerTraffic == Traffic.OK_TO_ELECTION;
        if (isElection && member != null && links.manners.takesOkApart(member.identity())) {
            peer.world.network.close(socket);
            links.okApart(member);
            return;
        }
        if (isElection && member != null) {
            if (unsure.size() >= UNSURE_MAX) {
                unsure.remove(unsure.keySet().iterator().next());
            }
            unsure.put(socket, member);
        }
        LabSpeech speech = question == null ? LabSpeech.PLAIN : question.speech();
        if (member != null) {
            speech = speech.withYear(links.manners.speechTo(member).year());
        } else if (!isElection) {
            speech = speech.withYear(peer.yearOfProbers());
        }
        peer.say(socket, Frame.lab(message, peer.speaksNative(), speech, peer.self(), party), askerTraffic);
        peer.world.network.close(socket);
    }

    /**
     * Our answer came to a socket that the asker had closed.
     *
     * @return whether it was given on another connection
     */
    boolean onReset(Socket socket) {
        Member member = unsure.remove(socket);
        if (member == null || peer.isFeigning()) {
            return false;
        }
        links.manners.noteTakesOkApart(member.identity());
        links.okApart(member);
        return true;
    }
}
