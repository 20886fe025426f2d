package io.roundtable.election;

import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the machine wants done. Only {@code peer} and {@code simulation} carry effects out. */
public sealed interface Effect {
    /**
     * Send a request; exactly one of {@code onOk} and {@code onNoAnswer} comes back with the token.
     *
     * @param timeoutMs from now until the answer is complete, the connecting included; 0 for a question whose socket stays
     *     open, once it is connected, until it is answered or the other side ends it
     */
    record Ask(long token, Member to, Message message, long timeoutMs) implements Effect {}

    /**
     * Send a message that has no answer.
     *
     * @param token {@code onTold} comes back with it once; 0 if nobody waits for that
     */
    record Tell(long token, Member to, Message message) implements Effect {}

    /** Answer the request with this number. */
    record Answer(long request, Message message) implements Effect {}

    /** Ask the GCD to join; {@code onJoined}, {@code onJoinRefused} or {@code onGcdLost} comes back. */
    record AskGcd(Message.Join join, long timeoutMs) implements Effect {}

    /** The peer cannot take part: stop it with this sentence. */
    record GiveUp(String reason) implements Effect {}

    /** Call {@code onTimer} with the same generation after the delay; replaces the timer's earlier setting. */
    record SetTimer(PeerTimer timer, long generation, long delayMs) implements Effect {}

    /** Close every socket, the listener too; only a line to the GCD for the order to recover may be opened. */
    record CloseSockets() implements Effect {}

    /** Open the listener again, then call {@code onReopened}. */
    record OpenListener() implements Effect {}

    /**
     * An OK on a connection of its own was taken for this member's answer, or for nobody's.
     *
     * @param by null if nobody was asked
     */
    record OkApart(@Nullable Identity by) implements Effect {}

    /** Say that something happened. */
    record Report(EventKind kind, List<Fact> facts) implements Effect {
        public Report {
            facts = List.copyOf(facts);
        }
    }
}
