package io.roundtable.election;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.PeerState;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever happens, in whatever order, a peer is never stuck: it always has a timer or a request that leads on. */
class RandomWalkTest {
    private static final int WALKS = 400;
    private static final int STEPS = 60;
    /** Rounds in which everything fails that can: three lab rounds to overrule, and the batches of one election. */
    private static final int LONELY_ROUNDS = 20;

    @ParameterizedTest
    @EnumSource
    void whoIsLeftAloneInTheEndLeads(Dialect dialect) {
        List<Function<Bench, List<Effect>>> inputs =
                new ArrayList<>(StateTableTest.inputs().values());
        List<Supplier<Bench>> situations =
                new ArrayList<>(Situations.of(dialect).values());
        for (int seed = 0; seed < WALKS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Bench bench = situations.get(random.nextInt(situations.size())).get();
            List<Integer> walk = new ArrayList<>();
            for (int step = 0; step < STEPS; step++) {
                int next = random.nextInt(inputs.size());
                walk.add(next);
                inputs.get(next).apply(bench);
                bench.nowMs += random.nextInt(200);
            }
            leaveAlone(bench);
            String what = "seed " + seed + " in " + bench.state() + " after " + names(walk);
            assertEquals(PeerState.LEADER, bench.state(), what);
            assertEquals(50, bench.leaderDays(), what);
        }
    }

    /** Nobody answers any more; only the GCD and our own timers are left. */
    private static void leaveAlone(Bench bench) {
        bench.recover();
        if (bench.state() == PeerState.FEIGNING) {
            bench.reopened();
        }
        bench.join();
        for (int round = 0; round < LONELY_ROUNDS && bench.state() != PeerState.LEADER; round++) {
            List<Effect.Ask> open = List.copyOf(bench.everAsked());
            bench.everAsked().clear();
            open.forEach(ask -> bench.noAnswer(ask, NoAnswer.REFUSED));
            for (PeerTimer timer : PeerTimer.values()) {
                if (timer != PeerTimer.FEIGN && bench.hasSet(timer)) {
                    bench.fire(bench.timerSet(timer));
                }
            }
            bench.nowMs += 1_000;
        }
    }

    private static List<String> names(List<Integer> walk) {
        List<String> names = new ArrayList<>(StateTableTest.inputs().keySet());
        return walk.stream().map(names::get).toList();
    }
}
