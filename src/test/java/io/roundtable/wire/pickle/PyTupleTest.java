package io.roundtable.wire.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PyTupleTest {
    @Test
    void tuplesAreEqualByValueBytesAndNoneIncluded() {
        PyTuple one = PyTuple.of(null, "a", 5L, new byte[] {1}, PyTuple.of(6L));
        PyTuple other = PyTuple.of(null, "a", 5L, new byte[] {1}, PyTuple.of(6L));
        assertEquals(one, other);
        assertEquals(one.hashCode(), other.hashCode());
        assertNotEquals(one, PyTuple.of(null, "a", 5L, new byte[] {2}, PyTuple.of(6L)));
        assertNotEquals(one, PyTuple.of(null, "a", 5L));
        assertNotEquals(PyTuple.of(5L), List.of(5L));
    }

    @Test
    void aTupleNeverChanges() {
        List<Object> items = new ArrayList<>(List.of(1L));
        PyTuple tuple = new PyTuple(items);
        items.add(2L);
        assertEquals(PyTuple.of(1L), tuple);
        assertThrows(UnsupportedOperationException.class, () -> tuple.items().add(2L));
    }

    @Test
    void atMostNineIdentitiesShareAHash() {
        Map<Integer, Integer> identities = new HashMap<>();
        long id = 9_999_999;
        for (long days = 1; days <= 365 && id >= 1_000_000; days++, id -= 1_000_003) {
            identities.merge(PyTuple.of(days, id).hashCode(), 1, Integer::sum);
        }
        assertEquals(1, identities.size());
        assertTrue(identities.values().iterator().next() <= 9, identities::toString);
    }

    @Test
    void itShowsAsInPython() {
        assertEquals("()", PyTuple.EMPTY.toString());
        assertEquals("(5,)", PyTuple.of(5L).toString());
        assertEquals(
                "(JOIN, (5, null))", PyTuple.of("JOIN", PyTuple.of(5L, null)).toString());
    }
}
