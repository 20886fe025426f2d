package io.roundtable.simulation.group;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.wire.NativeCodec;
import org.junit.jupiter.api.Test;

/** The bully meets the lease meets disks: real drivers, real disks, and users who write and read meanwhile. */
class GroupDisksTest {
    private static final GroupOptions DISKS = GroupOptions.of(5).withDisks(true);

    @Test
    void usersWriteAndReadWhileTheGroupHasNoFaults() {
        GroupSimulation simulation = new GroupSimulation(DISKS.withFaults(false), 1, new NativeCodec(), false);
        assertNull(simulation.run().failure());
        assertTrue(simulation.acknowledged() > 0, "nothing was written");
    }

    /** Its disk had an order when it began, and answered it then. */
    @Test
    void whoFeignsFailureAnswersNothingThatItWasAbout() {
        assertNull(
                new GroupSimulation(DISKS, 95, new NativeCodec(), false).run().failure());
    }

    @Test
    void whatWasAcknowledgedIsReadableWhateverHappens() {
        GroupSimulations.Report report = GroupSimulations.run(150, 1, 2, DISKS);
        assertTrue(report.isClean(), report::text);
    }
}
