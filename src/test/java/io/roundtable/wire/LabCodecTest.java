package io.roundtable.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabCodecTest {
    private static final Member A = Samples.member(100, 1_234_567, "127.0.0.1", 53_931, Dialect.LAB);
    private static final Member B = Samples.member(3, 7_654_321, "127.0.0.1", 40_001, Dialect.LAB);
    private static final Member C = Samples.member(364, 1_000_001, "127.0.0.1", 65_535, Dialect.NATIVE);
    private static final LabCodec CODEC = new LabCodec(OkForm.PAIR, false);

    private static byte[] encode(LabCodec codec, Message message) {
        return Samples.bytes(codec.encode(message));
    }

    private static Message again(Message message) throws WireException {
        return LabCodec.decode(encode(CODEC, message)).message();
    }

    /** The expression that CPython pickles to the same bytes. */
    static Stream<Arguments> expressions() {
        LabCodec text = new LabCodec(OkForm.TEXT, false);
        return Stream.of(
                Arguments.of(CODEC, new Message.Join(A), "('JOIN', ((100, 1234567), ('127.0.0.1', 53931)))"),
                Arguments.of(CODEC, Message.Probe.BARE, "('PROBE', None)"),
                Arguments.of(CODEC, Message.Ok.BARE, "('OK', None)"),
                Arguments.of(text, Message.Ok.BARE, "'OK'"),
                Arguments.of(CODEC, new Message.Refusal("Malformed message"), "'Malformed message'"),
                Arguments.of(
                        CODEC,
                        new Message.Election(A, List.of(A), false),
                        "('ELECTION', {(100, 1234567): ('127.0.0.1', 53931)})"),
                Arguments.of(
                        CODEC,
                        new Message.Coordinator(C, List.of(C)),
                        "('COORDINATOR', {(364, 1000001): ('127.0.0.1', 65535)})"),
                Arguments.of(CODEC, new Message.Members(List.of(B)), "{(3, 7654321): ('127.0.0.1', 40001)}"),
                Arguments.of(CODEC, new Message.Members(List.of()), "{}"));
    }

    @ParameterizedTest
    @MethodSource("expressions")
    void bytesAreThoseOfCPython(LabCodec codec, Message message, String expression) throws Exception {
        assertArrayEquals(
                python("print(pickle.dumps(" + expression + ", 4).hex())", new byte[0]), encode(codec, message));
    }

    @Test
    void cPythonReadsWhatTheMarkedCodecWrites() throws Exception {
        byte[] pickle = encode(new LabCodec(OkForm.PAIR, true), new Message.Join(A));
        byte[] plain = encode(CODEC, new Message.Join(A));

        assertArrayEquals(
                plain,
                python("print(pickle.dumps(pickle.loads(bytes.fromhex(sys.stdin.readline())), 4).hex())", pickle));
        assertTrue(LabCodec.decode(pickle).offersNative());
        assertEquals(LabCodec.decode(plain).message(), LabCodec.decode(pickle).message());
    }

    private static byte[] python(String script, byte[] input) throws Exception {
        Process python;
        try {
            python = new ProcessBuilder("python3", "-c", "import pickle, sys\n" + script)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            return Assumptions.abort("no python3 here: " + e.getMessage());
        }
        try (var out = python.outputWriter()) {
            out.write(HexFormat.of().formatHex(input) + "\n");
        } catch (IOException e) {
            // A script that reads nothing may end before.
        }
        String hex = new String(python.getInputStream().readAllBytes()).strip();
        assertTrue(python.waitFor(10, TimeUnit.SECONDS));
        return HexFormat.of().parseHex(hex);
    }

    @Test
    void aCoordinatorHasTheLeaderFirstAndTheOthersBelow() throws WireException {
        Message.Coordinator read = (Message.Coordinator) again(new Message.Coordinator(A, List.of(B, A)));

        assertEquals(List.of(A, B), read.members());
        assertEquals(A, read.leader());
    }

    @Test
    void theSenderOfAnElectionComesFirstThenTheHighest() throws WireException {
        Message.Election read = (Message.Election) again(new Message.Election(B, List.of(A, C, B), false));

        assertEquals(List.of(B, C.as(Dialect.LAB), A), read.members());
    }

    @Test
    void aMembersAnswerHasTheHighestFirst() throws WireException {
        Message.Members read = (Message.Members) again(new Message.Members(List.of(B, A, C)));

        assertEquals(List.of(C.as(Dialect.LAB), A, B), read.members());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 37, 38})
    void upTo38MembersFitTheFirstRead(int count) throws WireException {
        // Longest spelling of each part: three digits of days are two bytes, ports are two bytes.
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(Samples.member(300 + i, 9_000_000 + i, "127.0.0.1", 60_000 + i, Dialect.LAB));
        }
        Member leader = members.get(count - 1);
        ByteBuffer pickle = CODEC.encode(new Message.Coordinator(leader, members));

        assertTrue(pickle.remaining() <= LabCodec.MESSAGE_BYTES_MAX, () -> pickle.remaining() + " bytes");
        Message.Coordinator read =
                (Message.Coordinator) LabCodec.decode(Samples.bytes(pickle)).message();
        assertEquals(count, read.members().size());
        assertEquals(leader, read.members().get(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {39, 40, 96, 97, 400, 20_000})
    void moreAreCutToTheFirstReadAndTheHighestStay(int count) throws WireException {
        List<Member> members = Samples.members(count);
        for (boolean marked : new boolean[] {false, true}) {
            LabCodec codec = new LabCodec(OkForm.PAIR, marked);
            for (Message message : List.of(new Message.Members(members), new Message.Election(A, members, false))) {
                byte[] pickle = encode(codec, message);

                assertTrue(pickle.length <= LabCodec.MESSAGE_BYTES_MAX, () -> pickle.length + " bytes");
                Message read = LabCodec.decode(pickle).message();
                List<Member> left =
                        read instanceof Message.Members answer ? answer.members() : ((Message.Election) read).members();
                assertTrue(left.size() >= 30, () -> left.size() + " members");
                Member highest = members.stream()
                        .max((a, b) -> a.identity().compareTo(b.identity()))
                        .orElseThrow();
                assertTrue(left.contains(highest));
            }
        }
    }

    @Test
    void longHostsAreCutToo() {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            members.add(Samples.member(1 + i, 1_000_000, "h".repeat(250), 5_000 + i, Dialect.LAB));
        }

        assertTrue(encode(CODEC, new Message.Members(members)).length <= LabCodec.MESSAGE_BYTES_MAX);
    }

    @Test
    void whatOnlyNativeCanSayIsRefusedByTheCodec() {
        assertThrows(IllegalArgumentException.class, () -> CODEC.encode(new Control.Watch()));
    }
}
