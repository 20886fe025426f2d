package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A command whose user was told that nobody knows what became of it, and one in the same words after something else. */
class UndecidedCommandsTest {
    private static final Member MANAGER =
            new Member(new Identity(300, 1_000_001), new Address("127.0.0.1", 4_711), Dialect.NATIVE);

    @TempDir
    private Path folder;

    private static final class Follower implements DssGroup {
        final Rig rig;
        /** The manager carries out what it is given; its answers are lost (the way back is cut). */
        volatile boolean isDeaf;

        Follower(Rig rig) {
            this.rig = rig;
        }

        @Override
        public OptionalLong epoch() {
            return OptionalLong.empty();
        }

        @Override
        public Optional<Member> manager() {
            return Optional.of(MANAGER);
        }

        @Override
        public void ask(VolumeMessage request, Consumer<Message> then) {
            throw new AssertionError();
        }

        @Override
        public void order(VolumeInfo.Seat disk, DssMessage order, long timeoutMs, Consumer<Message> then) {
            throw new AssertionError();
        }

        @Override
        public void pass(Member to, DssMessage request, long timeoutMs, Consumer<Message> then) {
            if (isDeaf) {
                rig.desk.onDatagram((DssMessage.Datagram) request, answer -> {});
                rig.loop.schedule(timeoutMs, () -> then.accept(null));
            } else {
                rig.desk.onDatagram((DssMessage.Datagram) request, then);
            }
        }
    }

    private static DssPort open(Follower follower) throws Exception {
        Rig rig = follower.rig;
        return rig.onLoop(() -> DssPort.open(
                rig.loop,
                Rig.at(0),
                follower,
                new ManagerDesk(rig.loop, follower, DssOptions.DEFAULT, new Random(1)),
                DssOptions.DEFAULT,
                new Random(2)));
    }

    @Test
    void aLaterCopyOfTheSameSizeIsAcknowledgedAndThrownAway() throws Exception {
        byte[] first = Content.random(3_000, 1);
        byte[] second = Content.random(3_000, 2);
        try (Rig rig = new Rig(folder, 3)) {
            Follower follower = new Follower(rig);
            DssPort port = open(follower);
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
            DssPort port = open(follower);
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
            DssPort port = open(follower);
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
