package io.roundtable.simulation;

import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.JoinWords;
import io.roundtable.wire.LabSpeech;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A peer's connection to the GCD, with the manners of {@code peer.GcdClient}. */
final class GcdLine {
    private final SimulatedPeer peer;
    private final boolean offersNative;
    private @Nullable Socket line;
    private boolean isKept;
    private boolean joining;
    private long lastRequest;
    private final JoinWords words = new JoinWords(null);
    private Message.@Nullable Join lastJoin;
    private long lastTimeoutMs;

    GcdLine(SimulatedPeer peer, boolean offersNative) {
        this.peer = peer;
        this.offersNative = offersNative;
    }

    /** All sockets close, or a new process begins. */
    void reset() {
        Socket open = line;
        line = null;
        isKept = false;
        joining = false;
        if (open != null) {
            peer.world.network.close(open);
        }
    }

    void join(Message.Join join, long timeoutMs) {
        Socket socket = line;
        Frame frame;
        if (socket != null && isKept && socket.isOpen()) {
            frame = Frame.request(++lastRequest, join);
        } else {
            reset();
            socket = peer.world.network.connect(peer, peer.world.hosts.get(0).address, Socket.Role.GCD);
            line = socket;
            frame = Frame.lab(join, offersNative, LabSpeech.of(words.year()), join.self(), null);
        }
        lastJoin = join;
        lastTimeoutMs = timeoutMs;
        joining = true;
        peer.say(socket, frame, Traffic.JOIN);
        Socket asked = socket;
        peer.later(timeoutMs, () -> {
            if (asked == line && joining) {
                peer.world.network.close(asked);
                onClosed(asked);
            }
        });
    }

    void onFrame(Socket socket, Frame frame) {
        if (socket == line && isKept && !joining && frame.message() instanceof Message.Members news) {
            peer.onNews(news.members());
            return;
        }
        if (socket != line || !joining) {
            return;
        }
        joining = false;
        isKept = frame.isNative();
        if (!isKept) {
            line = null;
            peer.world.network.close(socket);
        }
        Message.Join join = lastJoin;
        if (frame.message() instanceof Message.Members members) {
            words.accepted();
            peer.onJoined(isKept ? members.members() : inItsWords(members.members()), isKept);
        } else if (frame.message() instanceof Message.Refusal refusal) {
            if (!isKept && join != null && words.tryOther(refusal.reason())) {
                join(join, lastTimeoutMs);
            } else {
                peer.onJoinRefused(refusal.reason());
            }
        } else {
            throw new Violation("wire", "the GCD answered " + frame.message().word());
        }
    }

    /** Everybody at a Python GCD speaks its words. */
    private List<Member> inItsWords(List<Member> members) {
        return members.stream().map(member -> member.as(words.year())).toList();
    }

    void onClosed(Socket socket) {
        if (socket == line) {
            line = null;
            isKept = false;
            joining = false;
            peer.onGcdLost("closed");
        }
    }
}
