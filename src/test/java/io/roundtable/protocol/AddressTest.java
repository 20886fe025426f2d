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
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "alpha:1, alpha, 1",
        "127.0.0.1:65535, 127.0.0.1, 65535",
        "cs2.seattleu.edu:23600, cs2.seattleu.edu, 23600",
        "[::1]:80, ::1, 80",
        "[fe80::1%eth0]:80, fe80::1%eth0, 80"
    })
    void whatIsParsedIsPrintedTheSameWay(String text, String host, int port) {
        Address address = Address.parse(text);

        assertEquals(new Address(host, port), address);
        assertEquals(text, address.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:1, 127.0.0.1:1",
        "LOCALHOST:1, 127.0.0.1:1",
        "[0:0:0:0:0:0:0:1]:80, [::1]:80",
        "[2001:DB8:0::1]:80, [2001:db8::1]:80",
        "[::ffff:192.0.2.1]:80, 192.0.2.1:80",
        "Alpha.Example.ORG:80, alpha.example.org:80"
    })
    void twoSpellingsOfOneAddressAreOneAddress(String text, String same) {
        assertEquals(Address.parse(same), Address.parse(text));
        assertEquals(same, Address.parse(text).toString());
    }

    @Test
    void whatOnlyItsOwnMachineReachesIsTold() {
        for (String own : List.of("localhost", "127.0.0.1", "127.1.2.3", "::1", "0:0:0:0:0:0:0:1", "0.0.0.0", "::")) {
            assertTrue(new Address(own, 1).isOfThisMachineOnly(), own);
        }
        for (String other : List.of("alpha", "127.example.org", "10.0.0.1", "2001:db8::1")) {
            assertFalse(new Address(other, 1).isOfThisMachineOnly(), other);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "::1:80",
                "2001:db8::1",
                "[alpha]:80",
                "[a:b]:80",
                "[::1]80",
                ":80",
                "host",
                "host:",
                "host:x",
                "host:0",
                "host:65536",
                "host:-1",
                "ho st:80",
                "[]:80",
                "host:99999999999",
                "host:8 0",
                "hôte:80",
                "ho\nst:80"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Address.parse(text));
    }

    @Test
    void hostsAreBoundedAndTheComplaintIsShort() {
        assertEquals(255, new Address("h".repeat(255), 1).host().length());
        Exception e = assertThrows(IllegalArgumentException.class, () -> new Address("h".repeat(100_000), 1));

        assertTrue(e.getMessage().length() < 100, e::getMessage);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void portsAreBounded(int port) {
        assertThrows(IllegalArgumentException.class, () -> new Address("host", port));
    }

    @Test
    void theOrderIsByHostAndThenByNumber() {
        List<Address> ordered = List.of(new Address("a", 9), new Address("a", 10), new Address("b", 1));

        assertEquals(ordered, List.copyOf(new TreeSet<>(List.of(ordered.get(2), ordered.get(1), ordered.get(0)))));
    }
}
