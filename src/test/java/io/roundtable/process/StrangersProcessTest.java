package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.process.StrangerPlan.Fault;
import io.roundtable.process.StrangerPlan.Order;
import io.roundtable.process.StrangerTables.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few tables of our peers and Python nodes of several kinds; {@link StrangersMatrixProcessTest} has the others. */
class StrangersProcessTest {
    private static final String OURS = StrangerPlan.OURS;
    private static final Duration STAY = Duration.ofSeconds(4);

    private static final List<StrangerPlan> PLANS = List.of(
            new StrangerPlan(
                    List.of(OURS, "--announces all", OURS, "--spins --dies-of-burst"),
                    Order.OURS_FIRST,
                    "",
                    Fault.KILL_TWO),
            new StrangerPlan(
                    List.of("--year f25", "--year f24 --asks triple --announces pid", OURS, "--dies-of-reset", OURS),
                    Order.LOWEST_FIRST,
                    "",
                    Fault.IGNORE),
            new StrangerPlan(
                    List.of(OURS, "--year f25 --envelope pids", OURS, "--year f25 --ok never"),
                    Order.HIGHEST_FIRST,
                    "HOWDY",
                    Fault.KILL_TWO),
            new StrangerPlan(List.of(OURS, "--year f24 --ok-apart", OURS), Order.LOWEST_FIRST, "BEGIN", Fault.STOP));

    @TempDir
    Path folder;

    @BeforeAll
    static void needsPython() {
        Commands.assumePython();
    }

    @Test
    void everyoneAliveAgreesAndNobodyIsSentTooMuch() {
        List<Result> results = StrangerTables.run(folder, PLANS, PLANS.size(), plan -> STAY);
        List<Result> failed =
                results.stream().filter(result -> !result.isClean()).toList();
        assertEquals(List.of(), failed);
    }
}
