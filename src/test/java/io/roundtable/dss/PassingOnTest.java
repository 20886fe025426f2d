package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Any peer answers: one that does not manage passes the datagram on. */
class PassingOnTest {
    @TempDir
    private Path folder;

    @Test
    void aPeerThatDoesNotManageAnswersForTheOneThatDoes() throws Exception {
        byte[] content = Content.random(3_000, 1);
        try (Rig rig = new Rig(folder, 3)) {
            Follower follower = new Follower(rig);
            DssPort port = follower.open(2);
            try (UdpUser user = new UdpUser(port.port());
                    UdpUser other = new UdpUser(rig.port.port())) {
                user.ask(
                        "register-user", "user_name", "U1", "ip", "127.0.0.1", "m_port", user.localPort(), "c_port", 9);
                Content.configure(user, "dss1", 3, 128);
                JsonNode dss = Content.copyPrepare(user, "dss1", "f", "U1");
                Content.write(user, dss, "f", content);
                assertEquals("NOT_OWNER", other.error("copy-complete", Content.completion("dss1", "f", "U2", content)));
                user.ask("copy-complete", Content.completion("dss1", "f", "U1", content));
                assertArrayEquals(content, rig.readNatively("dss1", "f"));

                // The manager knows the user by its own socket, not by the peer that passes on.
                user.ask("disk-failure", "dss_name", "dss1", "user_name", "U1");
                assertEquals("NOT_OWNER", other.error("recovery-complete", "dss_name", "dss1"));
                user.ask("recovery-complete", "dss_name", "dss1");
                user.send("{\"cmd\":");
                assertTrue(UdpUser.error(user.receive()).startsWith("malformed datagram"));

                follower.isCut = true;
                assertEquals(DssPort.NO_MANAGER, user.error("ls"));
                follower.manager = Optional.empty();
                assertEquals(DssPort.NO_MANAGER, user.error("ls"));
            }
        }
    }

    @Test
    void whatComesAgainIsNotSwallowedWhileTheManagerHangs() throws Exception {
        try (Rig rig = new Rig(folder, 3)) {
            Follower follower = new Follower(rig);
            DssPort port = follower.open(2);
            try (UdpUser user = new UdpUser(port.port())) {
                follower.hangs = true;
                byte[] ls = UdpUser.command("ls");
                long sinceNs = System.nanoTime();
                user.send(ls);
                for (int again = 0; again < 4; again++) {
                    assertTrue(user.isSilent(200));
                    user.send(ls);
                }
                assertEquals(DssPort.NO_MANAGER, UdpUser.error(user.receive()));
                user.send(ls);
                assertEquals(DssPort.NO_MANAGER, UdpUser.error(user.receive()));
                long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNs);
                assertTrue(ms > 4_000 && ms < 6_000, ms + " ms");

                user.send(ls);
                follower.hangs = false;
                assertEquals("no DSS configured", UdpUser.error(user.receive()));
            }
        }
    }

    @Test
    void moreCommandsThanThereIsRoomForAreAnsweredAtOnce() throws Exception {
        try (Rig rig = new Rig(folder, 3)) {
            Follower follower = new Follower(rig);
            DssPort port = follower.open(2);
            try (UdpUser user = new UdpUser(port.port())) {
                follower.hangs = true;
                for (int number = 0; number < 1_100; number++) {
                    user.send(UdpUser.command("ls", "number", number));
                }
                for (int number = 1_024; number < 1_100; number++) {
                    assertEquals(ManagerDesk.TOO_MANY, UdpUser.error(user.receive()));
                }
            }
        }
    }

    @Test
    void everyMessageComesThroughAFrameAsItWas() {
        DiskId disk = new DiskId(-1, 7);
        List<DssMessage> all = List.of(
                new DssMessage.Stage(
                        disk, 7, 1L << 40, new ShareKey(1, 2, 3), "dss1", "a/b.txt", 3, 1, 128, Rig.USER, true),
                new DssMessage.SealStaged(disk, 7, 9, 8, 1L << 53, true),
                new DssMessage.StagedSealed(new ShareKey(1, 2, 3), 5, -5),
                new DssMessage.Expose(
                        disk,
                        7,
                        9,
                        "dss1",
                        1,
                        2,
                        3,
                        1,
                        128,
                        DssMessage.Operation.READ,
                        List.of(new DssMessage.Exposed("f", 8, 9)),
                        Rig.USER,
                        1L << 33,
                        List.of(new VolumeInfo.Seat(disk, "D1", Optional.of(new Address("h", 1))))),
                new DssMessage.Working(),
                new DssMessage.Recall(disk, 7, 8, "dss1"),
                new DssMessage.Recalled(List.of(new DssMessage.Kept(
                        1, DssMessage.Operation.DISK_FAILURE, Rig.USER, 6, 3, 128, 2, "f", 3, 4, true, false, 5))),
                new DssMessage.Ready(65_535),
                new DssMessage.Pulse(disk, 7, 9, true),
                new DssMessage.Heard(-1),
                new DssMessage.Release(disk, 7, 9, false),
                new DssMessage.Failed(disk, "dss1"));
        for (DssMessage each : all) {
            assertEquals(each, Follower.throughFrames(each));
        }
        byte[] json = new byte[65_507];
        new Random(1).nextBytes(json);
        DssMessage.Datagram datagram = (DssMessage.Datagram)
                Follower.throughFrames(new DssMessage.Datagram(new Address("::1", 1), 77, json, true));
        assertArrayEquals(json, datagram.json());
        assertEquals(new Address("::1", 1), datagram.from());
        assertEquals(77, datagram.requestId());
        assertTrue(datagram.isAgain());
        assertArrayEquals(json, ((DssMessage.Reply) Follower.throughFrames(new DssMessage.Reply(json))).json());
    }
}
