package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The protocol's sentences about who holds a DSS, for how long, and which disks it is made of. */
class SheetHoldsTest {
    private static final byte[] CONTENT = Content.random(300, 1);

    @TempDir
    private Path folder;

    private Rig rig;
    private UdpUser user;

    @BeforeEach
    void open() throws Exception {
        rig = new Rig(folder, 5);
        user = new UdpUser(rig.port.port());
        Content.configure(user, "dss1", 3, 128);
        Content.copy(user, "dss1", "f", "U1", CONTENT);
    }

    @AfterEach
    void close() throws Exception {
        user.close();
        rig.close();
    }

    private JsonNode call(String cmd, String name) throws Exception {
        return user.call(cmd, "dss_name", "dss1", "file_name", "f", "user_name", name, "owner", name);
    }

    private String refusal(String cmd) throws Exception {
        return UdpUser.error(call(cmd, "U1"));
    }

    @Test
    void aDiskFailureHoldsItsDssUntilItsComplete() throws Exception {
        user.ask("disk-failure", "dss_name", "dss1", "user_name", "U1");
        for (String cmd : List.of("copy-prepare", "read-prepare", "disk-failure", "decommission-dss")) {
            assertEquals("busy: disk-failure in progress", refusal(cmd), cmd);
        }
        user.ask("recovery-complete", "dss_name", "dss1");
        assertEquals("SUCCESS", call("copy-prepare", "U1").get("status").stringValue());
    }

    @Test
    void readsHoldUpWhatTakesBlocksAwayAndNothingElse() throws Exception {
        assertEquals("SUCCESS", call("read-prepare", "U1").get("status").stringValue());
        assertEquals("SUCCESS", call("read-prepare", "U1").get("status").stringValue());
        assertEquals("reads-in-progress", refusal("disk-failure"));
        assertEquals("reads-in-progress", refusal("decommission-dss"));
        Content.copy(user, "dss1", "g", "U1", CONTENT);
        assertEquals("reads-in-progress", refusal("disk-failure"));
        user.ask("read-complete", "dss_name", "dss1");
        assertEquals("reads-in-progress", refusal("disk-failure"), "one of two is complete");
        user.ask("read-complete", "dss_name", "dss1");
        assertEquals("SUCCESS", call("disk-failure", "U1").get("status").stringValue());
    }

    @Test
    void aDecommissionGoesOnThoughNobodyWipesAndADiskDoesNotAnswer() throws Exception {
        rig.disk(rig.volume("dss1").disks().get(1).disk()).hangs = true;
        JsonNode dss = user.ask("decommission-dss", "dss_name", "dss1", "user_name", "U1")
                .get("dss");
        assertEquals(2, dss.get("disks").size());
        assertTrue(Set.of("no such dss", "busy: decommission-dss in progress").contains(refusal("read-prepare")));
        user.ask("decommission-complete", "dss_name", "dss1");
        assertEquals("no DSS configured", user.error("ls"));
        Content.configure(user, "dss1", 5, 128);
    }

    @Test
    void theDisksOfADssArePickedAtRandom() throws Exception {
        Set<JsonNode> picked = new HashSet<>();
        for (int time = 0; time < 12; time++) {
            user.ask("decommission-dss", "dss_name", "dss1", "user_name", "U1");
            user.ask("decommission-complete", "dss_name", "dss1");
            picked.add(user.ask("configure-dss", "dss_name", "dss1", "n", 3, "striping_unit", 128)
                    .get("dss")
                    .get("disks"));
        }
        // Of 60 ways each time: that four are the same for all would take a seed made for it.
        assertTrue(picked.size() > 4, picked::toString);
    }
}
