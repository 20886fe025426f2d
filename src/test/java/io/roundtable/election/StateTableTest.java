package io.roundtable.election;

import static io.roundtable.election.Fixtures.answers;
import static io.roundtable.election.Fixtures.lab;
import static io.roundtable.election.Fixtures.nat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every state × every input: nothing is forgotten, nothing throws, and only legal states follow. */
class StateTableTest {
    private static final Set<String> WAYS_OUT_OF_FEIGNING = Set.of("recover", "reopened", "fresh RECOVER");

    /** What can happen to a peer, by name. */
    static Map<String, Function<Bench, List<Effect>>> inputs() {
        Map<String, Function<Bench, List<Effect>>> all = new LinkedHashMap<>();
        all.put("ELECTION lab", bench -> bench.labElection(lab(20)));
        all.put("ELECTION native lower", bench -> bench.election(nat(10), false));
        all.put("ELECTION native higher", bench -> bench.election(nat(80), false, nat(81)));
        all.put("ELECTION native announce", bench -> bench.election(nat(10), true, lab(20)));
        all.put("ELECTION of our own", bench -> bench.election(bench.self, false));
        all.put("PROBE lab", Bench::labProbe);
        all.put("PROBE native in step", bench -> bench.probeInStep(nat(10)));
        all.put(
                "PROBE native out of step",
                bench -> bench.machine.onProbe(
                        99, new Message.Probe(new Message.Sync(nat(10), 0, -5, List.of(nat(21)))), bench.nowMs));
        all.put("COORDINATOR higher", bench -> bench.coordinator(nat(80)));
        all.put("COORDINATOR higher unknown", bench -> bench.coordinator(lab(85), lab(85)));
        all.put("COORDINATOR lower", bench -> bench.coordinator(nat(10)));
        all.put("COORDINATOR self", bench -> bench.coordinator(bench.self));
        all.put(
                "COORDINATOR at our seat",
                bench -> bench.coordinator(new Member(Fixtures.id(85), bench.self.address(), Dialect.LAB)));
        all.put("I_AM_LEADER known", bench -> bench.victory(lab(80)));
        all.put("I_AM_LEADER unknown", bench -> bench.victory(lab(86)));
        all.put("OK lab", bench -> forAll(bench, bench::labOk));
        all.put(
                "OK of a leader",
                bench -> forAll(
                        bench, ask -> bench.ok(ask, Fixtures.view(ask.to(), PeerState.LEADER, ask.to()), nat(22))));
        all.put(
                "OK of an elector",
                bench -> forAll(bench, ask -> bench.ok(ask, Fixtures.view(ask.to(), PeerState.WAIT_OK, null))));
        all.put(
                "OK naming us",
                bench -> forAll(bench, ask -> bench.ok(ask, Fixtures.view(ask.to(), PeerState.FOLLOWER, bench.self))));
        all.put(
                "OK naming a higher one",
                bench -> forAll(bench, ask -> bench.ok(ask, Fixtures.view(ask.to(), PeerState.FOLLOWER, nat(95)))));
        all.put(
                "OK of somebody else",
                bench -> forAll(
                        bench,
                        ask -> bench.ok(
                                ask,
                                Fixtures.view(
                                        new Member(Fixtures.id(33), ask.to().address(), Dialect.NATIVE),
                                        PeerState.LEADER,
                                        null))));
        all.put("OK to nothing", bench -> bench.machine.onOk(12_345, Message.Ok.BARE, bench.nowMs));
        for (NoAnswer why : NoAnswer.values()) {
            all.put("no answer " + why.word(), bench -> forAll(bench, ask -> bench.noAnswer(ask, why)));
        }
        all.put("disconnected 80", bench -> bench.disconnected(nat(80)));
        all.put("disconnected 10", bench -> bench.disconnected(nat(10)));
        all.put("disconnected unknown", bench -> bench.disconnected(nat(44)));
        all.put("feign closed", bench -> bench.feign(FeignMode.CLOSE, 1_000));
        all.put("feign deaf", bench -> bench.feign(FeignMode.IGNORE, 0));
        all.put("recover", Bench::recover);
        all.put("reopened", Bench::reopened);
        all.put("joined", bench -> bench.join(nat(10), nat(80), nat(23)));
        all.put("joined alone", bench -> bench.join(bench.self));
        all.put("gcd lost", Bench::gcdLost);
        all.put("join refused", Bench::joinRefused);
        for (PeerTimer timer : PeerTimer.values()) {
            all.put("fresh " + timer, bench -> bench.hasSet(timer) ? bench.fire(timer) : List.of());
        }
        return all;
    }

    /** Answers every request ever made in the same way; those that are over must be ignored. */
    private static List<Effect> forAll(Bench bench, Function<Effect.Ask, List<Effect>> outcome) {
        List.copyOf(bench.everAsked()).forEach(outcome::apply);
        return bench.last();
    }

    private static Stream<Arguments> cells() {
        return Stream.of(Dialect.values())
                .flatMap(dialect -> Situations.of(dialect).entrySet().stream()
                        .flatMap(situation -> inputs().keySet().stream()
                                .map(input -> arguments(dialect, situation.getKey(), input))));
    }

    private static Stream<Arguments> situations() {
        return Stream.of(Dialect.values())
                .flatMap(dialect -> Situations.of(dialect).keySet().stream().map(name -> arguments(dialect, name)));
    }

    private static Bench inSituation(Dialect dialect, String name) {
        return Situations.of(dialect).get(name).get();
    }

    @ParameterizedTest(name = "{0} members, {1}: {2}")
    @MethodSource("cells")
    void everyInputIsTakenInEveryStateAndLeadsToALegalOne(Dialect dialect, String situation, String input) {
        Bench bench = inSituation(dialect, situation);
        PeerState before = bench.state();

        List<Effect> effects = inputs().get(input).apply(bench);

        PeerState after = bench.state();
        assertTrue(allowedAfter(before, input).contains(after), before + " -> " + after);
        if (before == PeerState.FEIGNING && after == PeerState.FEIGNING) {
            assertEquals(List.of(), answers(effects));
            assertEquals(List.of(), Fixtures.asks(effects));
            assertEquals(List.of(), Fixtures.tells(effects));
        }
        assertLeaderFits(bench);
    }

    private static Set<PeerState> allowedAfter(PeerState before, String input) {
        Set<PeerState> allowed = EnumSet.of(before);
        if (before == PeerState.FEIGNING) {
            if (WAYS_OUT_OF_FEIGNING.contains(input)) {
                // Two steps in one: recovery, and the election that it starts.
                allowed.addAll(EnumSet.complementOf(EnumSet.of(PeerState.FOLLOWER)));
            }
            return allowed;
        }
        allowed.addAll(before.successors());
        return allowed;
    }

    private static void assertLeaderFits(Bench bench) {
        Integer leader = bench.leaderDays();
        switch (bench.state()) {
            case FOLLOWER -> assertTrue(leader != null && leader > 50, "follows " + leader);
            case LEADER -> assertEquals(50, leader);
            case QUIESCENT, WAIT_VICTOR, FEIGNING -> assertEquals(null, leader);
            case WAIT_OK -> assertTrue(leader == null || leader == 50, "asks, and knows " + leader);
        }
    }

    @ParameterizedTest
    @MethodSource("situations")
    void staleTimersDoNothing(Dialect dialect, String situation) {
        Bench bench = inSituation(dialect, situation);
        PeerState before = bench.state();
        List<Effect.SetTimer> current = bench.everSet.stream()
                .filter(set -> set.equals(bench.timerSet(set.timer())))
                .toList();
        for (PeerTimer timer : PeerTimer.values()) {
            for (long generation : new long[] {-1, 0, 1_000_000}) {
                assertEquals(List.of(), bench.fire(new Effect.SetTimer(timer, generation, 0)));
            }
        }
        for (Effect.SetTimer old : bench.everSet) {
            if (!current.contains(old)) {
                assertEquals(List.of(), bench.fire(old));
            }
        }
        assertEquals(before, bench.state());
    }

    @ParameterizedTest
    @MethodSource("situations")
    void aTimerFiresOnce(Dialect dialect, String situation) {
        for (PeerTimer timer : PeerTimer.values()) {
            Bench bench = inSituation(dialect, situation);
            if (bench.hasSet(timer)) {
                Effect.SetTimer set = bench.timerSet(timer);
                bench.fire(set);
                PeerState after = bench.state();

                assertEquals(List.of(), bench.fire(set), timer::name);
                assertEquals(after, bench.state());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("situations")
    void aRequestIsOverAfterItsFirstOutcome(Dialect dialect, String situation) {
        for (NoAnswer why : NoAnswer.values()) {
            Bench bench = inSituation(dialect, situation);
            for (Effect.Ask ask : List.copyOf(bench.everAsked())) {
                bench.noAnswer(ask, why);
                assertEquals(List.of(), bench.labOk(ask));
                assertEquals(List.of(), bench.noAnswer(ask, why));
            }
        }
    }

    @Test
    void everyStateIsVisitedAmongLabAndAmongNativeMembers() {
        for (Dialect dialect : Dialect.values()) {
            Map<PeerState, Integer> visited = new EnumMap<>(PeerState.class);
            for (Supplier<Bench> situation : Situations.of(dialect).values()) {
                visited.merge(situation.get().state(), 1, Integer::sum);
            }
            assertEquals(EnumSet.allOf(PeerState.class), visited.keySet(), dialect::name);
        }
    }

    @ParameterizedTest
    @MethodSource("situations")
    void anyTwoInputsInARowAreTaken(Dialect dialect, String situation) {
        for (Function<Bench, List<Effect>> first : inputs().values()) {
            for (Function<Bench, List<Effect>> second : inputs().values()) {
                Bench bench = inSituation(dialect, situation);
                first.apply(bench);
                bench.nowMs += 10;
                second.apply(bench);
                assertLeaderFits(bench);
            }
        }
    }
}
