package io.roundtable.gcd;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.peer.Raw;
import io.roundtable.peer.Table;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Presence;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabCodec;
import io.roundtable.wire.NativeCodec;
import io.roundtable.wire.OkForm;
import io.roundtable.wire.pickle.PickleWriter;
import io.roundtable.wire.pickle.PyTuple;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The GCD over real sockets. */
class GcdServerTest {
    private static final Identity PID = new Identity(100, 1_234_567);
    private static final LabCodec PLAIN = new LabCodec(OkForm.PAIR, false);
    private static final LabCodec OFFERING = new LabCodec(OkForm.PAIR, true);

    private final Socket deaf = new Socket();
    private Table table;

    @BeforeEach
    void open() throws Exception {
        table = new Table();
    }

    @AfterEach
    void close() throws Exception {
        deaf.close();
        table.close();
    }

    private static Member member(Identity identity, int port, Dialect dialect) {
        return new Member(identity, new Address("127.0.0.1", port), dialect);
    }

    private static PyTuple pair(Object first, Object second) {
        return PyTuple.of(first, second);
    }

    private Raw dial() throws Exception {
        return new Raw(table.gcd());
    }

    private Message ask(byte[] pickle) throws Exception {
        try (Raw raw = dial()) {
            Message answer = raw.send(pickle).receive().message();
            assertTrue(raw.endsWithin(5_000), "a lab exchange ends its socket");
            return answer;
        }
    }

    private Message ask(Message question) throws Exception {
        try (Raw raw = dial()) {
            return raw.send(request(question)).receive().message();
        }
    }

    private static ByteBuffer request(Message message) {
        return new NativeCodec().encode(FrameKind.REQUEST, 9, message);
    }

    private static ByteBuffer oneWay(Message message) {
        return new NativeCodec().encode(FrameKind.ONE_WAY, 9, message);
    }

    private List<Control.Listed> listed() throws Exception {
        return assertInstanceOf(Control.Listing.class, ask(new Control.ListMembers()))
                .members();
    }

    private void awaitPresence(Identity identity, Presence presence) {
        await().until(() -> listed().stream()
                .anyMatch(each -> each.member().identity().equals(identity) && each.presence() == presence));
    }

    // ---- JOIN

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void joinIsUnderstoodInEveryPickleProtocol(int protocol) throws Exception {
        byte[] join;
        try (var in = Objects.requireNonNull(
                getClass().getResourceAsStream("/fixtures/pickle/join.p" + protocol + ".pickle"))) {
            join = in.readAllBytes();
        }
        Member expected = member(PID, 53_931, Dialect.LAB);

        assertEquals(new Message.Members(List.of(expected)), ask(join));
        assertEquals(expected, listed().get(0).member());
        assertEquals(Presence.UNKNOWN, listed().get(0).presence());
    }

    @ParameterizedTest
    @ValueSource(strings = {"JOIN", "BEGIN", "HOWDY"})
    void joinIsUnderstoodInTheWordsOfEveryYear(String word) throws Exception {
        byte[] join = PickleWriter.write(pair(word, pair(pair(100L, 1_234_567L), pair("localhost", 5_000L))));

        assertEquals(new Message.Members(List.of(member(PID, 5_000, Dialect.LAB))), ask(join));
    }

    static Stream<Arguments> faults() {
        PyTuple pid = pair(100L, 1_234_567L);
        PyTuple at = pair("127.0.0.1", 5_000L);
        String badId = "Malformed process id, expected (days_to_next_birthday, student_id)";
        return Stream.of(
                Arguments.of(7L, "Malformed message"),
                Arguments.of(List.of(), "Malformed message"),
                Arguments.of(pair("JOIN", null), "Malformed message"),
                Arguments.of(pair("JOIN", pid.items().get(0)), "Malformed message"),
                Arguments.of(pair("GIMME", null), "Unexpected message: GIMME"),
                Arguments.of(pair("ELECTION", List.of()), "Unexpected message: ELECTION"),
                Arguments.of(pair("PROBE", null), "Unexpected message: PROBE"),
                Arguments.of("OK", "Unexpected message: OK"),
                Arguments.of(pair("JOIN", pair(pair(0L, 1_234_567L), at)), badId),
                Arguments.of(pair("JOIN", pair(pair(366L, 1_234_567L), at)), badId),
                Arguments.of(pair("JOIN", pair(pair(100L, 999_999L), at)), badId),
                Arguments.of(pair("JOIN", pair(pair("100", 1_234_567L), at)), badId),
                Arguments.of(pair("JOIN", pair(pid, pair("127.0.0.1", 0L))), "Invalid port number"),
                Arguments.of(pair("JOIN", pair(pid, pair("127.0.0.1", 65_536L))), "Invalid port number"),
                Arguments.of(pair("JOIN", pair(pid, pair("192.0.2.1", 5_000L))), "Invalid host"),
                Arguments.of(pair("JOIN", pair(pid, pair("127.example.org", 5_000L))), "Invalid host"),
                Arguments.of(pair("JOIN", pair(pid, pair("example.org", 5_000L))), "Invalid host"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyFaultIsAnsweredInItsWords(Object value, String text) throws Exception {
        assertEquals(new Message.Refusal(text), ask(PickleWriter.write(value)));
        assertEquals(List.of(), listed());
    }

    @Test
    void bytesThatAreNoPickleAreAnsweredAsMalformed() throws Exception {
        assertEquals(new Message.Refusal("Malformed message"), ask("GET / HTTP/1.1\r\n\r\n".getBytes()));
    }

    @Test
    void anOfferOfNativeIsTakenUpOnAKeptConnection() throws Exception {
        Member self = member(PID, 5_000, Dialect.NATIVE);
        try (Raw raw = dial()) {
            Inbound answer = raw.send(OFFERING.encode(new Message.Join(self))).receive();

            assertTrue(answer.isNative());
            assertEquals(FrameKind.ANSWER, answer.kind());
            assertEquals(new Message.Members(List.of(self)), answer.message());
            Inbound again = raw.send(request(new Message.Join(self))).receive();
            assertEquals(9, again.requestId());
            assertEquals(Presence.PRESENT, listed().get(0).presence());
        }
        awaitPresence(PID, Presence.GONE);
    }

    // ---- contested seats

    @Test
    void anIdentityThatIsTakenAndAliveIsRefused() throws Exception {
        try (ServerSocket alive = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
                Raw seated = dial()) {
            seated.send(OFFERING.encode(new Message.Join(member(PID, alive.getLocalPort(), Dialect.NATIVE))))
                    .receive();

            Message answer = ask(new Message.Join(member(PID, 5_001, Dialect.NATIVE)));
            String reason = assertInstanceOf(Message.Refusal.class, answer).reason();
            assertTrue(reason.contains("(100,1234567)") && reason.contains("taken"), reason);
        }
    }

    /** A machine that lost its power ended no connection, and comes back at another port. */
    @Test
    void anOpenLineKeepsNoSeatWhereNobodyListens() throws Exception {
        try (Raw seated = dial()) {
            seated.send(OFFERING.encode(new Message.Join(member(PID, deafPort(), Dialect.NATIVE))))
                    .receive();
            Member newcomer = member(PID, 5_001, Dialect.NATIVE);

            assertEquals(new Message.Members(List.of(newcomer)), ask(new Message.Join(newcomer)));
        }
    }

    @Test
    void aLabMemberThatStillListensKeepsItsSeat() throws Exception {
        try (ServerSocket alive = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            ask(bytes(new Message.Join(member(PID, alive.getLocalPort(), Dialect.LAB))));

            assertInstanceOf(Message.Refusal.class, ask(bytes(new Message.Join(member(PID, 5_001, Dialect.LAB)))));
        }
    }

    @Test
    void aDeadMembersSeatIsGivenToTheNewcomer() throws Exception {
        ask(bytes(new Message.Join(member(PID, deafPort(), Dialect.LAB))));
        Member newcomer = member(PID, 5_001, Dialect.LAB);

        assertEquals(new Message.Members(List.of(newcomer)), ask(bytes(new Message.Join(newcomer))));
    }

    @Test
    void whoSpeaksNativeWhileItsSeatIsLookedIntoHarmsNobody() throws Exception {
        ask(bytes(new Message.Join(member(PID, deafPort(), Dialect.LAB))));
        Member newcomer = member(PID, 5_001, Dialect.LAB);
        byte[] join = bytes(new Message.Join(newcomer));
        ByteBuffer list = request(new Control.ListMembers());
        ByteBuffer both = ByteBuffer.allocate(join.length + list.remaining())
                .put(join)
                .put(list)
                .flip();
        try (Raw raw = dial()) {
            raw.send(both);
            assertInstanceOf(Control.Listing.class, raw.receive().message());
            assertEquals(new Message.Members(List.of(newcomer)), raw.receive().message());
        }
        assertEquals(1, listed().size());
    }

    /** A port at which nobody listens, and nobody can begin to before the test is over. */
    private int deafPort() throws Exception {
        deaf.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        return deaf.getLocalPort();
    }

    private static byte[] bytes(Message message) {
        ByteBuffer buffer = PLAIN.encode(message);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    // ---- native members

    @Test
    void whoSaysGoodbyeIsForgottenAndNobodyElseCanSayItForHim() throws Exception {
        try (Raw seated = dial();
                Raw stranger = dial()) {
            seated.send(OFFERING.encode(new Message.Join(member(PID, 5_000, Dialect.NATIVE))))
                    .receive();
            stranger.send(oneWay(new Control.Leave(PID)));
            stranger.send(request(new Control.ListMembers())).receive();
            assertEquals(1, listed().size());

            seated.send(oneWay(new Control.Leave(PID)));
            await().until(() -> listed().isEmpty());
        }
    }

    @Test
    void anOrderToRecoverIsPassedOnToWhoStandsBy() throws Exception {
        try (Raw seated = dial()) {
            seated.send(OFFERING.encode(new Message.Join(member(PID, 5_000, Dialect.NATIVE))))
                    .receive();
        }
        awaitPresence(PID, Presence.GONE);
        try (Raw line = dial()) {
            line.send(oneWay(new Control.StandBy(PID)));
            awaitPresence(PID, Presence.FEIGNING);

            assertEquals(new Control.Done(), ask(new Control.Recover(PID.id())));
            assertEquals(new Control.Recover(PID.id()), line.receive().message());
        }
        // It died while it feigned.
        awaitPresence(PID, Presence.GONE);
        assertInstanceOf(Message.Refusal.class, ask(new Control.Recover(PID.id())));
    }

    @Test
    void ordersToRecoverNobodyAreRefused() throws Exception {
        try (Raw stranger = dial()) {
            stranger.send(oneWay(new Control.StandBy(PID)));
            stranger.send(request(new Control.ListMembers())).receive();

            assertInstanceOf(Message.Refusal.class, ask(new Control.Recover(PID.id())));
        }
    }

    @Test
    void whatAGcdDoesNotTakeIsRefusedAndTheConnectionStays() throws Exception {
        try (Raw raw = dial()) {
            assertInstanceOf(
                    Message.Refusal.class,
                    raw.send(request(new Control.Watch())).receive().message());
            assertInstanceOf(
                    Message.Refusal.class,
                    raw.send(request(Message.Probe.BARE)).receive().message());
            assertFalse(raw.endsWithin(100));
        }
    }
}
