package io.roundtable.peer;

import static io.roundtable.peer.Student.pickle;
import static io.roundtable.peer.Student.raw;
import static io.roundtable.peer.Student.say;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.event.Event;
import io.roundtable.event.EventFormat;
import io.roundtable.event.EventTable;
import io.roundtable.gcd.GcdServer;
import io.roundtable.protocol.Address;
import io.roundtable.wire.pickle.PyTuple;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes of the course, each with one bug, at a table with a peer: the log tells their authors which. */
class LabFaultsTest {
    private static final String WHO = "peer=(300,1000300) ";
    private static final String OK = "expected=\"'OK' or ('OK', …)\"";
    /** {@code pickle.dumps({'OK'})}, in protocol 4 and in protocol 2. */
    private static final byte[] SET_4 = raw("\u0080\4\u008f\u0094(\u008c\2OK\u0094\u0090.");

    private static final byte[] SET_2 = raw("\u0080\2c__builtin__\nset\nq\0]q\1X\2\0\0\0OKq\2a\u0085q\3Rq\4.");
    /** {@code pickle.dumps(State.OK)} of an Enum. */
    private static final byte[] ENUM =
            raw("\u0080\4\u0095\u001f\0\0\0\0\0\0\0\u008c\u0008__main__\u0094\u008c\5State\u0094\u0093\u0094");

    private Table table;

    @BeforeEach
    void lay() throws Exception {
        table = new Table();
    }

    @AfterEach
    void clear() throws Exception {
        table.close();
        for (Event event : table.events) {
            Set<String> documented = EventTable.read().factsOf(event.kind());
            event.facts()
                    .forEach(fact -> assertTrue(
                            documented.contains(fact.name()),
                            () -> fact.name() + " is not in the table: " + EventFormat.human(event)));
        }
        assertEquals(List.of(), table.complaints);
    }

    private Stream<String> lines() {
        return table.events.stream().map(EventFormat::human);
    }

    private void awaitLine(String... parts) {
        await().atMost(10, TimeUnit.SECONDS)
                .alias(String.join(" … ", parts))
                .untilAsserted(() -> assertTrue(
                        lines().anyMatch(line -> Stream.of(parts).allMatch(line::contains)),
                        () -> String.join("\n", lines().toList())));
    }

    // ---- what it answers

    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of(
                        "silent",
                        (Student.Bug) (socket, message) -> {
                            // Only the peer's time limit, or the test's end, ends the connection.
                            socket.getInputStream().read();
                        },
                        "no_answer " + WHO + "to=ELECTION waited=1",
                        " reason=silent hint="),
                Arguments.of(
                        "closes without an answer",
                        (Student.Bug) (socket, message) -> socket.close(),
                        "no_answer " + WHO + "to=ELECTION waited=",
                        " reason=closed hint="),
                Arguments.of(
                        "raw text",
                        saying(raw("OK")),
                        "bad_answer " + WHO + "to=ELECTION",
                        "got=\"b'OK'\" " + OK + " hint=\"this is plain text: send pickle.dumps"),
                Arguments.of(
                        "raw text that begins as a pickle does",
                        saying(raw("GOT_IT")),
                        "bad_answer " + WHO + "to=ELECTION",
                        "got=\"b'GOT_IT'\" " + OK + " hint=\"this is plain text: send pickle.dumps"),
                Arguments.of(
                        "a wrong word",
                        saying(pickle("YES")),
                        "bad_answer " + WHO + "to=ELECTION got=\"'YES'\" " + OK + " hint=",
                        ""),
                Arguments.of(
                        "a wrong word in a pair",
                        saying(pickle(PyTuple.of("FINE", null))),
                        "bad_answer " + WHO + "to=ELECTION",
                        "got=\"('FINE', None)\" " + OK),
                Arguments.of(
                        "the members without a word",
                        saying(pickle(Map.of())),
                        "bad_answer " + WHO + "to=ELECTION got=\"{}\" " + OK,
                        ""),
                Arguments.of(
                        "a set",
                        saying(SET_4),
                        "bad_answer " + WHO + "to=ELECTION",
                        "got=\"b'\\x80\\x04\\x8f\\x94(\\x8c\\x02OK\\x94\\x90.'\" " + OK + " hint=\"a set"),
                Arguments.of("a set of Python 2", saying(SET_2), "bad_answer " + WHO + "to=ELECTION", " hint=\"a set"),
                Arguments.of(
                        "an Enum", saying(ENUM), "bad_answer " + WHO + "to=ELECTION", " hint=\"an object of a class"),
                Arguments.of(
                        "half a pickle",
                        saying(raw("\u0080\4\u008c\2O")),
                        "bad_answer " + WHO + "to=ELECTION",
                        "got=\"b'\\x80\\x04\\x8c\\x02O'\" " + OK + " hint=\"a pickle without its end"),
                Arguments.of(
                        "a list of ids beside OK",
                        saying(pickle(PyTuple.of("OK", List.of(PyTuple.of(300L, 1_000_300L))))),
                        "bad_answer " + WHO + "to=ELECTION reason=\"left out: identities where members are meant\"",
                        "got=\"[(300, 1000300)]\" expected=\"{(days, id): (host, port), …}\" hint="),
                Arguments.of(
                        "two answers",
                        saying(pickle("OK"), pickle(PyTuple.of("OK", null))),
                        "extra_message " + WHO + "to=ELECTION got=\"('OK', None)\" hint=",
                        ""),
                Arguments.of(
                        "two answers, one after the other",
                        (Student.Bug) (socket, message) -> {
                            socket.getOutputStream().write(pickle("OK"));
                            socket.getOutputStream().flush();
                            // The asker has read the first one and says that it has nothing more to say.
                            assertEquals(-1, socket.getInputStream().read());
                            say(socket, pickle("OK"));
                        },
                        "extra_message " + WHO + "to=ELECTION got=\"'OK'\" hint=",
                        ""),
                Arguments.of(
                        "blocks while it waits",
                        (Student.Bug) (socket, message) -> {
                            // Its bug is to be late: longer than an ELECTION is waited for.
                            Thread.sleep(1_300);
                            say(socket, pickle("OK"));
                        },
                        "late_answer " + WHO + "to=ELECTION waited=1",
                        "ms got=\"'OK'\" hint="),
                Arguments.of(
                        "another year",
                        saying(pickle("GOT_IT")),
                        "other_year " + WHO + "to=ELECTION got=\"'GOT_IT'\" " + OK + " hint=",
                        "f19 to f24"));
    }

    private static Student.Bug saying(byte[]... messages) {
        return (socket, message) -> say(socket, messages);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void aBadAnswerIsOneEvent(String name, Student.Bug bug, String begin, String end) throws Exception {
        try (Student student = Student.join(table.gcd(), 300, "JOIN", bug)) {
            table.seat(1);

            awaitLine(begin, end);
        }
    }

    @Test
    void aNodeOfF25ThatAnswersInAnOlderWord() throws Exception {
        try (Student student = Student.join(table.gcd(), 300, "HOWDY", Student.NONE)) {
            table.seat(1);

            awaitLine("other_year " + WHO + "to=ELECTION got=\"'OK'\" expected=\"'GOT_IT'\" hint=", "f25");
        }
    }

    @Test
    void aNodeThatIsRightIsNotMentioned() throws Exception {
        try (Student student = Student.join(table.gcd(), 300, "JOIN", Student.NONE)) {
            table.seat(1);
            announce(student);

            awaitLine("leader_changed leader=(300,1000300)");
        }
        assertEquals(
                List.of(),
                table.events.stream()
                        .filter(LabFaultsTest::isFault)
                        .map(EventFormat::human)
                        .toList());
    }

    private static boolean isFault(Event event) {
        return Set.of("no_answer", "bad_answer", "bad_input", "extra_message", "other_year", "no_message", "not_closed")
                .contains(event.kind().json());
    }

    @Test
    void aLeaderThatNeverAnswersProbe() throws Exception {
        Student.Bug deafToProbes = (socket, message) -> {
            if (message instanceof PyTuple pair && "PROBE".equals(pair.get(0))) {
                socket.getInputStream().read();
            } else {
                Student.NONE.on(socket, message);
            }
        };
        try (Student student = Student.join(table.gcd(), 300, "JOIN", deafToProbes)) {
            table.seat(1);
            announce(student);

            awaitLine("no_answer " + WHO + "to=PROBE waited=10", "ms reason=silent hint=");
        }
    }

    @Test
    void aNodeThatHasEndedIsMentionedOnce() throws Exception {
        Student.join(table.gcd(), 300, "JOIN", Student.NONE).close();
        table.seat(1);

        awaitLine("no_answer " + WHO + "to=ELECTION", "reason=refused hint=\"nobody listens at 127.0.0.1:");
    }

    /** Nodes of f24 do so, and are right. */
    @Test
    void whoClosesAndAnswersOnItsOwnConnectionIsNotMentioned() throws Exception {
        Student.Bug apart = (socket, message) -> {
            socket.close();
            try (Raw own = new Raw(addressOfThePeer())) {
                own.send(pickle("OK"));
                own.endsWithin(1_000);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
        try (Student student = Student.join(table.gcd(), 300, "BEGIN", apart)) {
            table.seat(1);

            // The peer waits for COORDINATOR, which does not come, and asks again.
            await().atMost(10, TimeUnit.SECONDS)
                    .until(() -> lines().filter(line -> line.contains("reason=no_coordinator"))
                                    .count()
                            >= 1);
        }
        assertEquals(
                List.of(), lines().filter(line -> line.contains(" no_answer ")).toList());
    }

    private Address addressOfThePeer() throws Exception {
        return table.address(0);
    }

    // ---- what it says

    static Stream<Arguments> messages() {
        PyTuple pid = PyTuple.of(300L, 1_000_300L);
        return Stream.of(
                Arguments.of(
                        "a bare word",
                        "ELECTION",
                        "bad_input ",
                        "got=\"'ELECTION'\" expected=\"('ELECTION', {…})",
                        "hint=\"a bare word"),
                Arguments.of(
                        "an unknown word",
                        PyTuple.of("VOTE", 7L),
                        "bad_input ",
                        "got=\"('VOTE', 7)\"",
                        "expected=\"('ELECTION', {…})"),
                Arguments.of(
                        "a bare pid",
                        PyTuple.of("ELECTION", pid),
                        "bad_input " + WHO + "in=ELECTION",
                        "got=\"(300, 1000300)\" expected=\"{(days, id): (host, port), …}\"",
                        "hint=\"members travel as a dict"),
                Arguments.of(
                        "a list of ids",
                        PyTuple.of("ELECTION", List.of(pid, PyTuple.of(5L, 1_000_005L))),
                        "bad_input ",
                        "got=\"[(300, 1000300), (5, 1000005)]\" expected=\"{(days, id): (host, port), …}\"",
                        "hint=\"members travel as a dict"),
                Arguments.of(
                        "a list of ids that announces",
                        PyTuple.of("COORDINATOR", List.of(pid)),
                        "bad_input ",
                        "got=\"('COORDINATOR', [(300, 1000300)])\"",
                        "hint=\"members travel as a dict"),
                Arguments.of(
                        "ids as text",
                        PyTuple.of("ELECTION", dict(PyTuple.of("300", "1000300"), PyTuple.of("127.0.0.1", 9L))),
                        "bad_input ",
                        "got=\"{('300', '1000300'): ('127.0.0.1', 9)}\"",
                        "hint=\"days and id are ints: as text '99' is higher"),
                Arguments.of(
                        "port 0",
                        PyTuple.of("ELECTION", dict(pid, PyTuple.of("127.0.0.1", 0L))),
                        "bad_input ",
                        "got=\"{(300, 1000300): ('127.0.0.1', 0)}\"",
                        "hint=\"bind and listen first"),
                Arguments.of(
                        "0.0.0.0",
                        PyTuple.of("ELECTION", dict(pid, PyTuple.of("0.0.0.0", 9L))),
                        "bad_address " + WHO,
                        "address=0.0.0.0:9",
                        "hint=\"one listens there"),
                Arguments.of(
                        "JOIN at a peer",
                        PyTuple.of("JOIN", PyTuple.of(pid, PyTuple.of("127.0.0.1", 9L))),
                        "bad_input " + WHO,
                        "got=\"('JOIN', ((300, 1000300), ('127.0.0.1', 9)))\"",
                        "hint=\"JOIN is for the GCD"));
    }

    private static Map<Object, Object> dict(Object key, Object value) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        dict.put(key, value);
        return dict;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messages")
    void aBadMessageIsOneEvent(String name, Object message, String kind, String got, String hint) throws Exception {
        table.seat(1);
        try (Raw node = new Raw(table.address(0))) {
            node.send(pickle(message)).endsWithin(5_000);
        }

        awaitLine(kind, got, hint);
    }

    @Test
    void halfAPickleAndThenTheEnd() throws Exception {
        table.seat(1);
        try (Raw node = new Raw(table.address(0))) {
            node.send(raw("\u0080\4\u008c\10ELEC"));
        }

        awaitLine(
                "bad_input peer=127.0.0.1:", "got=\"b'\\x80\\x04\\x8c\\x08ELEC'\"", "hint=\"a pickle without its end");
    }

    @Test
    void halfAPickleAndThenNothing() throws Exception {
        table.seat(1);
        try (Raw node = new Raw(table.address(0))) {
            node.send(raw("\u0080\4\u008c\10ELEC")).endsWithin(5_000);
        }

        awaitLine("bad_input peer=127.0.0.1:", "reason=\"a message that began did not end in time\"", "got=\"b'");
    }

    @Test
    void aConnectionThatSaysNothing() throws Exception {
        table.seat(1);
        try (Raw node = new Raw(table.address(0))) {
            node.endsWithin(5_000);
        }

        awaitLine("no_message peer=127.0.0.1:", "waited=2000ms hint=");
    }

    @Test
    void twoMessagesOnOneConnection() throws Exception {
        table.seat(1);
        try (Raw node = new Raw(table.address(0))) {
            node.send(pickle(PyTuple.of("PROBE", null))).receive();
            node.send(pickle(PyTuple.of("PROBE", null))).endsWithin(5_000);
        }

        awaitLine("extra_message peer=127.0.0.1:", "got=\"('PROBE', None)\" hint=");
    }

    @Test
    void anAnswerToCoordinator() throws Exception {
        try (Student student = Student.join(table.gcd(), 5, "JOIN", Student.NONE)) {
            table.seat(1);

            awaitLine("extra_message peer=(5,1000005) to=COORDINATOR got=\"'OK'\" hint=\"COORDINATOR has no answer\"");
        }
    }

    /** What comes in from a port of its own may be whose listener is at the same host. */
    @Test
    void aSenderThatDoesNotSayWhoItIsMayBeGuessed() throws Exception {
        try (Student student = Student.join(table.gcd(), 5, "JOIN", Student.NONE)) {
            table.seat(1);
            awaitLine("member_joined member=(10,1000001)");
            table.awaitLeader(0, 0);
            tell("ELECTION");

            awaitLine("bad_input peer=127.0.0.1:", " may_be=(5,1000005) reason=");
        }
    }

    /** After the peer has joined: joining begins an election, which forgets the leader that was told before. */
    private void announce(Student student) throws Exception {
        awaitLine(" joined members=");
        tell(PyTuple.of("COORDINATOR", student.members()));
    }

    private void tell(Object message) throws Exception {
        try (Raw node = new Raw(table.address(0))) {
            node.send(pickle(message)).endsWithin(5_000);
        }
    }

    // ---- at the GCD

    private void tellTheGcd(Object message) throws Exception {
        try (Raw node = new Raw(table.gcd())) {
            node.send(pickle(message)).endsWithin(5_000);
        }
    }

    private static PyTuple join(String host, long port) {
        return PyTuple.of("JOIN", PyTuple.of(PyTuple.of(300L, 1_000_300L), PyTuple.of(host, port)));
    }

    @Test
    void aJoinWithPort0() throws Exception {
        tellTheGcd(join("127.0.0.1", 0));

        awaitLine(
                "gcd bad_input " + WHO,
                "reason=\"Invalid port number\" got=\"('JOIN', ((300, 1000300), ('127.0.0.1', 0)))\"",
                "expected=\"('JOIN', ((days, id), (host, port)))\" hint=\"bind and listen first");
    }

    @Test
    void aJoinAt0000() throws Exception {
        tellTheGcd(join("0.0.0.0", 9));

        awaitLine(
                "gcd bad_input " + WHO + "in=JOIN reason=\"Invalid host\"",
                "got=\"('JOIN', ((300, 1000300), ('0.0.0.0', 9)))\" hint=\"one listens there");
    }

    /** A GCD that listens to other machines takes it as long as all are on this one. */
    @Test
    void aJoinAt0000ThatTheGcdTakes() throws Exception {
        GcdServer open = new GcdServer(table.loop(), new InetSocketAddress("0.0.0.0", 0), table.events::add);
        Address gcd = new Address("127.0.0.1", table.call(open::start));
        try (Raw node = new Raw(gcd)) {
            node.send(pickle(join("0.0.0.0", 9))).receive();
        }

        awaitLine("gcd bad_address " + WHO + "address=0.0.0.0:9 hint=\"one listens there");
    }

    @Test
    void aBareWordAtTheGcd() throws Exception {
        tellTheGcd("JOIN");

        awaitLine(
                "gcd bad_input peer=127.0.0.1:",
                "got=\"'JOIN'\" expected=\"('JOIN', ((days, id), (host, port)))\" hint=\"a bare word");
    }

    @Test
    void anElectionAtTheGcd() throws Exception {
        tellTheGcd(PyTuple.of("ELECTION", Map.of()));

        awaitLine("gcd bad_input peer=127.0.0.1:", "got=\"('ELECTION', {})\"", "hint=\"the GCD takes only JOIN");
    }

    @Test
    void halfAJoin() throws Exception {
        try (Raw node = new Raw(table.gcd())) {
            node.send(raw("\u0080\4\u008c\4JO"));
        }

        awaitLine(
                "gcd bad_input peer=127.0.0.1:",
                "got=\"b'\\x80\\x04\\x8c\\x04JO'\"",
                "hint=\"a pickle without its end");
    }

    @Test
    void aNodeThatHangsBeforeItsJoin() throws Exception {
        try (Raw node = new Raw(table.gcd())) {
            node.endsWithin(5_000);
        }

        awaitLine("gcd no_message peer=127.0.0.1:", "waited=2000ms hint=");
    }

    @Test
    void aNodeThatHangsAfterItsJoin() throws Exception {
        try (Raw node = new Raw(table.gcd())) {
            node.send(pickle(join("127.0.0.1", 9)));

            awaitLine("gcd not_closed " + WHO + "to=JOIN waited=500ms hint=");
        }
    }

    // ---- how often

    @Test
    void aNodeThatCommitsTheSameFaultAllTheTimeIsCounted() throws Exception {
        table.seat(1);
        PyTuple bad = PyTuple.of("ELECTION", PyTuple.of(300L, 1_000_300L));
        for (int i = 0; i < 40; i++) {
            try (Raw node = new Raw(table.address(0))) {
                node.send(pickle(bad)).receive();
            }
        }
        assertEquals(1, lines().filter(line -> line.contains(" bad_input ")).count());
    }
}
