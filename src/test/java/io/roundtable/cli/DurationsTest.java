package io.roundtable.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"0ms, 0", "500ms, 500", "3s, 3000", "2m, 120000", "1h, 3600000", "999999999h, 3599999996400000"})
    void peopleWriteDurationsWithAUnit(String text, long ms) {
        assertEquals(ms, Durations.parse(text).toMillis());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "s", "3 s", "-3s", "1.5s", "3S", "3d", "1h30m", "9999999999s", "٣s"})
    void whatIsNoDurationIsRefused(String text) {
        assertThrows(TypeConversionException.class, () -> Durations.parse(text));
    }
}
