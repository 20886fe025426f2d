package io.roundtable.simulation;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Identity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One end of a simulated connection. Frames keep their order within it, and within it only. */
final class Socket {
    /** What its owner made it for. */
    enum Role {
        /** Accepted, or made to a native member: frames go both ways. */
        LINK,
        /** One request to a lab member. */
        LAB_CALL,
        /** One message to a lab member that has no answer. */
        LAB_TELL,
        /** To the GCD. */
        GCD
    }

    final Host owner;
    final Address to;
    Role role;
    /** Of its owner: a socket does not outlive its process. */
    final int life;

    /** Who is at the other end, once that is known. */
    @Nullable
    Identity member;
    /** The requests that wait for an answer here, oldest first. */
    final List<Pending> pending = new ArrayList<>(2);

    private @Nullable Socket other;
    private boolean connected;
    private boolean open = true;
    private boolean closesAfterQueue;
    private long drainsUntilMicros;

    /** When the last frame to this end arrives, so that the next one comes after it. */
    long lastArrivalMicros;
    /** What could not come through; delivered in order once the network lets it. */
    final Deque<Frame> held = new ArrayDeque<>(0);
    /** What was said before the connection was made. */
    final Deque<Frame> queued = new ArrayDeque<>(0);

    Socket(Host owner, Address to, Role role) {
        this.owner = owner;
        this.to = to;
        this.role = role;
        this.life = owner.life();
    }

    @Nullable
    Socket other() {
        return other;
    }

    void pairWith(Socket end) {
        other = end;
    }

    boolean isConnected() {
        return connected;
    }

    void connected() {
        connected = true;
    }

    boolean isOpen() {
        return open;
    }

    void shut() {
        open = false;
    }

    /** Until then the owner still reads, and drops, what comes in; afterwards the system resets the connection. */
    void drainUntil(long micros) {
        drainsUntilMicros = micros;
    }

    boolean drains(long nowMicros) {
        return nowMicros < drainsUntilMicros;
    }

    void closeAfterQueue() {
        closesAfterQueue = true;
    }

    boolean isClosedAfterQueue() {
        return closesAfterQueue;
    }

    /** Whether its process is still there. */
    boolean isAlive() {
        return owner.life() == life;
    }

    /** A request without its answer. */
    static final class Pending {
        final long token;
        final long requestId;
        private boolean over;

        Pending(long token, long requestId) {
            this.token = token;
            this.requestId = requestId;
        }

        boolean isOver() {
            return over;
        }

        /** Its one outcome came. */
        void end() {
            if (over) {
                throw new Violation("one outcome", "request " + token + " ends twice");
            }
            over = true;
        }
    }
}
