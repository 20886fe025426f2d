package io.roundtable.simulation.group;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.fail;

import io.roundtable.peer.DriverBug;
import io.roundtable.wire.NativeCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the simulator finds mistakes in drivers, each of them soon. */
class PlantedDriverBugTest {
    /** With time enough for a lease to run out while its holder is stopped. */
    private static final GroupOptions RIGHT = GroupOptions.of(4).withLength(GroupOptions.Length.LONG);

    private static final int RUNS_MAX = 5_000;

    private final NativeCodec codec = new NativeCodec();

    @ParameterizedTest
    @EnumSource(DriverBug.class)
    void everyPlantedBugIsFound(DriverBug bug) {
        find(RIGHT.withMaker(bug::make), bug.name());
    }

    @Test
    void aLoopThatIsNotWokenIsFound() {
        find(RIGHT.withBelow(DeafTransport::new), "lost wake-up");
    }

    private void find(GroupOptions options, String bug) {
        for (long seed = 1; seed <= RUNS_MAX; seed++) {
            GroupResult result = new GroupSimulation(options, seed, codec, false).run();
            if (result.failure() != null) {
                GroupResult without = new GroupSimulation(RIGHT, seed, codec, false).run();
                assertNull(without.failure(), () -> bug + " is not what broke run " + result.seed());
                return;
            }
        }
        fail(bug + " was not found in " + RUNS_MAX + " runs");
    }
}
