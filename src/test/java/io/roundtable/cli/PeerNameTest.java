package io.roundtable.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"9251195", "(274,9251195)", "274,9251195", "(274, 9251195)"})
    void aPeerIsNamedAsItIsPrinted(String text) {
        assertEquals(9_251_195, PeerName.id(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "(274,9251195", "274,", "-1", "99999999999"})
    void whatNamesNoPeerIsWrongUsage(String text) {
        assertThrows(UsageException.class, () -> PeerName.id(text));
    }
}
