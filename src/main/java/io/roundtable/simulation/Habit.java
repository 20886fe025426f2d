package io.roundtable.simulation;

import io.roundtable.protocol.Dialect;
import io.roundtable.wire.LabSpeech;
import io.roundtable.wire.OkForm;
import java.util.Set;

/** What Python nodes of the course do differently from each other; any of them may come together. */
enum Habit {
    /** OK is a bare text. */
    TEXT_OK,
    /** COORDINATOR names all members, dead and higher ones too. */
    NAMES_ALL,
    /** COORDINATOR holds the victor's identity alone. */
    NAMES_IDENTITY,
    /** COORDINATOR holds the victor's identity and address. */
    NAMES_MEMBER,
    /** ELECTION is a triple with the sender's identity. */
    NAMES_SENDER,
    /** Closes the socket of its question at once; an OK goes over a new connection to the asker's listener. */
    OK_APART,
    /** The words of f23 and f24. */
    F24,
    /** The words of f25. */
    F25,
    /** Sender and receiver stand beside every message. */
    IN_ENVELOPE,
    /** PROBE is a tuple of one. */
    BARE_PROBE,
    /** Never answers PROBE and never closes; its loop spins once the other side has closed such a socket. */
    MUTE,
    /** Announces itself at once whenever it is asked while it leads. */
    ANNOUNCES_WHEN_ASKED,
    /** Joins again at the GCD before each election. */
    JOINS_AGAIN,
    /** Joins, accepts connections, and does nothing else. */
    HANGS,
    /** Takes the first member of a COORDINATOR for the leader. */
    TAKES_FIRST,
    /** Dies when a connection is reset. */
    DIES_OF_RESET,
    /** Dies of two messages of one sender in one round of select, and of one whose sender has closed already. */
    DIES_OF_BURST,
    /** Never says OK to anything: whoever asks is answered by an announcement at best. */
    NEVER_SAYS_OK;

    static Dialect year(Set<Habit> habits) {
        return habits.contains(F25) ? Dialect.F25 : habits.contains(F24) ? Dialect.F24 : Dialect.LAB;
    }

    static OkForm okForm(Set<Habit> habits) {
        return habits.contains(TEXT_OK) ? OkForm.TEXT : OkForm.PAIR;
    }

    static LabSpeech speech(Set<Habit> habits) {
        LabSpeech.Victory victory = habits.contains(NAMES_IDENTITY)
                ? LabSpeech.Victory.IDENTITY
                : habits.contains(NAMES_MEMBER) ? LabSpeech.Victory.MEMBER : LabSpeech.Victory.LIST;
        return LabSpeech.of(year(habits))
                .withSender(habits.contains(NAMES_SENDER) || habits.contains(OK_APART))
                .withVictory(victory)
                .withBareProbe(habits.contains(BARE_PROBE))
                .withEnvelope(habits.contains(IN_ENVELOPE) ? LabSpeech.Envelope.IDENTITIES : LabSpeech.Envelope.NONE);
    }
}
