package io.roundtable.role;

import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.io.IOException;
import java.util.Optional;

/**
 * Something that a peer does beside electing. It hears from its peer, on the loop's thread, what bears on that; everything
 * that is said here and does not concern it, it need not hear. A role knows no other one: what one has for others, it
 * offers by an interface of a package below ({@link Offers}), and what it wants from others it sends as a message, to its own
 * peer too ({@link Peers}).
 */
public interface Role {
    /**
     * Says which messages come to this role; called once, before the start.
     *
     * @param fromOthers what other peers, clients and this peer's own roles send
     * @param fromGcd what the GCD says by itself
     */
    default void register(MessageTable fromOthers, MessageTable fromGcd) {}

    /**
     * The peer's listener is open, and it is about to join.
     *
     * @throws IOException if something that the role needs cannot be had, such as a port; the peer does not start then
     */
    default void start(Member self) throws IOException {}

    /** The peer ends; its sockets are open yet. */
    default void stop() {}

    /** The election may have come out differently: see {@link ElectionOutcome}. Often, and mostly it has not. */
    default void onElection() {}

    /** The peer begins to feign failure, and so does nothing that others could notice, or has recovered. */
    default void onFeigning(boolean feigns) {}

    /** Somebody manages now, nobody does, or the same one does but may not remember what it was told. */
    default void onManager(Optional<Member> manager) {}

    /** The connection to the GCD is there and takes questions, or is lost. */
    default void onGcd(boolean isConnected) {}

    /** The last connection to a peer broke. */
    default void onPeerGone(Identity peer) {}
}
