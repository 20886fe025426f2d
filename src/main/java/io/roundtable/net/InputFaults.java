package io.roundtable.net;

import io.roundtable.event.EventKind;
import io.roundtable.event.EventLog;
import io.roundtable.event.Facts;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabAdvice;
import io.roundtable.wire.LabFault;
import io.roundtable.wire.LabParty;
import io.roundtable.wire.WireException;
import java.util.Collection;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells in the log what is wrong with what comes in at a listener, for whoever wrote the node that sent it (docs/PROTOCOL.md, A log that teaches). It comes
 * from a port that says nothing about its owner: who that is shows in the message, or may be guessed by the host.
 */
public final class InputFaults {
    private final EventLog events;
    private final Function<Connection, @Nullable Identity> nativeAt;
    private final Supplier<? extends Collection<Member>> members;

    /**
     * @param nativeAt whose a kept connection is
     * @param members all that are known
     */
    public InputFaults(
            EventLog events,
            Function<Connection, @Nullable Identity> nativeAt,
            Supplier<? extends Collection<Member>> members) {
        this.events = events;
        this.nativeAt = nativeAt;
        this.members = members;
    }

    /** Looks for parts of a message that were left out, and for addresses that serve nobody. */
    public void look(Connection connection, Inbound inbound) {
        Message message = inbound.message();
        for (LabFault fault : inbound.complaints()) {
            Identity sender = fault.sender() == null ? senderOf(inbound) : fault.sender();
            badInput(who(connection, sender).and("in", message.word()), "left out: " + fault.what(), fault);
        }
        if (inbound.offersNative()) {
            return;
        }
        if (message instanceof Message.Election election) {
            election.members().forEach(this::lookAtAddress);
        } else if (message instanceof Message.Coordinator victory) {
            victory.members().forEach(this::lookAtAddress);
        }
    }

    /** Whether others reach a member at the address that it gives. */
    public void lookAtAddress(Member member) {
        if (member.address().isWildcard()) {
            report(
                    EventKind.BAD_ADDRESS,
                    Facts.of("peer", member.identity())
                            .and("address", member.address())
                            .and("hint", LabAdvice.WILDCARD));
        }
    }

    /**
     * A message that is refused.
     *
     * @param fault what a lab node's author should know; null for a native message
     */
    public void refused(Connection connection, Inbound inbound, String reason, @Nullable LabFault fault) {
        Message message = inbound.message();
        Identity sender = message instanceof Message.Join join ? join.self().identity() : senderOf(inbound);
        Facts facts = who(connection, sender);
        if (message instanceof Message.Join) {
            facts.and("in", message.word());
        }
        badInput(facts, reason, inbound.isNative() ? null : fault);
    }

    /** Bytes that are no message. */
    public void malformed(Connection connection, WireException why) {
        LabFault fault = why.fault();
        Facts facts = who(connection, fault == null ? null : fault.sender());
        if (fault != null && fault.in() != null) {
            facts.and("in", fault.in());
        }
        badInput(facts, String.valueOf(why.getMessage()), fault);
    }

    private void badInput(Facts facts, String reason, @Nullable LabFault fault) {
        facts.and("reason", reason);
        if (fault != null) {
            facts.shown("got", fault.got()).shown("expected", fault.expected()).and("hint", fault.hint());
        }
        report(EventKind.BAD_INPUT, facts);
    }

    public void nothingCame(Connection connection, long limitMs) {
        report(
                EventKind.NO_MESSAGE,
                who(connection, null)
                        .and("waited", limitMs + "ms")
                        .and("hint", "it connected and said nothing: a socket is for one message, sent at once"));
    }

    public void moreCame(Connection connection, String shown) {
        report(
                EventKind.EXTRA_MESSAGE,
                who(connection, null)
                        .shown("got", shown)
                        .and("hint", "a connection carries one message, sent at once: nobody reads what follows"));
    }

    /** A lab member has its answer, and keeps the socket open. */
    public void leftOpen(Identity member, String question, long waitedMs) {
        report(
                EventKind.NOT_CLOSED,
                Facts.of("peer", member)
                        .and("to", question)
                        .and("waited", waitedMs + "ms")
                        .and(
                                "hint",
                                "it has its answer and does not close the socket: does it hang, or wait for more?"));
    }

    private Facts who(Connection connection, @Nullable Identity named) {
        Identity sure = named == null ? nativeAt.apply(connection) : named;
        if (sure != null) {
            return Facts.of("peer", sure);
        }
        String host = Address.parse(connection.remote()).host();
        return Facts.of("peer", connection.remote())
                .mayBe(members.get().stream()
                        .filter(member ->
                                !member.isNative() && member.address().host().equals(host))
                        .map(Member::identity)
                        .toList());
    }

    private @Nullable Identity senderOf(Inbound inbound) {
        LabParty party = inbound.asker();
        if (party == null || party.identity() != null) {
            return party == null ? null : party.identity();
        }
        return members.get().stream()
                .filter(member -> Objects.equals(member.address(), party.address()))
                .map(Member::identity)
                .findFirst()
                .orElse(null);
    }

    private void report(EventKind kind, Facts facts) {
        events.report(kind, facts.list());
    }
}
