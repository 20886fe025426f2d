package io.roundtable.wire.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real CPython on the other side, with both its implementations of pickle. */
@Timeout(120)
class PicklePythonTest {
    private static final int PROTOCOL_USED = 4;

    private static Python python;

    @BeforeAll
    static void start() {
        python = Python.start();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (python != null) {
            python.close();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void valuesSurviveTheWayToPythonAndBackInEveryProtocol(long seed) throws PickleException {
        Random random = new Random(seed);
        for (int i = 0; i < 250; i++) {
            Object value = Values.random(random);
            byte[] ours = PickleWriter.write(value, random.nextBoolean());
            for (byte[] theirs : python.load(ours)) {
                assertEquals(Values.show(value), Values.show(PickleReader.read(theirs)), () -> "seed " + seed);
            }
        }
    }

    /** Values where CPython's own choice of opcodes is not obvious. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "None",
                "0",
                "''",
                "()",
                "[]",
                "{}",
                "b''",
                "[(), (), 'a', 'a', '', '']",
                "(1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)",
                "[1]",
                "{1: 2}",
                "list(range(999))",
                "list(range(1000))",
                "list(range(1001))",
                "list(range(2000))",
                "{i: i for i in range(999)}",
                "{i: i for i in range(1000)}",
                "{i: i for i in range(1001)}",
                "{i: i for i in range(2000)}",
                "(lambda a: [a, a])([7])",
                "[str(i) for i in range(300)] * 2",
                "[2**i for i in range(200)] + [-2**i for i in range(200)]",
                "[2**i - 1 for i in range(200)] + [-2**i - 1 for i in range(200)]",
                "[2**2039 - 1, -2**2039]",
                "'x' * 255, 'x' * 256, b'x' * 255, b'x' * 256, '\\u00fc' * 127, '\\u00fc' * 128",
                "[0.0, -0.0, 1e300, 5e-324, float('inf'), -float('inf'), float('nan')]",
                "bytes(range(256)), ''.join(map(chr, range(256)))",
                "'\\U0001f600\\ufffd\\\\u0041'",
                "'x' * 65000",
                "[True, False, {None: None}]",
            })
    void pythonsPicklesAreReadAndWrittenBackByteForByte(String expression) throws PickleException {
        List<byte[]> theirs = python.eval(expression);
        String meant = Values.show(PickleReader.read(theirs.get(PROTOCOL_USED)));
        for (byte[] pickle : theirs) {
            assertEquals(meant, Values.show(PickleReader.read(pickle)));
        }
        assertArrayEquals(theirs.get(PROTOCOL_USED), PickleWriter.write(PickleReader.read(theirs.get(PROTOCOL_USED))));
    }

    static List<Arguments> forms() {
        return PickleReaderTest.forms().toList();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void rareFormsMeanTheSameToPython(String form, Object value) throws PickleException {
        byte[] theirs = python.load(form.getBytes(ISO_8859_1)).get(PROTOCOL_USED);
        assertEquals(Values.show(value), Values.show(PickleReader.read(theirs)));
    }

    /** We may refuse what Python reads, but what we read must mean the same to it. */
    @Test
    void mutantsThatWeReadMeanTheSameToPython() throws PickleException {
        Mutants mutants = new Mutants(new Random(7), Fixtures.good());
        int compared = 0;
        while (compared < 2000) {
            byte[] mutant = mutants.next();
            Object value;
            try {
                value = PickleReader.read(mutant);
            } catch (PickleException e) {
                continue;
            }
            byte[] theirs = python.load(mutant).get(PROTOCOL_USED);
            assertEquals(Values.show(value), Values.show(PickleReader.read(theirs)));
            compared++;
        }
    }
}
