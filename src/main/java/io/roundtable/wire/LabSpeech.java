package io.roundtable.wire;

import io.roundtable.protocol.Dialect;

/**
 * In which words and forms a lab node speaks, and so is spoken to (docs/PROTOCOL.md, The years of the course). All forms
 * are read from everybody; this is about what we write.
 *
 * @param year LAB (f19 to f22), F24 or F25
 * @param namesSender ELECTION is a triple with the sender's identity in the middle
 * @param victory what COORDINATOR holds; in the words of f25 it is always the identity
 * @param bareProbe PROBE is a tuple of one
 * @param envelope whether sender and receiver stand beside the message
 */
public record LabSpeech(Dialect year, boolean namesSender, Victory victory, boolean bareProbe, Envelope envelope) {
    /** What COORDINATOR holds. */
    public enum Victory {
        /** A dict of members. */
        LIST,
        /** The victor's identity. */
        IDENTITY,
        /** The victor's identity, then its address. */
        MEMBER
    }

    /** What stands beside a message, {@code ((word, data), (sender, receiver))}. */
    public enum Envelope {
        NONE,
        /** The two identities. */
        IDENTITIES,
        /** The two listeners. */
        ADDRESSES
    }

    /** The words of f19 to f22. */
    public static final LabSpeech PLAIN = of(Dialect.LAB);

    /** The common forms of a year. */
    public static LabSpeech of(Dialect year) {
        return new LabSpeech(year == Dialect.NATIVE ? Dialect.LAB : year, false, Victory.LIST, false, Envelope.NONE);
    }

    public LabSpeech withYear(Dialect other) {
        return year == other ? this : new LabSpeech(other, namesSender, victory, bareProbe, envelope);
    }

    public LabSpeech withSender(boolean named) {
        return new LabSpeech(year, named, victory, bareProbe, envelope);
    }

    public LabSpeech withVictory(Victory other) {
        return new LabSpeech(year, namesSender, other, bareProbe, envelope);
    }

    public LabSpeech withBareProbe(boolean bare) {
        return new LabSpeech(year, namesSender, victory, bare, envelope);
    }

    public LabSpeech withEnvelope(Envelope other) {
        return new LabSpeech(year, namesSender, victory, bareProbe, other);
    }

    /** The word with which a newcomer of this year joins. */
    String joinWord() {
        return switch (year) {
            case F24 -> "BEGIN";
            case F25 -> "HOWDY";
            default -> "JOIN";
        };
    }

    /** The year whose nodes use this word and those of no other year do; LAB for all other words. */
    static Dialect yearOf(String word) {
        return switch (word) {
            case "BEGIN" -> Dialect.F24;
            case "HOWDY", "ELECT", "I_AM_LEADER", "GOT_IT" -> Dialect.F25;
            default -> Dialect.LAB;
        };
    }
}
