package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.client.GroupClient;
import io.roundtable.client.GroupException;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Strangers at the ports of a GCD and of the leader: each is shown out with one line, and the group goes on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileInputProcessTest {
    private static final int IDLERS = 1_000;

    private Table table;
    private PeerProcess leader;
    private List<PeerProcess> peers;

    /** One victim: its port and where it logs. */
    private record Victim(String name, int port, EventFile events) {
        long complaintsAbout(Attacker attacker) {
            return events.of("bad_input").stream()
                    .filter(event -> event.get("peer").asString().equals(attacker.name()))
                    .count();
        }
    }

    @BeforeAll
    void sitDown(@TempDir Path folder) {
        table = new Table(folder).withGcd();
        peers = List.of(table.peer(100, 4_000_001), table.peer(200, 4_000_002), table.peer(300, 4_000_003));
        peers.forEach(table::awaitJoined);
        leader = (PeerProcess) table.awaitAgreement();
        table.awaitThat("quiet", () -> peers.stream().allMatch(peer -> leaderChanges(peer) >= 1));
    }

    @AfterAll
    void close() {
        table.close();
    }

    private static int leaderChanges(PeerProcess peer) {
        return peer.events().of("leader_changed").size();
    }

    private List<Victim> victims() {
        return List.of(
                new Victim("peer", leader.port(), leader.events()),
                new Victim("gcd", table.gcdPort(), table.gcdEvents()));
    }

    @AfterEach
    void theGroupGoesOn() throws IOException, GroupException {
        assertEquals(leader, table.awaitAgreement());
        for (PeerProcess peer : peers) {
            assertEquals(List.of(), peer.events().of("leader_lost"), table::transcript);
            assertEquals("", peer.process().err());
        }
        assertTrue(Attacker.answersProbe(leader.port()));
        assertEquals(
                leader.identity(),
                new GroupClient(new Address("127.0.0.1", table.gcdPort()))
                        .leader()
                        .member()
                        .identity());
        assertEquals("", table.gcd().err());
    }

    // ---- what is no message

    @TestFactory
    List<DynamicTest> strangeBytesAreShownOutWithOneLine() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Victim victim : victims()) {
            strangeBytes()
                    .forEach((name, bytes) -> tests.add(DynamicTest.dynamicTest(
                            victim.name + ": " + name, () -> assertShownOutWithOneLine(victim, bytes))));
        }
        return tests;
    }

    private void assertShownOutWithOneLine(Victim victim, byte[] bytes) throws IOException {
        try (Attacker attacker = new Attacker(victim.port).send(bytes)) {
            assertTrue(attacker.isThrownOut());
            table.awaitThat("a line", () -> victim.complaintsAbout(attacker) > 0);
            assertEquals(1, victim.complaintsAbout(attacker));
        }
        assertTrue(table.gcd().isAlive() && leader.isAlive());
    }

    private static Map<String, byte[]> strangeBytes() throws IOException {
        Map<String, byte[]> all = new LinkedHashMap<>(Commands.hostilePickles());
        byte[] garbage = new byte[4096];
        new Random(7).nextBytes(garbage);
        garbage[0] = 0x16; // as TLS begins
        all.put("garbage", garbage);
        all.put("HTTP GET", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        all.put("frame with a head of 2 GB", frame(Integer.MAX_VALUE, 0));
        all.put("frame with a head of -1", frame(-1, 0));
        all.put("frame with a body of 2 GB", frame(10, 1L << 31));
        all.put(
                "frame of version 9",
                new byte[] {'R', 'T', 9, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        all.put("Redis PING", "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));
        return all;
    }

    private static byte[] frame(int headLength, long bodyLength) {
        return ByteBuffer.allocate(24)
                .put(new byte[] {'R', 'T', 1, 1})
                .putInt(headLength)
                .putLong(bodyLength)
                .putLong(1)
                .array();
    }

    /** Found here: the kept socket has no way to end a lab exchange, and the whole process stopped with a bug. */
    @Test
    void aPickleOnAConnectionThatSpokeNativeIsShownOutWithOneLine() throws IOException {
        for (Victim victim : victims()) {
            try (Attacker attacker = new Attacker(victim.port)) {
                attacker.send(Attacker.nativeStatusQuery()).awaitAnswer();
                attacker.send(Attacker.pickledProbe());
                assertTrue(attacker.isThrownOut(), victim.name);
                table.awaitThat("a line", () -> victim.complaintsAbout(attacker) > 0);
            }
        }
    }

    @Test
    void aHighestMemberThatAnswersGarbageIsPassedOver() throws IOException {
        byte[] garbage = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (FakeMember fake = FakeMember.join(table.gcdPort(), new Identity(350, 4_000_009), garbage);
                Table more = table.sameGcd()) {
            PeerProcess newcomer = more.peer(250, 4_000_008);
            more.awaitThat(
                    "it follows",
                    () -> newcomer.leader().filter(leader.identity()::equals).isPresent());
            more.awaitThat(
                    "a line",
                    () -> newcomer.events().of("bad_answer").stream()
                            .anyMatch(event -> event.get("peer").toString().equals("[350,4000009]")));
            assertTrue(newcomer.isAlive());
        }
    }

    // ---- what takes its time

    @Test
    void whoDripsAMessageIsShownOutWithOneLine() throws IOException {
        byte[] begun = Attacker.nativeStatusQuery();
        for (Victim victim : victims()) {
            try (Attacker attacker = new Attacker(victim.port)) {
                assertTrue(attacker.isThrownOutWhileDripping(begun, 150), victim.name);
                table.awaitThat("a line", () -> victim.complaintsAbout(attacker) > 0);
                assertEquals(1, victim.complaintsAbout(attacker));
            }
        }
    }

    @Test
    void whoEndsInTheMiddleOfAMessageHarmsNobody() throws IOException {
        for (Victim victim : victims()) {
            new Attacker(victim.port).send((byte) 0x80, (byte) 4).close();
        }
    }

    @Test
    void aThousandIdleConnectionsAreShownOutAndNobodyWaitsForThem() throws IOException, GroupException {
        for (Victim victim : victims()) {
            List<Attacker> idlers = new ArrayList<>();
            try {
                for (int i = 0; i < IDLERS; i++) {
                    idlers.add(new Attacker(victim.port));
                }
                theGroupGoesOn();
                for (Attacker idler : idlers) {
                    assertTrue(idler.isThrownOut(), victim.name);
                }
            } finally {
                for (Attacker idler : idlers) {
                    idler.close();
                }
            }
        }
    }

    @Test
    void connectionsThatAreDroppedAtOnceHarmNobody() throws IOException {
        for (Victim victim : victims()) {
            for (int i = 0; i < IDLERS; i++) {
                new Attacker(victim.port).close();
            }
        }
    }
}
