package io.roundtable.gcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Address;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupTest {
    private static final List<Address> APART = addresses("a:1", "b:1", "c:1");
    private static final List<Address> TOGETHER = addresses("a:1", "a:2", "a:3");

    private static List<Address> addresses(String... all) {
        return Stream.of(all).map(Address::parse).toList();
    }

    @Test
    void aGcdFindsItselfByItsHost() {
        assertEquals(Address.parse("b:1"), Group.find(APART, "b", 0, "0.0.0.0").self());
        assertEquals(Address.parse("b:1"), Group.find(APART, "b", 1, "0.0.0.0").self());
    }

    @Test
    void amongSeveralAtOneHostItsPortTells() {
        assertEquals(
                Address.parse("a:2"), Group.find(TOGETHER, "a", 2, "0.0.0.0").self());
        assertEquals(
                Address.parse("a:2"),
                Group.find(TOGETHER, "under-another-name", 2, "0.0.0.0").self());
    }

    @ParameterizedTest
    @CsvSource({"a, 0, More than one", "b, 0, None", "a, 9, None"})
    void whereThatDoesNotTellTheUserIsAskedFor(String host, int port, String word) {
        String reason = assertThrows(IllegalArgumentException.class, () -> Group.find(TOGETHER, host, port, ""))
                .getMessage();
        assertTrue(reason.contains(word) && reason.contains("--log-port"), reason);
    }

    @Test
    void onlyThreeOrFiveDifferentOnesAreAGroup() {
        for (List<Address> wrong : List.of(
                addresses("a:1"),
                addresses("a:1", "b:1"),
                addresses("a:1", "b:1", "c:1", "d:1"),
                addresses("a:1", "a:1", "b:1"))) {
            assertThrows(IllegalArgumentException.class, () -> new Group(wrong, wrong.get(0), ""));
        }
    }
}
