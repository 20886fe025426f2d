package io.roundtable.election;

import io.roundtable.event.EventKind;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Members named by their days, and filters for effects. */
final class Fixtures {
    private Fixtures() {}

    static Identity id(int days) {
        return new Identity(days, 1_000_000 + days);
    }

    static Member lab(int days) {
        return new Member(id(days), addressOf(days), Dialect.LAB);
    }

    static Member nat(int days) {
        return new Member(id(days), addressOf(days), Dialect.NATIVE);
    }

    static Address addressOf(int days) {
        return new Address("host" + days, 10_000 + days);
    }

    /** Natives from..to, both inclusive, lowest first. */
    static List<Member> nats(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Fixtures::nat).toList();
    }

    /** What a native answerer says of itself. */
    static Message.View view(Member self, PeerState state, @Nullable Member leader) {
        return new Message.View(self, state, leader, true, 0);
    }

    static <E extends Effect> List<E> only(Class<E> type, List<Effect> effects) {
        return effects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    static List<Effect.Ask> asks(List<Effect> effects) {
        return only(Effect.Ask.class, effects);
    }

    static List<Effect.Tell> tells(List<Effect> effects) {
        return only(Effect.Tell.class, effects);
    }

    static List<Effect.Answer> answers(List<Effect> effects) {
        return only(Effect.Answer.class, effects);
    }

    /** Days of the members asked, in order. */
    static List<Integer> askedOf(List<Effect> effects) {
        return asks(effects).stream().map(ask -> ask.to().identity().days()).toList();
    }

    /** Days of the members told, in order. */
    static List<Integer> toldTo(List<Effect> effects) {
        return tells(effects).stream().map(tell -> tell.to().identity().days()).toList();
    }

    static List<EventKind> events(List<Effect> effects) {
        return only(Effect.Report.class, effects).stream()
                .map(Effect.Report::kind)
                .toList();
    }

    /** The value of one fact of the first event of this kind. */
    static Object fact(List<Effect> effects, EventKind kind, String name) {
        return only(Effect.Report.class, effects).stream()
                .filter(report -> report.kind() == kind)
                .flatMap(report -> report.facts().stream())
                .filter(fact -> fact.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " with " + name + " in " + effects))
                .value();
    }

    static List<Integer> days(List<Member> members) {
        return members.stream().map(member -> member.identity().days()).toList();
    }
}
