package io.roundtable.wire.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PyReprTest {
    /** Each of at most 80 characters, so that Python's own is the same. */
    private static final List<Object> VALUES = Arrays.asList(
            null,
            true,
            false,
            0L,
            -7L,
            new BigInteger("123456789012345678901234567890"),
            0.0,
            -0.0,
            1.0,
            0.1,
            -2.5,
            1e16,
            1.5e-5,
            0.0001,
            123456789.25,
            1e22,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            "",
            "OK",
            "it's",
            "say \"OK\"",
            "it's \"OK\"",
            "a\\b\n\r\t\0\u001b\u007f\u0085\u00a0\u00ad",
            "größe \u200b\u2028\ue000\ud83d\ude80\udb40\udc41",
            new byte[0],
            new byte[] {'O', 'K', '\'', '"', '\\', 0, (byte) 0x80, '\n'},
            PyTuple.EMPTY,
            PyTuple.of(1L),
            PyTuple.of("ELECTION", Map.of(PyTuple.of(300L, 1_000_300L), PyTuple.of("127.0.0.1", 9L))),
            List.of(),
            List.of(PyTuple.of(300L, 1_000_300L), "x"),
            Map.of());

    @Test
    void showsWhatPythonShows() throws Exception {
        try (Python python = Python.start()) {
            for (Object value : VALUES) {
                assertEquals(python.repr(PickleWriter.write(value)), PyRepr.of(value));
            }
        }
    }

    @Test
    void isNeverLongerThan80Characters() {
        String cut = PyRepr.of("x".repeat(100_000));
        assertEquals("'" + "x".repeat(78) + "…", cut);
        assertEquals(80, cut.length());
        assertEquals(80, PyRepr.of("x".repeat(78)).length());
        assertTrue(PyRepr.of("\ud83d\ude80".repeat(50)).endsWith("\ud83d\ude80…"));
        assertEquals("b'\\x00", PyRepr.ofBytes(new byte[60_000], 0, 60_000).substring(0, 6));
        assertEquals(80, PyRepr.ofBytes(new byte[60_000], 0, 60_000).length());
    }

    @Test
    void whatContainsItselfEndsToo() {
        List<Object> list = new ArrayList<>();
        list.add(list);
        Map<Object, Object> dict = new LinkedHashMap<>();
        dict.put("me", dict);

        assertEquals(80, PyRepr.of(list).length());
        assertEquals(80, PyRepr.of(dict).length());
    }

    @Test
    void whatIsDeepEndsToo() {
        Object deep = 1L;
        for (int i = 0; i < 100_000; i++) {
            deep = PyTuple.of(deep);
        }
        assertEquals("(".repeat(79) + "…", PyRepr.of(deep));
    }
}
