package io.roundtable.event;

import java.util.Locale;

/** What can happen; the name in JSON is the lower-case one. */
public enum EventKind {
    /** A listener is open. Facts: address or dss_port. */
    LISTENING,
    /** The GCD answered JOIN. Facts: members. */
    JOINED,
    /** The GCD refused JOIN. Facts: reason. */
    JOIN_REFUSED,
    /** The GCD is not there yet; the peer waits for it and joins when it comes. Facts: reason. */
    GCD_AWAITED,
    /** The GCD does not answer; elections go on without it. Facts: reason. */
    GCD_LOST,
    /** Peers on other machines cannot reach this one at the address that it advertises. Facts: address, reason. */
    UNREACHABLE,
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
    /**
     * A lab member was asked and did not answer (silent, closed, refused), or could not be told. Facts: peer, to, waited, reason,
     * hint.
     */
    NO_ANSWER(true),
    /** A lab member answered with what is no OK, or left something out of it. Facts: peer, to, reason, got, expected, hint. */
    BAD_ANSWER(true),
    /** A lab member answered after the time limit. Facts: peer, to, waited, got, hint. */
    LATE_ANSWER(true),
    /** More came on a lab socket than the exchange has. Facts: peer, may_be, to or in, got, hint. */
    EXTRA_MESSAGE(true),
    /** A lab member answered in the word of another year than that of the question. Facts: peer, to, got, expected, hint. */
    OTHER_YEAR(true),
    /** Lab members say OK, round after round, and nobody announces itself. Facts: peer, reason, hint. */
    NO_COORDINATOR(true),
    /** A lab member announced itself while a higher one leads. Facts: peer, may_be, leader, hint. */
    WRONG_LEADER(true),
    /** A lab member names a listener that others do not reach. Facts: peer, address, hint. */
    BAD_ADDRESS(true),
    /** Somebody connected and said nothing until the time limit. Facts: peer, may_be, waited, hint. */
    NO_MESSAGE(true),
    /** A lab member has not read the answer to its JOIN and closed. Facts: peer, to, waited, hint. */
    NOT_CLOSED(true),
    /** Feigned failure begins. Facts: mode, for_ms. */
    FEIGNING,
    /** Feigned failure ends. */
    RECOVERED,
    /**
     * What came in is no message, or something in it is malformed and was left out. Facts: peer, may_be, in, reason, got, expected,
     * hint.
     */
    BAD_INPUT(true),
    /** A member came to the GCD. Facts: member, address, dialect. */
    MEMBER_JOINED,
    /** A member's connection to the GCD ended. Facts: member, address. */
    MEMBER_GONE,
    /** A member said goodbye to the GCD, or was forgotten. Facts: member, reason. */
    MEMBER_LEFT,
    /** The GCD has its catalog and takes changes, in the folder that it is kept in. Facts: data. */
    CATALOG_OPENED,
    /**
     * The GCD's catalog cannot be used yet, for the log ports of the group's GCDs that do not answer; all or a majority of
     * the group is needed. Facts: for, needed.
     */
    CATALOG_WAITING,
    /** This peer manages from now on. Facts: epoch. */
    MANAGING,
    /** This peer does not manage any more. Facts: epoch, reason. */
    MANAGING_ENDED,
    /** The manager has heard of a disk that was not there. Facts: disk, host. */
    DISK_ARRIVED,
    /** The manager does not hear of a disk any more. Facts: disk, reason. */
    DISK_LEFT,
    /** A Free disk takes the place of a lost one. Facts: volume, position, lost, disk. */
    DISK_REPLACED,
    /** A share is broken or gone and will be computed again. Facts: volume, file, disk, reason. */
    SHARE_LOST,
    /** The manager knows this peer's disk by this name. Facts: disk. */
    DISK_NAMED,
    /** Something is wrong with this peer's disk. Facts: reason. */
    DISK_PROBLEM,
    /** Every file of a volume is whole again. Facts: volume, shares. */
    VOLUME_REPAIRED,
    /** With --force somebody did what is its owner's. Facts: what, owner, user. */
    FORCED,
    /** So many events are missing here: whoever reads them, or the disk of the log file, was too slow. Facts: count. */
    EVENTS_MISSING,
    /** The process ends. */
    STOPPED;

    private final boolean isFault;

    EventKind() {
        this(false);
    }

    EventKind(boolean isFault) {
        this.isFault = isFault;
    }

    /** Whether it is about what somebody else does wrong, perhaps many times a second: see {@link FaultLog}. */
    public boolean isFault() {
        return isFault;
    }

    public String json() {
        return name().toLowerCase(Locale.ROOT);
    }
}
