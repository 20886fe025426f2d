package io.roundtable.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentityTest {
    @ParameterizedTest
    @CsvSource({"1, 1000000", "365, 9999999", "1, 9999999", "365, 1000000"})
    void theBoundsAreInclusive(int days, int id) {
        Identity identity = new Identity(days, id);

        assertEquals(days, identity.days());
        assertEquals(id, identity.id());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1000000, days",
        "366, 1000000, days",
        "-1, 1000000, days",
        "1, 999999, id",
        "1, 10000000, id",
        "1, -1000000, id",
        "2147483647, 1000000, days",
        "1, 2147483647, id"
    })
    void whatIsOutOfBoundsIsRefusedWithASentence(int days, int id, String says) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> new Identity(days, id));

        assertTrue(e.getMessage().startsWith(says), e::getMessage);
    }

    @ParameterizedTest
    @CsvSource({
        "2, 1000000, 1, 9999999",
        "1, 1000001, 1, 1000000",
        "365, 1000000, 364, 9999999",
        "10, 1000000, 9, 1000000"
    })
    void moreDaysIsHigherAndThenTheGreaterId(int highDays, int highId, int lowDays, int lowId) {
        Identity high = new Identity(highDays, highId);
        Identity low = new Identity(lowDays, lowId);

        assertTrue(high.isHigherThan(low));
        assertFalse(low.isHigherThan(high));
        assertFalse(high.isHigherThan(high));
        assertEquals(List.of(low, high), List.copyOf(new TreeSet<>(List.of(high, low))));
    }

    @Test
    void equalMeansNeitherIsHigher() {
        assertEquals(0, new Identity(7, 1234567).compareTo(new Identity(7, 1234567)));
        assertEquals(new Identity(7, 1234567), new Identity(7, 1234567));
    }

    @Test
    void itReadsAsThePairThatPythonShows() {
        assertEquals("(57,1234567)", new Identity(57, 1234567).toString());
    }
}
