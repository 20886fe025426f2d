package io.roundtable.simulation;

import io.roundtable.election.Effect;
import io.roundtable.election.NoAnswer;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.simulation.Socket.Pending;
import io.roundtable.wire.LabManners;
import io.roundtable.wire.LabParty;
import io.roundtable.wire.OkForm;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A peer's connections to others and its requests on them, with the manners of {@code peer.Links} and LabExchange. */
final class PeerLinks {
    /** As many requests may wait for their answers per member of the group. */
    private static final int OPEN_PER_MEMBER_MAX = 24;

    private static final int CONNECT_MS = 1_000;
    /** Who was told waits for the other side to close first, but no longer than this. */
    private static final int TOLD_MS = 1_000;

    private final SimulatedPeer peer;
    private final Network network;
    private final OkForm form;
    private final boolean speaksNative;
    final LabManners manners = new LabManners(null);
    /** Never iterated: its order would not be the same in two runs. */
    private final Map<Identity, List<Socket>> byMember = new HashMap<>();

    private long lastRequest;
    /** Questions to lab members may have to wait, so their numbers are not in order. */
    private final BitSet usedTokens = new BitSet();

    private int openRequests;
    /** Told apart from requests of before all sockets were closed, whose outcomes nobody wants. */
    private int epoch;

    PeerLinks(SimulatedPeer peer, OkForm form, boolean speaksNative) {
        this.peer = peer;
        this.network = peer.world.network;
        this.form = form;
        this.speaksNative = speaksNative;
    }

    void reset() {
        byMember.clear();
        openRequests = 0;
        epoch++;
    }

    void newMachine() {
        reset();
        usedTokens.clear();
    }

    void ask(Effect.Ask ask) {
        if (usedTokens.get((int) ask.token())) {
            throw new Violation("one outcome", "token " + ask.token() + " is used twice");
        }
        usedTokens.set((int) ask.token());
        if (++openRequests > OPEN_PER_MEMBER_MAX * peer.world.hosts.size()) {
            throw new Violation("bounded requests", peer + " waits for " + openRequests + " answers");
        }
        Traffic traffic = ask.message() instanceof Message.Probe ? Traffic.PROBE : Traffic.ELECTION;
        if (speaksNative && ask.to().isNative()) {
            Socket link = linkTo(ask.to());
            Pending pending = new Pending(ask.token(), ++lastRequest);
            link.pending.add(pending);
            peer.say(link, Frame.request(pending.requestId, ask.message()), traffic);
            limit(ask.timeoutMs(), link, pending, false);
        } else {
            Socket call = network.connect(peer, ask.to().address(), Socket.Role.LAB_CALL);
            call.member = ask.to().identity();
            Pending pending = new Pending(ask.token(), 0);
            call.pending.add(pending);
            peer.say(call, letter(ask.message(), ask.to()), traffic);
            if (ask.timeoutMs() > 0) {
                limit(ask.timeoutMs(), call, pending, true);
            } else {
                limitConnecting(call, pending);
            }
        }
    }

    private Frame letter(Message message, Member to) {
        return Frame.lab(message, speaksNative, manners.speechTo(to), peer.self(), LabParty.of(to));
    }

    /** The socket stays open once it is connected. */
    private void limitConnecting(Socket call, Pending pending) {
        int itsEpoch = epoch;
        peer.later(CONNECT_MS, () -> {
            if (!pending.isOver() && epoch == itsEpoch && !call.isConnected()) {
                call.pending.remove(pending);
                network.close(call);
                fail(pending, NoAnswer.REFUSED);
            }
        });
    }

    private void limit(long timeoutMs, Socket socket, Pending pending, boolean closes) {
        int itsEpoch = epoch;
        peer.later(timeoutMs, () -> {
            if (!pending.isOver() && epoch == itsEpoch) {
                socket.pending.remove(pending);
                if (closes) {
                    network.close(socket);
                }
                fail(pending, socket.isConnected() ? NoAnswer.SILENT : NoAnswer.REFUSED);
            }
        });
    }

    void tell(Effect.Tell tell) {
        if (speaksNative && tell.to().isNative()) {
            peer.say(linkTo(tell.to()), Frame.oneWay(++lastRequest, tell.message()), Traffic.COORDINATOR);
        } else {
            Socket socket = network.connect(peer, tell.to().address(), Socket.Role.LAB_TELL);
            socket.member = tell.to().identity();
            socket.pending.add(new Pending(tell.token(), 0));
            peer.say(socket, letter(tell.message(), tell.to()), Traffic.COORDINATOR);
            peer.later(TOLD_MS, () -> {
                network.close(socket);
                told(socket);
            });
        }
    }

    /** Says OK on a connection of its own. */
    void okApart(Member to) {
        Socket socket = network.connect(peer, to.address(), Socket.Role.LAB_TELL);
        peer.say(socket, letter(Message.Ok.BARE, to), Traffic.OK_TO_ELECTION);
        peer.later(TOLD_MS, () -> network.close(socket));
    }

    /** The other side of something that has no answer closed, or its time is over. */
    void told(Socket socket) {
        if (!socket.pending.isEmpty()) {
            Pending pending = socket.pending.remove(0);
            pending.end();
            peer.onTold(pending.token, socket.isConnected() ? null : NoAnswer.REFUSED);
        }
    }

    private Socket linkTo(Member to) {
        List<Socket> open = byMember.get(to.identity());
        if (open != null) {
            for (int i = 0; i < open.size(); i++) {
                if (open.get(i).isOpen()) {
                    return open.get(i);
                }
            }
        }
        Socket made = network.connect(peer, to.address(), Socket.Role.LINK);
        belongsTo(made, to.identity());
        peer.later(CONNECT_MS, () -> {
            if (!made.isConnected() && made.isOpen()) {
                network.close(made);
                onClosed(made);
            }
        });
        return made;
    }

    void belongsTo(Socket socket, Identity member) {
        Identity before = socket.member;
        if (member.equals(before)) {
            return;
        }
        if (before != null) {
            removeFrom(before, socket);
        }
        socket.member = member;
        byMember.computeIfAbsent(member, m -> new ArrayList<>(1)).add(socket);
    }

    private boolean removeFrom(Identity member, Socket socket) {
        List<Socket> left = byMember.get(member);
        if (left == null || !left.remove(socket)) {
            return false;
        }
        if (left.isEmpty()) {
            byMember.remove(member);
        }
        return left.isEmpty();
    }

    /** An answer on a kept connection. */
    void onAnswer(Socket socket, Frame frame) {
        List<Pending> waiting = socket.pending;
        for (int i = 0; i < waiting.size(); i++) {
            if (waiting.get(i).requestId == frame.requestId()) {
                Identity answerer = answerer(frame.message());
                if (answerer != null) {
                    // Perhaps another peer sits at that address now.
                    belongsTo(socket, answerer);
                }
                answered(waiting.remove(i), frame.message());
                return;
            }
        }
    }

    private void answered(Pending pending, Message message) {
        pending.end();
        openRequests--;
        peer.onAnswer(pending.token, message);
    }

    /** Whatever comes on a single-use socket. */
    void onCallFrame(Socket socket, Frame frame) {
        if (socket.pending.isEmpty()) {
            return;
        }
        Pending pending = socket.pending.remove(0);
        if (!frame.isNative()) {
            peer.heard(frame);
        }
        if (frame.isNative()) {
            socket.role = Socket.Role.LINK;
            Identity asked = socket.member;
            socket.member = null;
            if (asked != null && asked.equals(answerer(frame.message()))) {
                belongsTo(socket, asked);
            }
        } else {
            network.close(socket);
        }
        answered(pending, frame.message());
    }

    private static @Nullable Identity answerer(Message message) {
        Message.View view = message instanceof Message.Ok ok ? ok.view() : null;
        return view == null ? null : view.self().identity();
    }

    /** A connection of this peer ended, or was never made. */
    void onClosed(Socket socket) {
        if (socket.role == Socket.Role.LAB_TELL) {
            told(socket);
            return;
        }
        int itsEpoch = epoch;
        NoAnswer why = socket.isConnected() ? NoAnswer.CLOSED : NoAnswer.REFUSED;
        Identity member = socket.role == Socket.Role.LINK ? socket.member : null;
        boolean wasLast = member != null && removeFrom(member, socket);
        List<Pending> failed = List.copyOf(socket.pending);
        socket.pending.clear();
        for (Pending pending : failed) {
            if (epoch == itsEpoch) {
                fail(pending, why);
            }
        }
        if (wasLast && member != null && socket.isConnected() && epoch == itsEpoch) {
            peer.onDisconnected(member);
        }
    }

    private void fail(Pending pending, NoAnswer why) {
        pending.end();
        openRequests--;
        peer.onNoAnswer(pending.token, why);
    }

    OkForm form() {
        return form;
    }
}
