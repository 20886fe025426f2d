package io.roundtable.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.pickle.PyTuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Forms that real nodes send and forms that nobody should; the bytes are the pickle tests' matter. */
class LabReaderTest {
    private static final PyTuple PID = PyTuple.of(100L, 1_234_567L);
    private static final PyTuple AT = PyTuple.of("127.0.0.1", 5_000L);
    private static final Member MEMBER = Samples.member(100, 1_234_567, "127.0.0.1", 5_000, Dialect.LAB);

    static Stream<Arguments> forms() {
        Map<Object, Object> members = Map.of(PID, AT);
        Message.Join join = new Message.Join(MEMBER);
        Message.Election election = new Message.Election(null, List.of(MEMBER), false);
        Member f24 = MEMBER.as(Dialect.F24);
        Member f25 = MEMBER.as(Dialect.F25);
        PyTuple parties = PyTuple.of(PID, PyTuple.of(200L, 2_000_000L));
        return Stream.of(
                Arguments.of("f24 BEGIN", PyTuple.of("BEGIN", PyTuple.of(PID, AT)), new Message.Join(f24)),
                Arguments.of("f25 HOWDY", PyTuple.of("HOWDY", PyTuple.of(PID, AT)), new Message.Join(f25)),
                Arguments.of(
                        "f25 ELECT", PyTuple.of("ELECT", members), new Message.Election(null, List.of(f25), false)),
                Arguments.of(
                        "f24 ELECTION that names its sender",
                        PyTuple.of("ELECTION", PID, members),
                        new Message.Election(MEMBER, List.of(MEMBER), false)),
                Arguments.of(
                        "the same nested",
                        PyTuple.of("ELECTION", PyTuple.of(PID, members)),
                        new Message.Election(MEMBER, List.of(MEMBER), false)),
                Arguments.of("ELECTION and something else", PyTuple.of("ELECTION", members, 7L), election),
                Arguments.of(
                        "f24 COORDINATOR, a pid",
                        PyTuple.of("COORDINATOR", PID),
                        new Message.Victory(MEMBER.identity())),
                Arguments.of(
                        "f24 COORDINATOR, pid and address",
                        PyTuple.of("COORDINATOR", PID, AT),
                        new Message.Coordinator(MEMBER, List.of(MEMBER))),
                Arguments.of("f24 PROBE alone", PyTuple.of("PROBE"), Message.Probe.BARE),
                Arguments.of(
                        "f25 in an envelope",
                        PyTuple.of(PyTuple.of("I_AM_LEADER", PID), parties),
                        new Message.Victory(MEMBER.identity())),
                Arguments.of(
                        "f25 in an envelope of addresses",
                        PyTuple.of(PyTuple.of("PROBE", null), PyTuple.of(AT, AT)),
                        Message.Probe.BARE),
                Arguments.of("f25 I_AM_LEADER", PyTuple.of("I_AM_LEADER", PID), new Message.Victory(MEMBER.identity())),
                Arguments.of("f25 GOT_IT", "GOT_IT", Message.Ok.BARE),
                Arguments.of("f25 GOT_IT as a pair", PyTuple.of("GOT_IT", null), Message.Ok.BARE),
                Arguments.of("OKAY with members", PyTuple.of("OKAY", members), new Message.Ok(null, List.of(MEMBER))),
                Arguments.of("OKAY alone", "OKAY", Message.Ok.BARE),
                Arguments.of("a list for the pair", List.of("ELECTION", members), election),
                Arguments.of("keyed by address", PyTuple.of("ELECTION", Map.of(AT, PID)), election),
                Arguments.of("a list of pairs", PyTuple.of("ELECTION", List.of(PyTuple.of(PID, AT))), election),
                Arguments.of("lists inside", PyTuple.of("JOIN", List.of(PID.items(), AT.items())), join),
                Arguments.of("localhost", PyTuple.of("JOIN", PyTuple.of(PID, PyTuple.of("localhost", 5_000L))), join),
                Arguments.of(
                        "COORDINATOR of one",
                        PyTuple.of("COORDINATOR", members),
                        new Message.Coordinator(MEMBER, List.of(MEMBER))),
                Arguments.of("an error text", "Invalid port number", new Message.Refusal("Invalid port number")),
                Arguments.of("a text to fear", "a\u001b[31m\nb\u009b", new Message.Refusal("a?[31m?b?")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void isUnderstood(String what, Object value, Message expected) throws WireException {
        LabReader reader = new LabReader();

        assertEquals(expected, reader.read(value), what);
        assertEquals(List.of(), reader.complaints());
    }

    static Stream<Arguments> faults() {
        String malformed = "Malformed message";
        String id = "Malformed process id, expected (days_to_next_birthday, student_id)";
        String port = "Invalid port number";
        return Stream.of(
                Arguments.of(7L, malformed),
                Arguments.of(null, malformed),
                Arguments.of(List.of(), malformed),
                Arguments.of(PyTuple.of(1L, 2L), malformed),
                Arguments.of(PyTuple.of("JOIN", null), malformed),
                Arguments.of(PyTuple.of("JOIN"), malformed),
                Arguments.of(PyTuple.of("JOIN", PyTuple.of(PID)), malformed),
                Arguments.of(PyTuple.of("HELLO", PID), "Unexpected message: HELLO"),
                Arguments.of(join(PyTuple.of(0L, 1_234_567L), AT), id),
                Arguments.of(join(PyTuple.of(366L, 1_234_567L), AT), id),
                Arguments.of(join(PyTuple.of(100L, 999_999L), AT), id),
                Arguments.of(join(PyTuple.of(100L, 10_000_000L), AT), id),
                Arguments.of(join(PyTuple.of(1L << 32 | 100, 1_234_567L), AT), id),
                Arguments.of(join(PyTuple.of("100", 1_234_567L), AT), id),
                Arguments.of(join(PyTuple.of(100L, 1_234_567L, 1L), AT), id),
                Arguments.of(join("pid", AT), id),
                Arguments.of(join(PID, PyTuple.of("127.0.0.1", 0L)), port),
                Arguments.of(join(PID, PyTuple.of("127.0.0.1", 65_536L)), port),
                Arguments.of(join(PID, PyTuple.of("127.0.0.1", -1L)), port),
                Arguments.of(join(PID, PyTuple.of("127.0.0.1", "5000")), port),
                Arguments.of(join(PID, PyTuple.of("two words", 5_000L)), "Invalid host"),
                Arguments.of(join(PID, PyTuple.of("", 5_000L)), "Invalid host"));
    }

    private static PyTuple join(Object pid, Object at) {
        return PyTuple.of("JOIN", PyTuple.of(pid, at));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultIsAnsweredInTheReferencesWords(Object value, String text) {
        WireException e = assertThrows(WireException.class, () -> new LabReader().read(value));

        assertEquals(text, e.refusal());
    }

    @Test
    void whatIsWellFormedIsTakenAndTheRestLeftOut() throws WireException {
        Map<Object, Object> mixed = new LinkedHashMap<>();
        mixed.put("pid", AT);
        mixed.put(PyTuple.of(366L, 1_000_000L), AT);
        mixed.put(PID, AT);
        mixed.put(PyTuple.of(5L, 1_000_000L), null);
        mixed.put(PyTuple.of(6L, 1_000_000L), PyTuple.of("127.0.0.1", 0L));
        LabReader reader = new LabReader();

        Message message = reader.read(PyTuple.of("COORDINATOR", mixed));

        assertEquals(new Message.Coordinator(MEMBER, List.of(MEMBER)), message);
        assertEquals(4, reader.complaints().size());
    }

    @Test
    void complaintsAreFewHoweverMuchIsWrong() throws WireException {
        List<Object> garbage = new java.util.ArrayList<>();
        for (long i = 0; i < 1_000; i++) {
            garbage.add(i);
        }
        LabReader reader = new LabReader();
        reader.read(PyTuple.of("ELECTION", garbage));

        assertTrue(reader.complaints().size() <= 10);
    }

    @Test
    void aCoordinatorWithoutAnybodyIsNoMessage() {
        assertThrows(WireException.class, () -> new LabReader().read(PyTuple.of("COORDINATOR", Map.of())));
    }
}
