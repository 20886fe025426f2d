package io.roundtable.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Message;
import io.roundtable.wire.pickle.PyTuple;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the author of a node is told of a message that has a wrong shape or a wrong word. */
class LabAdviceTest {
    private static final PyTuple PID = PyTuple.of(100L, 1_234_567L);
    private static final PyTuple AT = PyTuple.of("127.0.0.1", 5_000L);
    private static final String JOIN = "('JOIN', ((days, id), (host, port)))";

    /** The fault that refuses the message, or the first of what was left out of it. */
    private static LabFault faultOf(Object value) {
        LabReader reader = new LabReader();
        try {
            reader.read(value);
            return reader.complaints().get(0);
        } catch (WireException e) {
            return Objects.requireNonNull(e.fault());
        }
    }

    static Stream<Arguments> joins() {
        return Stream.of(
                Arguments.of(PyTuple.of("JOIN", PID, AT), "identity and address are one pair"),
                Arguments.of(PyTuple.of("JOIN", PyTuple.of(AT, PID)), "the identity comes first"),
                Arguments.of(PyTuple.of("JOIN", AT, PID), "the identity comes first"),
                Arguments.of(PyTuple.of("JOIN", PID), "the address is missing"),
                Arguments.of(PyTuple.of("JOIN", PyTuple.of(PID)), "the address is missing"),
                Arguments.of(PyTuple.of("JOIN", PyTuple.of(100L, 1_234_567L, "127.0.0.1", 5_000L)), "pairs of their"),
                Arguments.of(PyTuple.of("JOIN", 100L, 1_234_567L, "127.0.0.1", 5_000L), "pairs of their own"),
                Arguments.of(PyTuple.of("JOIN", Map.of(PID, AT)), "JOIN takes a pair, not a dict"),
                Arguments.of(PyTuple.of("JOIN", null), "who joins, and where it listens"),
                Arguments.of(PyTuple.of("JOIN"), "who joins, and where it listens"),
                Arguments.of(PyTuple.of("JOIN", 1_234_567L), "an id alone"),
                Arguments.of(PyTuple.of("JOIN", PyTuple.of(1_234_567L, AT)), "an id alone"),
                Arguments.of(PyTuple.of("JOIN", PyTuple.of(PyTuple.of(1_234_567L, 100L), AT)), "days come first"),
                Arguments.of(PyTuple.of("JOIN", PyTuple.of(PyTuple.of(100.0, 1_234_567L), AT)), "ints, not floats"),
                Arguments.of(PyTuple.of("JOIN", PyTuple.of(PyTuple.of("100", 1_234_567L), AT)), "are ints: as text"),
                Arguments.of(PyTuple.of("JOIN", PyTuple.of(PyTuple.of(0L, 1_234_567L), AT)), "today is 365 days"),
                Arguments.of(
                        PyTuple.of("JOIN", PyTuple.of(PID, "127.0.0.1:5000")), "the host, then the port as an int"),
                Arguments.of(PyTuple.of("JOIN", PyTuple.of(PID, 5_000L)), "the host, then the port as an int"),
                Arguments.of(
                        PyTuple.of("JOIN", PyTuple.of(PID, PyTuple.of("127.0.0.1", "5000"))), "the port as an int"),
                Arguments.of(
                        PyTuple.of("JOIN", PyTuple.of(PID, PyTuple.of("127.0.0.1", 0L))), "bind and listen first"));
    }

    @ParameterizedTest
    @MethodSource("joins")
    void aJoinOfAWrongShapeIsToldItsShape(PyTuple join, String hint) {
        LabFault fault = faultOf(join);

        assertTrue(fault.hint().contains(hint), fault::toString);
        assertEquals(JOIN, fault.expected());
        assertEquals("JOIN", fault.in());
    }

    static Stream<Arguments> victories() {
        return Stream.of(
                Arguments.of(PyTuple.of("COORDINATOR", 1_234_567L), "an id alone"),
                Arguments.of(PyTuple.of("COORDINATOR", "1234567"), "an id alone"),
                Arguments.of(PyTuple.of("COORDINATOR", PyTuple.of(1_234_567L)), "an id alone"),
                Arguments.of(PyTuple.of("COORDINATOR", PyTuple.of("100", "1234567")), "are ints: as text"),
                Arguments.of(PyTuple.of("COORDINATOR", PyTuple.of(1_234_567L, 100L)), "days come first"),
                Arguments.of(PyTuple.of("COORDINATOR", AT), "an address alone"),
                Arguments.of(PyTuple.of("COORDINATOR", null), "who leads is missing"),
                Arguments.of(PyTuple.of("COORDINATOR"), "who leads is missing"),
                Arguments.of(PyTuple.of("COORDINATOR", Map.of()), "who leads is missing"),
                Arguments.of(PyTuple.of("COORDINATOR", List.of(PID)), "members travel as a dict"),
                Arguments.of(
                        PyTuple.of("COORDINATOR", PyTuple.of(100L, 1_234_567L, "127.0.0.1", 5_000L)), "each member"),
                Arguments.of(PyTuple.of("COORDINATOR", Map.of(1_234_567L, AT)), "an id alone"),
                Arguments.of(PyTuple.of("I_AM_LEADER", 1_234_567L), "an id alone"));
    }

    @ParameterizedTest
    @MethodSource("victories")
    void aVictoryThatNamesNobodyIsToldHowALeaderIsNamed(PyTuple victory, String hint) {
        LabFault fault = faultOf(victory);

        assertTrue(fault.hint().contains(hint), fault::toString);
        assertEquals("COORDINATOR", fault.in());
    }

    static Stream<Arguments> elections() {
        return Stream.of(
                Arguments.of(PyTuple.of("ELECTION", 1_234_567L), "an id alone"),
                Arguments.of(PyTuple.of("ELECTION", Map.of(1_234_567L, AT)), "an id alone"),
                Arguments.of(PyTuple.of("ELECT", "1234567"), "an id alone"),
                Arguments.of(PyTuple.of("ELECTION", PyTuple.of(PID, AT)), "each member"),
                Arguments.of(PyTuple.of("ELECTION", PID), "members travel as a dict"),
                Arguments.of(PyTuple.of("ELECTION", null), "the members are missing"),
                Arguments.of(PyTuple.of("ELECTION"), "the members are missing"));
    }

    @ParameterizedTest
    @MethodSource("elections")
    void anElectionWithoutMembersIsToldHowTheyTravel(PyTuple election, String hint) {
        LabFault fault = faultOf(election);

        assertTrue(fault.hint().contains(hint), fault::toString);
    }

    @Test
    void whoSentAMessageOfAWrongShapeIsReadFromIt() {
        Identity sender = new Identity(100, 1_234_567);

        assertEquals(sender, faultOf(PyTuple.of("JOIN", PID, AT)).sender());
        assertEquals(sender, faultOf(PyTuple.of("JOIN", PyTuple.of(AT, PID))).sender());
        assertEquals(sender, faultOf(PyTuple.of("JOIN", Map.of(PID, AT))).sender());
    }

    @Test
    void whatIsInAnEnvelopeIsToldTheSame() {
        LabFault fault = faultOf(PyTuple.of(PyTuple.of("I_AM_LEADER", 1_234_567L), PyTuple.of(PID, PID)));

        assertTrue(fault.hint().contains("an id alone"), fault::toString);
        assertEquals(new Identity(100, 1_234_567), fault.sender());
    }

    // ---- words

    @ParameterizedTest
    @CsvSource({
        "COORDINATER, COORDINATOR",
        "coordinator, COORDINATOR",
        "CORDINATOR, COORDINATOR",
        "COORDINATORS, COORDINATOR",
        "LEADER, COORDINATOR",
        "VICTORY, COORDINATOR",
        "I AM LEADER, I_AM_LEADER",
        "Election, ELECTION",
        "ELECITON, ELECTION",
        "ELECTED, ELECT",
        "probe, PROBE",
        "PING, PROBE",
        "join, JOIN",
        "JOINED, JOIN",
        "JIONN, JOIN",
        "HODWY, HOWDY",
        "ok, OK",
        "OKEY, OKAY",
        "GOT IT, GOT_IT",
        "GOTIT, GOT_IT",
        "ANSWER, OK",
    })
    void aWordThatIsNearlyOneOfOursIsTold(String said, String meant) {
        String hint = "did you mean '" + meant + "'?";

        assertEquals(hint, faultOf(PyTuple.of(said, null)).hint());
        Message refused = new Message.Refusal(said);
        assertTrue(LabAdvice.hintOfAnswer(refused).startsWith(hint), LabAdvice.hintOfAnswer(refused));
        Inbound bare = new Inbound(refused, Dialect.LAB, FrameKind.ONE_WAY, 0, false, List.of());
        assertTrue(LabAdvice.ofQuestion(bare, "").hint().startsWith(hint), said);
        assertTrue(LabAdvice.ofGcdQuestion(bare, "").hint().startsWith(hint), said);
    }

    @Test
    void whatStandsAroundTheWordThatWasMeantIsExpected() {
        assertEquals(
                LabAdvice.expectedAfter("COORDINATOR"),
                faultOf(PyTuple.of("COORDINATER", Map.of(PID, AT))).expected());
        assertEquals(JOIN, faultOf(PyTuple.of("join", PyTuple.of(PID, AT))).expected());
    }

    @ParameterizedTest
    @ValueSource(strings = {"VOTE", "GOODBYE", "NO", "", "X", "ELEPHANT", "YES", "FINE", "JOKE BOOK"})
    void nobodyIsToldAWordThatIsFarFromTheirs(String said) {
        assertEquals("no word of this protocol", faultOf(PyTuple.of(said, null)).hint());
        assertTrue(LabAdvice.hintOfAnswer(new Message.Refusal(said)).startsWith("only OK says"));
    }

    /** The distance is computed for what fits a word, whatever comes. */
    @Test
    void aLongWordCostsNothing() {
        assertEquals(
                "no word of this protocol",
                faultOf(PyTuple.of("COORDINATOR".repeat(5_000), null)).hint());
    }
}
