package io.roundtable.wire;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In which words and forms each lab member speaks, learned from what it says: everybody is spoken to in its own.
 *
 * <p>Only messages that name their sender teach anything. The year of a member is the roster's matter; what differs
 * within a year is kept here. Bounded; without time and I/O, not thread-safe.
 */
public final class LabManners {
    /** Beyond this many odd ones all are forgotten and learned anew. */
    private static final int ODD_MAX = 4_096;

    private record Manner(LabSpeech speech, boolean answersApart) {}

    private final @Nullable Dialect fixedYear;
    private final Map<Identity, Manner> odd = new HashMap<>();

    /** @param fixedYear in which to speak to all; null for each one's own */
    public LabManners(@Nullable Dialect fixedYear) {
        this.fixedYear = fixedYear;
    }

    /** How to speak to a member. */
    public LabSpeech speechTo(Member member) {
        Manner manner = odd.get(member.identity());
        LabSpeech speech = manner == null ? LabSpeech.PLAIN : manner.speech;
        Dialect year = member.isNative() ? Dialect.LAB : member.dialect();
        return speech.withYear(fixedYear == null ? year : fixedYear);
    }

    /**
     * In which words to answer a PROBE, which shows neither its sender nor its year: in those of all lab members, if they
     * have the same.
     */
    public Dialect yearOfProbers(Collection<Member> members) {
        if (fixedYear != null) {
            return fixedYear;
        }
        Dialect year = null;
        for (Member member : members) {
            if (!member.isNative()) {
                Dialect its = member.dialect();
                if (year != null && year != its) {
                    return Dialect.LAB;
                }
                year = its;
            }
        }
        return year == null ? Dialect.LAB : year;
    }

    /** Somebody said something that may show how it speaks. */
    public void heard(Inbound inbound) {
        LabParty asker = inbound.asker();
        Identity sender = asker == null ? null : asker.identity();
        if (sender == null || inbound.isNative() || inbound.offersNative()) {
            return;
        }
        Manner before = odd.getOrDefault(sender, new Manner(LabSpeech.PLAIN, false));
        LabSpeech said = inbound.speech();
        LabSpeech speech = before.speech.withEnvelope(said.envelope());
        if (inbound.message() instanceof Message.Election) {
            speech = speech.withSender(said.namesSender());
        } else if (inbound.message() instanceof Message.Coordinator || inbound.message() instanceof Message.Victory) {
            speech = speech.withVictory(said.victory());
        } else if (inbound.message() instanceof Message.Probe) {
            speech = speech.withBareProbe(said.bareProbe());
        }
        put(sender, new Manner(speech, before.answersApart));
    }

    /** Whether this member closes the socket of its question at once, and takes the OK on a connection of its own. */
    public boolean takesOkApart(Identity member) {
        Manner manner = odd.get(member);
        return manner != null && manner.answersApart;
    }

    public void noteTakesOkApart(Identity member) {
        put(member, new Manner(odd.getOrDefault(member, new Manner(LabSpeech.PLAIN, false)).speech, true));
    }

    private void put(Identity member, Manner manner) {
        if (odd.size() >= ODD_MAX) {
            odd.clear();
        }
        odd.put(member, manner);
    }
}
