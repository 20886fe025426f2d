package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A command whose user was told that nobody knows what became of it, and one in the same words after something else. */
class UndecidedCommandsTest {
    @TempDir
    private Path folder;

    @Test
    void aLaterCopyOfTheSameSizeIsAcknowledgedAndThrownAway() throws Exception {
        byte[] first = Content.random(3_000, 1);
        byte[] second = Content.random(3_000, 2);
        try (Rig rig = new Rig(folder, 3)) {
            Follower follower = new Follower(rig);
            DssPort port = follower.open(2);
            try (UdpUser user = new UdpUser(port.port())) {
                user.ask(
                        "register-user", "user_name", "U1", "ip", "127.0.0.1", "m_port", user.localPort(), "c_port", 9);
                Content.configure(user, "dss1", 3, 128);
                JsonNode dss = Content.copyPrepare(user, "dss1", "f", "U1");
                Content.write(user, dss, "f", first);
                follower.isDeaf = true;
                // as the older program does: no sha256
                assertEquals(
                        DssPort.NO_MANAGER,
                        user.error(
                                "copy-complete", "dss_name", "dss1", "file_name", "f", "size", 3_000, "owner", "U1"));
                follower.isDeaf = false;
                assertArrayEquals(first, rig.readNatively("dss1", "f"));
                // the user has seen a failure; the file changes, and is copied again
                dss = Content.copyPrepare(user, "dss1", "f", "U1");
                Content.write(user, dss, "f", second);
                user.ask("copy-complete", "dss_name", "dss1", "file_name", "f", "size", 3_000, "owner", "U1");
                assertArrayEquals(second, rig.readNatively("dss1", "f"), "acknowledged, and the old content is there");
            }
        }
    }

    @Test
    void aDssIsSaidToBeMadeAndIsNot() throws Exception {
        try (Rig rig = new Rig(folder, 3)) {
            Follower follower = new Follower(rig);
            DssPort port = follower.open(2);
            try (UdpUser user = new UdpUser(port.port())) {
                user.ask(
                        "register-user", "user_name", "U1", "ip", "127.0.0.1", "m_port", user.localPort(), "c_port", 9);
                follower.isDeaf = true;
                assertEquals(
                        DssPort.NO_MANAGER,
                        user.error("configure-dss", "dss_name", "dss1", "n", 3, "striping_unit", 128));
                follower.isDeaf = false;
                user.ask("decommission-dss", "dss_name", "dss1", "user_name", "U1");
                user.ask("decommission-complete", "dss_name", "dss1");
                user.ask("configure-dss", "dss_name", "dss1", "n", 3, "striping_unit", 128);
                assertEquals(1, rig.volumes().volumes().size(), "SUCCESS, and there is no DSS");
            }
        }
    }

    @Test
    void aUserIsSaidToBeRegisteredAndIsNot() throws Exception {
        try (Rig rig = new Rig(folder, 3)) {
            Follower follower = new Follower(rig);
            DssPort port = follower.open(2);
            try (UdpUser user = new UdpUser(port.port())) {
                follower.isDeaf = true;
                assertEquals(
                        DssPort.NO_MANAGER,
                        user.error(
                                "register-user",
                                "user_name",
                                "U1",
                                "ip",
                                "127.0.0.1",
                                "m_port",
                                user.localPort(),
                                "c_port",
                                9));
                follower.isDeaf = false;
                user.ask("deregister-user", "user_name", "U1");
                user.ask(
                        "register-user", "user_name", "U1", "ip", "127.0.0.1", "m_port", user.localPort(), "c_port", 9);
                user.ask("deregister-user", "user_name", "U1");
            }
        }
    }
}
