package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Whoever was told nothing sends the same words to another peer: it is answered as it would have been, and nothing is done twice. */
class RepeatedElsewhereTest {
    @TempDir
    private Path folder;

    private Rig rig;
    private Follower one;
    private DssPort onePort;
    private DssPort otherPort;
    private UdpUser user;
    private final RequestNumbers deaf = new RequestNumbers(new Random(13));

    @BeforeEach
    void open() throws Exception {
        rig = new Rig(folder, 4, DssOptions.DEFAULT.withOpen(true));
        one = new Follower(rig);
        onePort = one.open(11);
        otherPort = new Follower(rig).open(12);
        user = new UdpUser(onePort.port());
    }

    @AfterEach
    void close() throws Exception {
        user.close();
        rig.close();
    }

    private Object[] registration() {
        return new Object[] {"user_name", "U1", "ip", "127.0.0.1", "m_port", user.localPort(), "c_port", 9};
    }

    /** The first peer's answer is lost on the way from the manager; then the same to the other one. */
    private JsonNode twice(boolean isManagerChanged, String cmd, Object... args) throws Exception {
        byte[] json = UdpUser.command(cmd, args);
        Address from = new Address("127.0.0.1", user.localPort());
        CompletableFuture<Message> lost = new CompletableFuture<>();
        DssMessage.Datagram first = new DssMessage.Datagram(from, deaf.next(from, json), json, false);
        rig.onLoop(() -> {
            rig.desk.onDatagram(first, lost::complete);
            return null;
        });
        lost.get(20, TimeUnit.SECONDS);
        if (isManagerChanged) {
            rig.changeManager();
        }
        return user.askAt(otherPort.port(), cmd, args);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theOtherPeerAnswersAsTheFirstWouldHave(boolean isManagerChanged) throws Exception {
        twice(isManagerChanged, "register-user", registration());
        twice(isManagerChanged, "register-disk", "disk_name", "F1", "ip", "127.0.0.1", "m_port", 8, "c_port", 9);
        JsonNode made = twice(isManagerChanged, "configure-dss", "dss_name", "dss1", "n", 3, "striping_unit", 128);
        assertEquals(3, made.get("dss").get("disks").size());
        assertEquals(1, rig.volumes().volumes().size());
        twice(isManagerChanged, "deregister-disk", "disk_name", "F1");
        String free = rig.volumes().disks().stream()
                .filter(line -> line.volume().isEmpty())
                .map(VolumeMessage.DiskLine::name)
                .findFirst()
                .orElseThrow();
        twice(isManagerChanged, "deregister-disk", "disk_name", free);
        twice(isManagerChanged, "deregister-user", "user_name", "U1");
        assertTrue(rig.volumes().users().isEmpty());
    }

    @Test
    void whatWasAnsweredAndIsSaidAgainAtTheSamePeerIsADuplicate() throws Exception {
        user.ask("register-user", registration());
        assertEquals("duplicate or bad user_name", user.error("register-user", registration()));
        user.ask("configure-dss", "dss_name", "dss1", "n", 3, "striping_unit", 128);
        assertEquals(
                "bad or duplicate dss_name",
                user.error("configure-dss", "dss_name", "dss1", "n", 3, "striping_unit", 128));
    }

    /** Nothing is said to be done that is not so now. */
    @Test
    void whatHasChangedSinceIsNotSaidToBeDone() throws Exception {
        Object[] configuration = {"dss_name", "dss1", "n", 3, "striping_unit", 128};
        user.ask("register-user", registration());
        user.ask("configure-dss", configuration);
        user.ask("decommission-dss", "dss_name", "dss1", "user_name", "U1");
        user.ask("decommission-complete", "dss_name", "dss1");
        user.askAt(otherPort.port(), "configure-dss", configuration);
        assertEquals(1, rig.volumes().volumes().size(), "made anew");
        user.ask("deregister-user", "user_name", "U1");
        try (UdpUser another = new UdpUser(onePort.port())) {
            another.ask(
                    "register-user", "user_name", "U1", "ip", "127.0.0.1", "m_port", another.localPort(), "c_port", 9);
        }
        assertEquals(
                "duplicate or bad user_name",
                UdpUser.error(user.callAt(otherPort.port(), "register-user", registration())));
    }

    @Test
    void anotherSenderOfTheSameWordsIsAnotherOne() throws Exception {
        user.ask("configure-dss", "dss_name", "dss1", "n", 3, "striping_unit", 128);
        try (UdpUser another = new UdpUser(otherPort.port())) {
            assertEquals(
                    "bad or duplicate dss_name",
                    another.error("configure-dss", "dss_name", "dss1", "n", 3, "striping_unit", 128));
        }
    }

    // ---- from this machine

    @Test
    void aDiskOfThisMachineIsFoundWhereOthersFindThisMachine() throws Exception {
        one.self = Optional.of(new Address("10.1.2.3", 23_610));
        user.ask("register-disk", "disk_name", "F1", "ip", "127.0.0.1", "m_port", 8, "c_port", 9);
        user.ask("register-disk", "disk_name", "F2", "ip", "localhost", "m_port", 8, "c_port", 10);
        user.ask("register-disk", "disk_name", "F3", "ip", "10.9.9.9", "m_port", 8, "c_port", 9);
        assertEquals(Optional.of(new Address("10.1.2.3", 9)), foreign("F1"));
        assertEquals(Optional.of(new Address("10.1.2.3", 10)), foreign("F2"));
        assertEquals(Optional.of(new Address("10.9.9.9", 9)), foreign("F3"));
        // And its user is the same, whatever its program calls its machine.
        user.ask("register-user", registration());
        user.ask("configure-dss", "dss_name", "dss1", "n", 3, "striping_unit", 128);
        user.ask("decommission-dss", "dss_name", "dss1", "user_name", "U1");
        user.ask("decommission-complete", "dss_name", "dss1");
    }

    private Optional<Address> foreign(String name) {
        return rig.volumes().disks().stream()
                .filter(line -> line.name().equals(name))
                .findFirst()
                .orElseThrow()
                .foreign();
    }
}
