package io.roundtable.peer;

import io.roundtable.event.EventKind;
import io.roundtable.event.EventLog;
import io.roundtable.event.Facts;
import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabAdvice;
import io.roundtable.wire.LabFault;
import io.roundtable.wire.WireException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells in the log what is wrong with the answers of lab members, or that there is none, for whoever wrote them (docs/PROTOCOL.md, A log that teaches).
 * Changes nothing: what comes of it is decided elsewhere.
 */
final class AnswerFaults {
    /** Something that a lab member was asked or told, in the words of which year, and when. */
    record Said(Member to, Message message, Dialect year, long atMs) {
        Identity member() {
            return to.identity();
        }
    }

    /** Beyond this many members, what is known of them is forgotten and said anew. */
    private static final int MEMBERS_MAX = 4_096;

    private static final long NEVER = Long.MIN_VALUE;

    private final EventLoop loop;
    private final EventLog events;
    private final int answerMs;
    /** Members that refuse connections, and where: that is said once, since the dead stay on lists. */
    private final Map<Identity, Address> refusing = new HashMap<>();
    /** When a member's OK came on a connection of its own… */
    private final Map<Identity, Long> okApartAtMs = new HashMap<>();
    /** …and one of which nobody knows whose it was. */
    private long strayOkAtMs = NEVER;

    /** @param answerMs how long an answer may take */
    AnswerFaults(EventLoop loop, EventLog events, int answerMs) {
        this.loop = loop;
        this.events = events;
        this.answerMs = answerMs;
    }

    /** A question that stays open for as long as the other side likes: silence beyond the time limit is told all the same. */
    void watch(Said said, Connection connection) {
        loop.schedule(answerMs, () -> {
            if (connection.isOpen() && connection.isConnected()) {
                none(said, CloseReason.EXPIRED);
            }
        });
    }

    // ---- an answer

    void answered(Said said, Inbound answer) {
        refusing.remove(said.member());
        if (answer.isNative()) {
            return;
        }
        if (answer.message() instanceof Message.Ok) {
            answer.complaints().forEach(fault -> leftOut(said, fault));
            lookAtTheYear(said, answer);
        } else {
            report(
                    EventKind.BAD_ANSWER,
                    about(said)
                            .shown("got", answer.shown())
                            .shown("expected", LabAdvice.expectedOk(said.year))
                            .and("hint", LabAdvice.hintOfAnswer(answer.message())));
        }
    }

    private void leftOut(Said said, LabFault fault) {
        report(
                EventKind.BAD_ANSWER,
                about(said)
                        .and("reason", "left out: " + fault.what())
                        .shown("got", fault.got())
                        .shown("expected", fault.expected())
                        .and("hint", fault.hint()));
    }

    private void lookAtTheYear(Said said, Inbound answer) {
        boolean isF25 = answer.speech().year() == Dialect.F25;
        if (isF25 != (said.year == Dialect.F25)) {
            String asked = isF25 ? "f19 to f24" : "f25";
            report(
                    EventKind.OTHER_YEAR,
                    about(said)
                            .shown("got", answer.shown())
                            .shown("expected", LabAdvice.expectedOk(said.year))
                            .and(
                                    "hint",
                                    "it was asked in the words of " + asked + ": a node speaks those of one year"));
        }
    }

    /** The answer is no message. */
    void malformed(Said said, WireException why) {
        refusing.remove(said.member());
        LabFault fault = why.fault();
        report(
                EventKind.BAD_ANSWER,
                about(said)
                        .and("reason", String.valueOf(why.getMessage()))
                        .shown("got", fault == null ? "" : fault.got())
                        .shown("expected", LabAdvice.expectedOk(said.year))
                        .and("hint", fault == null ? "" : fault.hint()));
    }

    /** @param wasAnswered false if the time limit was over before an answer came */
    void afterwards(Said said, boolean wasAnswered, String shown) {
        if (wasAnswered) {
            report(
                    EventKind.EXTRA_MESSAGE,
                    about(said).shown("got", shown).and("hint", "a question has one answer; nobody reads a second"));
        } else {
            String hint =
                    "an answer may take " + answerMs + " ms: does the node block while it waits for somebody else?";
            report(EventKind.LATE_ANSWER, waited(said).shown("got", shown).and("hint", hint));
        }
    }

    /** A victory was answered. */
    void answeredVictory(Said said, String shown) {
        report(
                EventKind.EXTRA_MESSAGE,
                about(said).shown("got", shown).and("hint", said.message.word() + " has no answer"));
    }

    // ---- no answer

    /** @param why how the socket ended */
    void none(Said said, CloseReason why) {
        switch (why) {
            case REFUSED, UNKNOWN_HOST, CONNECT_EXPIRED -> refused(said);
            case EXPIRED -> silent(said);
            case ENDED -> closed(said);
            default -> {} // We did that.
        }
    }

    private void refused(Said said) {
        Address at = said.to.address();
        if (!at.equals(put(refusing, said.member(), at))) {
            String hint = "nobody listens at " + at
                    + ": has it ended, or does its JOIN name another port than it listens at?";
            report(EventKind.NO_ANSWER, waited(said).and("reason", "refused").and("hint", hint));
        }
    }

    private void silent(Said said) {
        refusing.remove(said.member());
        String hint = said.message instanceof Message.Probe
                ? "answer PROBE with OK: others take silence for death"
                : "answer ELECTION with OK at once, in an election of its own too; does it block in recv, accept or connect?";
        report(EventKind.NO_ANSWER, waited(said).and("reason", "silent").and("hint", hint));
    }

    /** Some nodes close the socket of every ELECTION, and answer on one of their own: that is no fault if they do. */
    private void closed(Said said) {
        refusing.remove(said.member());
        Facts facts = waited(said)
                .and("reason", "closed")
                .and("hint", "it closed the connection without an answer: did it raise an exception?");
        if (said.message instanceof Message.Probe) {
            report(EventKind.NO_ANSWER, facts);
            return;
        }
        long leftMs = Math.max(0, said.atMs + answerMs - loop.nowMs());
        loop.schedule(leftMs, () -> {
            long apartAtMs = Math.max(strayOkAtMs, okApartAtMs.getOrDefault(said.member(), NEVER));
            if (apartAtMs < said.atMs) {
                report(EventKind.NO_ANSWER, facts);
            }
        });
    }

    /** @param by whose it was taken for; null if nobody knows */
    void okApart(@Nullable Identity by) {
        if (by == null) {
            strayOkAtMs = loop.nowMs();
        } else {
            put(okApartAtMs, by, loop.nowMs());
        }
    }

    private static Facts about(Said said) {
        return Facts.of("peer", said.member()).and("to", said.message.word());
    }

    private Facts waited(Said said) {
        return about(said).and("waited", (loop.nowMs() - said.atMs) + "ms");
    }

    private void report(EventKind kind, Facts facts) {
        events.report(kind, facts.list());
    }

    private static <V> @Nullable V put(Map<Identity, V> map, Identity member, V value) {
        if (map.size() >= MEMBERS_MAX && !map.containsKey(member)) {
            map.clear();
        }
        return map.put(member, value);
    }
}
