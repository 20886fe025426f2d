package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a user has begun goes on under the next manager, which has nothing but what the disks tell it. */
class ManagerChangeTest {
    private static final byte[] CONTENT = Content.random(3_000, 1);

    @TempDir
    private Path folder;

    private Rig rig;
    private UdpUser user;

    @BeforeEach
    void open() throws Exception {
        rig = new Rig(folder, 4);
        user = new UdpUser(rig.port.port());
        Content.configure(user, "dss1", 3, 128);
        Content.copy(user, "dss1", "f", "U1", CONTENT);
    }

    @AfterEach
    void close() throws Exception {
        user.close();
        rig.close();
    }

    @Test
    void aCopyGoesOn() throws Exception {
        JsonNode dss = Content.copyPrepare(user, "dss1", "g", "U1");
        user.askAt(Content.port(dss, 0), "write-block", Content.blockArgs(dss, "g", 0, 0, CONTENT));
        rig.changeManager();
        Content.write(user, dss, "g", CONTENT);
        try (UdpUser other = new UdpUser(rig.port.port())) {
            assertEquals("NOT_OWNER", other.error("copy-complete", Content.completion("dss1", "g", "U2", CONTENT)));
            assertEquals(
                    "busy: copy in progress",
                    other.error("copy-prepare", "dss_name", "dss1", "file_name", "h", "owner", "U2"));
        }
        user.ask("copy-complete", Content.completion("dss1", "g", "U1", CONTENT));
        assertArrayEquals(CONTENT, rig.readNatively("dss1", "g"));
        user.ask("copy-complete", Content.completion("dss1", "g", "U1", CONTENT));
    }

    @Test
    void aCopyGoesOnThroughTwoChanges() throws Exception {
        JsonNode dss = Content.copyPrepare(user, "dss1", "g", "U1");
        rig.changeManager();
        assertEquals("busy: copy in progress", user.error("disk-failure", "dss_name", "dss1", "user_name", "U2"));
        rig.changeManager();
        Content.write(user, dss, "g", CONTENT);
        user.ask("copy-complete", "dss_name", "dss1", "file_name", "g", "owner", "U1", "size", CONTENT.length);
        assertArrayEquals(CONTENT, rig.readNatively("dss1", "g"));
    }

    @Test
    void whoBeginsAnewAfterAChangeIsNotHeldUpByItself() throws Exception {
        Content.copyPrepare(user, "dss1", "g", "U1");
        rig.changeManager();
        Content.copy(user, "dss1", "h", "U1", CONTENT);
        assertArrayEquals(CONTENT, rig.readNatively("dss1", "h"));
    }

    @Test
    void aReadGoesOn() throws Exception {
        JsonNode dss = user.ask("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1")
                .get("dss");
        Content.readBlock(user, dss, "f", 0, 0);
        rig.changeManager();
        try (UdpUser other = new UdpUser(rig.port.port())) {
            assertEquals("reads-in-progress", other.error("decommission-dss", "dss_name", "dss1", "user_name", "U2"));
        }
        assertArrayEquals(CONTENT, Content.readAll(user, dss, "f", CONTENT.length));
        user.ask("read-complete", "dss_name", "dss1");
        user.ask("decommission-dss", "dss_name", "dss1", "user_name", "U1");
        user.ask("decommission-complete", "dss_name", "dss1");
    }

    @Test
    void aDiskFailureGoesOnBeforeAndAfterItsFail() throws Exception {
        for (boolean isFailedBefore : new boolean[] {false, true}) {
            JsonNode dss = user.ask("disk-failure", "dss_name", "dss1", "user_name", "U1")
                    .get("dss");
            if (!isFailedBefore) {
                rig.changeManager();
            }
            user.askAt(Content.port(dss, 1), "fail");
            if (isFailedBefore) {
                rig.changeManager();
            }
            Rig.await(() -> rig.files("dss1").get(0).missing().isEmpty());
            int stripes = Content.stripes(CONTENT, 3, 128);
            for (int stripe = 0; stripe < stripes; stripe++) {
                Content.readBlock(user, dss, "f", stripe, 0);
                Content.readBlock(user, dss, "f", stripe, 2);
                user.askAt(Content.port(dss, 1), "write-block", Content.blockArgs(dss, "f", stripe, 1, CONTENT));
            }
            String second = UdpUser.error(user.callAt(Content.port(dss, 2), "fail"));
            assertTrue(second.endsWith("has failed already: recover that first"), second);
            user.askAt(Content.port(dss, 1), "set-mode", "state", "normal");
            user.ask("recovery-complete", "dss_name", "dss1");
            assertArrayEquals(CONTENT, rig.readNatively("dss1", "f"));
        }
    }

    /** The older program's read-complete says neither DSS nor user, and comes before the next manager has asked the disks. */
    @Test
    void aReadIsEndedUnderTheNextManagerThoughItsEndNamesNoDss() throws Exception {
        user.ask("read-prepare", "dss_name", "dss1", "file_name", "f");
        rig.changeManager();
        user.ask("read-complete");
        user.ask("decommission-dss", "dss_name", "dss1", "user_name", "U1");
    }

    /** Whoever was told that it is over is not told by the next manager that it goes on. */
    @Test
    void whatWasAnsweredIsOverForTheNextManagerThoughThisOneStopsAtOnce() throws Exception {
        rig.isReleasingSlow = true;
        user.ask("disk-failure", "dss_name", "dss1", "user_name", "U1");
        user.ask("recovery-complete", "dss_name", "dss1");
        rig.changeManager();
        user.ask("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1");
        user.ask("read-complete", "dss_name", "dss1", "user_name", "U1");
        rig.changeManager();
        user.ask("decommission-dss", "dss_name", "dss1", "user_name", "U1");
    }

    @Test
    void whatEndedWhileADiskHungIsNotTakenForOpenByTheNextManager() throws Exception {
        Rig.Disk disk = rig.disk(rig.volume("dss1").disks().get(2).disk());
        user.ask("disk-failure", "dss_name", "dss1", "user_name", "U1");
        disk.hangs = true;
        user.ask("recovery-complete", "dss_name", "dss1");
        disk.hangs = false;
        rig.changeManager();
        user.ask("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1");
        disk.hangs = true;
        user.ask("read-complete", "dss_name", "dss1");
        disk.hangs = false;
        rig.changeManager();
        user.ask("decommission-dss", "dss_name", "dss1", "user_name", "U2");
    }

    @Test
    void aCommandWaitsWhileNobodyManages() throws Exception {
        rig.manages(false);
        user.send(UdpUser.command("register-user", "user_name", "U7", "ip", "h", "m_port", 1, "c_port", 1));
        assertTrue(user.isSilent(500));
        rig.manages(true);
        assertEquals("SUCCESS", user.receive().get("status").stringValue());
        assertTrue(rig.volumes().users().contains("U7"));
    }

    @Test
    void itIsRefusedBeforeItsThirdSecondIsOver() throws Exception {
        rig.manages(false);
        long since = System.nanoTime();
        for (String cmd : List.of("ls", "copy-prepare", "frobnicate")) {
            user.send(UdpUser.command(cmd));
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(DssPort.NO_MANAGER, UdpUser.error(user.receive()));
        }
        long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
        assertTrue(ms >= 2_000, ms + " ms");
        assertTrue(ms < 3_000, ms + " ms");
    }

    @Test
    void whatCameToNothingBeforeAndComesAgainIsTheSameCommand() throws Exception {
        byte[] configure = UdpUser.command("configure-dss", "dss_name", "dss2", "n", 4, "striping_unit", 128);
        rig.manages(false);
        user.send(configure);
        assertEquals(DssPort.NO_MANAGER, UdpUser.error(user.receive()));
        rig.manages(true);
        user.send(configure);
        Message ignored = rig.volumes();
        assertEquals("fewer than n disks with state Free", UdpUser.error(user.receive()));
    }

    @Test
    void aDecommissionGoesOn() throws Exception {
        user.ask("decommission-dss", "dss_name", "dss1", "user_name", "U1");
        Rig.await(() -> rig.volumes().volumes().isEmpty());
        user.ask("decommission-complete", "dss_name", "dss1");
    }
}
