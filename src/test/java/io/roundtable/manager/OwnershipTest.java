package io.roundtable.manager;

import static io.roundtable.manager.ManagerBench.USER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Refusals;
import io.roundtable.event.EventKind;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.Decommission;
import io.roundtable.protocol.VolumeMessage.DeregisterUser;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whose a volume is, and who may forget whom. */
class OwnershipTest {
    private static long forced(ManagerBench bench) {
        return Collections.frequency(bench.reports, EventKind.FORCED);
    }

    @Test
    void onlyItsOwnerEndsAVolume() {
        ManagerBench bench = ManagerBench.withVolume(3);
        long file = bench.write("a.txt");

        assertEquals("NOT_OWNER: the volume belongs to ann", bench.refusal(new Decommission(1, "dss1", "bob")));
        assertEquals(
                "NOT_OWNER: the volume belongs to ann",
                bench.refusal(new Decommission(2, "dss1", "", false, Integer.MAX_VALUE)));
        bench.pass(1_000);
        assertFalse(bench.volume("dss1").isDecommissioning());
        assertEquals(3, bench.sharesOf(file));

        bench.ask(new Decommission(3, "dss1", USER), VolumeMessage.Job.class);
        assertNull(bench.log.volume("dss1"));
        assertEquals(0, forced(bench));
    }

    @Test
    void forceEndsItAllTheSameAndIsAnEvent() {
        ManagerBench bench = ManagerBench.withVolume(3);
        Decommission byBob = new Decommission(1, "dss1", "bob", true, Integer.MAX_VALUE);

        bench.ask(byBob, VolumeMessage.Job.class);
        bench.ask(byBob, VolumeMessage.Job.class);

        assertNull(bench.log.volume("dss1"));
        assertEquals(1, forced(bench), "asked twice, done once");
    }

    @Test
    void aVolumeWithoutAnOwnerIsAnybodys() {
        ManagerBench bench = new ManagerBench(3);
        bench.ask(new VolumeMessage.Configure(0, "dss1", 3, 1, 128, ""), VolumeMessage.Volume.class);

        bench.ask(new Decommission(1, "dss1", "bob"), VolumeMessage.Job.class);

        assertNull(bench.log.volume("dss1"));
        assertEquals(0, forced(bench));
    }

    @Test
    void theNextManagerKnowsTheOwner() {
        ManagerBench bench = ManagerBench.withVolume(3);
        bench.takeOver();
        bench.helloAll();
        bench.pass(2_000);

        assertEquals("NOT_OWNER: the volume belongs to ann", bench.refusal(new Decommission(1, "dss1", "bob")));
    }

    @Test
    void filesThatNobodyWasAskedAboutAreNotDeleted() {
        ManagerBench bench = ManagerBench.withVolume(3);
        bench.write("a.txt");
        bench.write("b.txt");

        assertEquals(
                "the volume holds 2 files by now: look again",
                bench.refusal(new Decommission(1, "dss1", USER, false, 1)));
        bench.ask(new Decommission(2, "dss1", USER, false, 2), VolumeMessage.Job.class);
    }

    @Test
    void onlyTheUserIsForgottenByTheUser() {
        ManagerBench bench = ManagerBench.withVolume(3);
        bench.ask(new VolumeMessage.RegisterUser(0, "bob", Optional.empty(), Optional.empty()), Control.Done.class);

        assertEquals("NOT_OWNER: only bob deregisters bob", bench.refusal(new DeregisterUser(1, "bob", USER, false)));
        assertNotNull(bench.log.user("bob"));
        assertEquals(Refusals.NO_SUCH_USER, bench.refusal(new DeregisterUser(2, "eve", USER, false)));

        bench.ask(new DeregisterUser(3, USER), Control.Done.class);
        assertEquals(0, forced(bench));
        bench.ask(new DeregisterUser(4, "bob", USER, true), Control.Done.class);
        bench.ask(new DeregisterUser(4, "bob", USER, true), Control.Done.class);
        assertEquals(1, forced(bench));
        assertTrue(bench.log.users().isEmpty());
    }

    @Test
    void aPageOfFilesSaysHowManyThereAreAndWhoseTheVolumeIs() {
        ManagerBench bench = ManagerBench.withVolume(3);
        for (int i = 0; i < 5; i++) {
            bench.write("f" + i);
        }

        VolumeMessage.Files page = bench.ask(new VolumeMessage.ListFiles("dss1", "f1", 2), VolumeMessage.Files.class);

        assertEquals(2, page.files().size());
        assertTrue(page.more());
        assertEquals(5, page.total());
        assertEquals(USER, page.owner());
    }
}
