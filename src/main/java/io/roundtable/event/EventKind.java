package io.roundtable.event;

import java.util.Locale;

/** What can happen; the name in JSON is the lower-case one. */
public enum EventKind {
    /** A listener is open. Facts: address. */
    LISTENING,
    /** The GCD answered JOIN. Facts: gcd, members. */
    JOINED,
    /** The GCD refused JOIN. Facts: gcd, reason. */
    JOIN_REFUSED,
    /** The GCD does not answer; elections go on without it. Facts: gcd, reason. */
    GCD_LOST,
    /** A member was not known before. Facts: member, address. */
    MEMBER_LEARNED,
    /** An election of our own begins. Facts: reason. */
    ELECTION_STARTED,
    /** A different leader is known now. Facts: leader, reason. */
    LEADER_CHANGED,
    /** The leader does not answer. Facts: leader, reason. */
    LEADER_LOST,
    /** A message went out. Facts: kind, peer, message. */
    SENT,
    /** A message came in. Facts: kind, peer, message. */
    RECEIVED,
    /** A message was not answered or not delivered. Facts: kind, peer, reason. */
    NO_ANSWER,
    /** Feigned failure begins. Facts: mode, for_ms. */
    FEIGNING,
    /** Feigned failure ends. Facts: none. */
    RECOVERED,
    /** Input was refused and its socket closed. Facts: peer, reason. */
    BAD_INPUT,
    /** A member came to the GCD. Facts: member, address, dialect. */
    MEMBER_JOINED,
    /** A member's connection to the GCD ended. Facts: member, address. */
    MEMBER_GONE,
    /** A member said goodbye to the GCD, or was forgotten. Facts: member, reason. */
    MEMBER_LEFT,
    /** The process ends. Facts: none. */
    STOPPED;

    public String json() {
        return name().toLowerCase(Locale.ROOT);
    }
}
