package io.roundtable.peer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.event.Event;
import io.roundtable.event.EventKind;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.LabCodec;
import io.roundtable.wire.NativeCodec;
import io.roundtable.wire.OkForm;
import io.roundtable.wire.pickle.PickleWriter;
import io.roundtable.wire.pickle.PyTuple;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole peers over real sockets, all on one loop. */
class PeerNodeTest {
    private static final LabCodec LAB = new LabCodec(OkForm.PAIR, false);
    private static final PyTuple STRANGER = PyTuple.of(365L, 9_999_999L);

    private Table table;

    @BeforeEach
    void lay() throws Exception {
        table = new Table();
    }

    @AfterEach
    void clear() throws Exception {
        table.close();
        assertEquals(List.of(), table.complaints);
    }

    @Test
    void fivePeersAgreeOnTheHighest() throws Exception {
        table.seat(5);

        table.awaitLeader(4, 0, 1, 2, 3, 4);
        assertEquals(PeerState.LEADER, table.status(4).state());
        assertEquals(PeerState.FOLLOWER, table.status(0).state());
    }

    @Test
    void whenTheLeaderStopsTheNextHighestLeads() throws Exception {
        table.seat(3);
        table.awaitLeader(2, 0, 1, 2);

        table.stop(2);

        table.awaitLeader(1, 0, 1);
    }

    @Test
    void peersOfBothDialectsAgree() throws Exception {
        table.seat(new Identity(50, 1_000_050), Dialect.LAB);
        table.seat(new Identity(10, 1_000_010), Dialect.NATIVE);
        table.seat(new Identity(90, 1_000_090), Dialect.NATIVE);
        table.seat(new Identity(70, 1_000_070), Dialect.LAB);

        table.awaitLeader(2, 0, 1, 2, 3);
    }

    @Test
    void aGcdThatHangsIsLeftForTheNextOne() throws Exception {
        Identity self = new Identity(10, 1_000_010);
        try (ServerSocket hanging = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            Address first = new Address("127.0.0.1", hanging.getLocalPort());
            PeerNode peer = table.seat(self, List.of(first, table.gcd()));
            Member member = table.call(peer::status).self();
            try (Socket kept = hanging.accept()) {
                ByteBuffer welcome =
                        new NativeCodec().encode(FrameKind.ANSWER, 0, new Message.Members(List.of(member)));
                kept.getOutputStream().write(welcome.array(), welcome.position(), welcome.remaining());

                await().atMost(30, TimeUnit.SECONDS)
                        .until(() -> table.events.stream().anyMatch(each -> each.kind() == EventKind.MEMBER_JOINED));
            }
        }
    }

    // ---- feigning

    @Test
    void whoFeignsByClosingHasNoListenerAndNoSocket() throws Exception {
        table.seat(3);
        table.awaitLeader(2, 0, 1, 2);
        Address address = table.address(2);
        try (Raw spoken = new Raw(address);
                Raw silent = new Raw(address)) {
            spoken.send(new NativeCodec().encode(FrameKind.REQUEST, 1, Message.Probe.BARE))
                    .receive();

            table.feign(2, FeignMode.CLOSE);

            assertTrue(spoken.endsWithin(500), "a socket of the feigning peer is open");
            assertTrue(silent.endsWithin(500), "an accepted socket of the feigning peer is open");
        }
        // The system frees the listener when the selector looks the next time.
        await().untilAsserted(() ->
                assertThrows(ConnectException.class, () -> new Socket(address.host(), address.port()).close()));
        table.awaitLeader(1, 0, 1);

        table.recover(2);
        table.awaitLeader(2, 0, 1, 2);
        assertEquals(address, table.address(2));
    }

    @Test
    void whoFeignsByIgnoringKeepsItsSocketsAndAnswersNobody() throws Exception {
        table.seat(2);
        table.awaitLeader(1, 0, 1);
        Address address = table.address(1);
        table.feign(1, FeignMode.IGNORE);

        try (Raw lab = new Raw(address);
                Raw kept = new Raw(address)) {
            lab.send(LAB.encode(Message.Probe.BARE));
            kept.send(new NativeCodec().encode(FrameKind.REQUEST, 1, Message.Probe.BARE));
            assertFalse(lab.endsWithin(300));
            assertFalse(kept.endsWithin(300));
        }
        table.awaitLeader(0, 0);

        table.recover(1);
        table.awaitLeader(1, 0, 1);
        assertEquals(address, table.address(1));
    }

    // ---- message ids

    @ParameterizedTest
    @EnumSource
    void bothSidesReportAMessageUnderOneId(Dialect dialect) throws Exception {
        // The highest first: lower newcomers ask it.
        for (int i = 3; i >= 1; i--) {
            table.seat(new Identity(10 * i, 1_000_000 + i), dialect);
            table.awaitLeader(0, 3 - i);
        }
        table.stop(0);
        table.awaitLeader(1, 1, 2);

        // Between members: what goes to the GCD it does not report.
        await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> {
            Map<String, Long> sent = ids(EventKind.SENT);
            Map<String, Long> received = ids(EventKind.RECEIVED);
            for (String word : List.of("ELECTION", "OK", "COORDINATOR", "PROBE")) {
                boolean isRare = dialect == Dialect.NATIVE && word.equals("COORDINATOR");
                assertTrue(isRare || received.keySet().stream().anyMatch(id -> id.startsWith(word)), word);
            }
            // What a message that came in was called by its sender; the last ones to the stopped peer never came in.
            received.forEach((id, count) -> assertEquals(1L, sent.getOrDefault(id, 0L), id + " of " + sent));
        });
    }

    private Map<String, Long> ids(EventKind kind) {
        return table.of(kind).stream()
                .filter(event -> !table.gcd().equals(Table.fact(event, "peer")))
                .map(event -> Table.fact(event, "kind") + " " + Table.fact(event, "message"))
                .collect(Collectors.groupingBy(id -> id, Collectors.counting()));
    }

    // ---- other people's nodes

    @Test
    void twoOksInARowAreHarmless() throws Exception {
        byte[] ok = PickleWriter.write("OK");
        try (ServerSocket node = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            node.setSoTimeout(10_000);
            try (Raw gcd = new Raw(table.gcd())) {
                gcd.send(PickleWriter.write(PyTuple.of(
                                "JOIN", PyTuple.of(STRANGER, PyTuple.of("127.0.0.1", (long) node.getLocalPort())))))
                        .receive();
            }
            table.seat(1);
            try (Socket asked = node.accept()) {
                asked.getInputStream().read();
                asked.getOutputStream().write(ok);
                asked.getOutputStream().write(ok);
            }
            // It now waits for the stranger's COORDINATOR, and takes it.
            try (Raw victory = new Raw(table.address(0))) {
                victory.send(PickleWriter.write(PyTuple.of(
                        "COORDINATOR", Map.of(STRANGER, PyTuple.of("127.0.0.1", (long) node.getLocalPort())))));
            }
            await().until(() -> {
                Member leader = table.status(0).leader();
                return leader != null && leader.identity().id() == 9_999_999;
            });
        }
    }

    @Test
    void aCoordinatorWithGarbageAmongItsMembersIsSurvived() throws Exception {
        table.seat(1);
        table.awaitLeader(0, 0);
        Map<Object, Object> members = new LinkedHashMap<>();
        members.put("garbage", 7L);
        members.put(PyTuple.of(400L, 1L), PyTuple.of("127.0.0.1", 5_000L));
        members.put(PyTuple.of(5L, 2_000_000L), PyTuple.of("two words", 5_000L));
        members.put(PyTuple.of(6L, 2_000_000L), PyTuple.of("127.0.0.1", 5_000L));

        try (Raw raw = new Raw(table.address(0))) {
            raw.send(PickleWriter.write(PyTuple.of("COORDINATOR", members)));
            assertTrue(raw.endsWithin(5_000));
        }
        assertEquals(3, table.of(EventKind.BAD_INPUT).size());
        // Lower than we are: no leader of ours.
        table.awaitLeader(0, 0);
    }

    @Test
    void wordsOfLaterYearsAreUnderstood() throws Exception {
        table.seat(1);
        table.awaitLeader(0, 0);
        PyTuple lower = PyTuple.of(5L, 2_000_000L);
        Object dict = Map.of(lower, PyTuple.of("127.0.0.1", 9L));

        try (Raw raw = new Raw(table.address(0))) {
            Message answer = raw.send(PickleWriter.write(PyTuple.of("ELECT", dict)))
                    .receive()
                    .message();
            assertEquals(Message.Ok.BARE, answer);
        }
        try (Raw raw = new Raw(table.address(0))) {
            raw.send(PickleWriter.write(PyTuple.of("I_AM_LEADER", STRANGER)));
            assertTrue(raw.endsWithin(5_000));
        }
        assertEquals(List.of(), table.of(EventKind.BAD_INPUT));
    }

    @Test
    void whatNoPeerTakesIsAnsweredInWords() throws Exception {
        table.seat(1);
        Map<byte[], String> questions = Map.of(
                PickleWriter.write(PyTuple.of("GIMME", null)), "Unexpected message: GIMME",
                PickleWriter.write(7L), "Malformed message",
                PickleWriter.write(PyTuple.of("JOIN", PyTuple.of(STRANGER, PyTuple.of("127.0.0.1", 9L)))),
                        "Unexpected message: JOIN",
                "GET / HTTP/1.1\r\n\r\n".getBytes(), "Malformed message");
        for (Map.Entry<byte[], String> question : questions.entrySet()) {
            try (Raw raw = new Raw(table.address(0))) {
                Message answer = raw.send(question.getKey()).receive().message();
                assertEquals(
                        question.getValue(),
                        assertInstanceOf(Message.Refusal.class, answer).reason());
                assertTrue(raw.endsWithin(5_000));
            }
        }
        assertEquals(4, table.of(EventKind.BAD_INPUT).size());
    }

    @Test
    void aThousandIdleConnectionsDisturbNobody() throws Exception {
        table.seat(2);
        table.awaitLeader(1, 0, 1);
        List<Raw> idle = new java.util.ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                idle.add(new Raw(table.address(1)));
            }
            try (Raw raw = new Raw(table.address(1))) {
                assertInstanceOf(
                        Message.Ok.class,
                        raw.send(LAB.encode(Message.Probe.BARE)).receive().message());
            }
        } finally {
            for (Raw each : idle) {
                each.close();
            }
        }
        assertEquals(
                List.of(),
                table.of(EventKind.LEADER_LOST).stream().map(Event::facts).toList());
    }

    @Test
    void anUnknownHostOfTheGcdIsGivenUpWithASentence() throws Exception {
        List<String> reasons = new java.util.concurrent.CopyOnWriteArrayList<>();
        table.call(() -> {
            new PeerNode(
                            table.loop(),
                            Table.options(new Identity(1, 1_000_000), new Address("999.1.1.1", 9), Dialect.NATIVE)
                                    .withGcdPatienceMs(500),
                            event -> {},
                            reasons::add)
                    .start();
            return null;
        });

        await().atMost(10, TimeUnit.SECONDS).until(() -> !reasons.isEmpty());
        assertTrue(reasons.get(0).contains("999.1.1.1"), reasons::toString);
    }
}
