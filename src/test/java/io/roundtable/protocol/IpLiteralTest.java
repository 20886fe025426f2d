package io.roundtable.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
    private static IpLiteral literal(String text) {
        return IpLiteral.parse(text).orElseThrow(() -> new AssertionError(text));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "::, ::",
        "0:0:0:0:0:0:0:0, ::",
        "::1, ::1",
        "0:0:0:0:0:0:0:1, ::1",
        "0000:0000:0000:0000:0000:0000:0000:0001, ::1",
        "1::, 1::",
        "2001:DB8::1, 2001:db8::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::ffff:127.0.0.1, 127.0.0.1",
        "::FFFF:7f00:1, 127.0.0.1",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "FE80::1%eth0, fe80::1%eth0"
    })
    void everySpellingIsPrintedAsOne(String text, String printed) {
        assertEquals(printed, literal(text).toString());
        assertEquals(literal(printed), literal(text));
        assertEquals(literal(printed).hashCode(), literal(text).hashCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "127.1",
                "127.0.0.01",
                "127.0.0.256",
                "127.0.0.1.",
                "127.0.0.1.5",
                "+1.0.0.1",
                "٣.0.0.1",
                "1.2.3",
                "0x7f.0.0.1",
                "2130706433",
                ":",
                ":::",
                "1:2",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1::",
                ":1:2:3:4:5:6:7",
                "12345::",
                "::g",
                "::1%",
                "1.2.3.4::",
                "::1.2.3.4:5",
                "[::1]"
            })
    void whatIsNoAddressOrNotTheSameEverywhereIsNone(String text) {
        assertEquals(Optional.empty(), IpLiteral.parse(text));
    }

    @Test
    void itReadsAndPrintsWhatJavaMeans() throws Exception {
        Random random = new Random(7);
        for (int run = 0; run < 20_000; run++) {
            byte[] bytes = new byte[random.nextInt(4) == 0 ? 4 : 16];
            for (int i = 0; i < bytes.length; i += 2) {
                // Many zeros, so that there are gaps of all lengths.
                if (random.nextBoolean()) {
                    bytes[i] = (byte) (random.nextBoolean() ? 0 : random.nextInt());
                    bytes[i + 1] = (byte) random.nextInt();
                }
            }
            InetAddress java = InetAddress.getByAddress(bytes);
            IpLiteral ours = literal(java.getHostAddress());

            assertEquals(java, InetAddress.getByName(ours.toString()), ours::toString);
            assertArrayEquals(java.getAddress(), ours.bytes());
            assertEquals(java.isLoopbackAddress(), ours.isLoopback(), ours::toString);
            assertEquals(java.isAnyLocalAddress(), ours.isWildcard(), ours::toString);
        }
    }

    @Test
    void whatMeansTheMachineItIsUsedOnIsTold() {
        for (String loopback : new String[] {"127.0.0.1", "127.255.0.3", "::1", "::ffff:127.0.0.1"}) {
            assertTrue(literal(loopback).isLoopback(), loopback);
        }
        for (String other : new String[] {"128.0.0.1", "::", "::2", "1::1", "10.0.0.1"}) {
            assertFalse(literal(other).isLoopback(), other);
        }
        assertTrue(literal("0.0.0.0").isWildcard());
        assertTrue(literal("::").isWildcard());
        assertFalse(literal("::1").isWildcard());
    }
}
