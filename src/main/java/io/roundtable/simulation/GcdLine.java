package io.roundtable.simulation;

import io.roundtable.protocol.Message;
import org.jspecify.annotations.Nullable;

/** A peer's connection to the GCD, with the manners of {@code peer.GcdClient}. */
final class GcdLine {
    private final SimulatedPeer peer;
    private final boolean offersNative;
    private @Nullable Socket line;
    private boolean isKept;
    private boolean joining;
    private long lastRequest;

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
            frame = Frame.lab(join, offersNative);
        }
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
        if (socket != line || !joining) {
            return;
        }
        joining = false;
        isKept = frame.isNative();
        if (!isKept) {
            line = null;
            peer.world.network.close(socket);
        }
        if (frame.message() instanceof Message.Members members) {
            peer.onJoined(members.members(), isKept);
        } else if (frame.message() instanceof Message.Refusal refusal) {
            peer.onJoinRefused(refusal.reason());
        } else {
            throw new Violation("wire", "the GCD answered " + frame.message().word());
        }
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
