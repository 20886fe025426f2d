package io.roundtable.gcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.net.nio.NioTransport;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which hosts a newcomer may name, and when the others would not reach it. */
class HostCheckTest {
    private static HostCheck listeningAt(String host, boolean spansMachines) throws Exception {
        return new HostCheck(InetAddress.getByName(host), NioTransport::isLocal, spansMachines);
    }

    private static Member at(String host) {
        return new Member(new Identity(10, 1_000_010), new Address(host, 4_000), Dialect.NATIVE);
    }

    @Test
    void aGcdForThisMachineTakesOnlyItsAddresses() throws Exception {
        HostCheck narrow = listeningAt("127.0.0.1", false);
        for (String host : List.of("127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1")) {
            assertNull(narrow.fault(InetAddress.getByName(host)), host);
        }
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress address : Collections.list(each.getInetAddresses())) {
                assertNull(narrow.fault(address), address::toString);
            }
        }
        for (String host : List.of("10.255.255.254", "192.0.2.1", "2001:db8::1", "0.0.0.0")) {
            assertEquals("Invalid host", narrow.fault(InetAddress.getByName(host)), host);
            assertNull(listeningAt("0.0.0.0", false).fault(InetAddress.getByName(host)), host);
        }
        assertEquals("Invalid host", narrow.fault(null), "a name that nobody knows");
    }

    @ParameterizedTest
    @CsvSource({
        // isFromHere, elsewhere, spansMachines, whether it may sit
        "true, false, false, true",
        "false, false, false, false",
        "true, true, false, false",
        "true, false, true, false"
    })
    void whoCanBeReachedByItsOwnMachineOnlySitsOnlyWhereNobodyIsElsewhere(
            boolean isFromHere, boolean elsewhere, boolean spansMachines, boolean maySit) throws Exception {
        for (String host : List.of("127.0.0.1", "::1", "0.0.0.0", "localhost")) {
            String fault = listeningAt("0.0.0.0", spansMachines).partition(at(host), isFromHere, elsewhere, List.of());

            assertEquals(maySit, fault == null, host);
            if (fault != null) {
                assertTrue(fault.contains("--listen") && fault.contains("--advertise"), fault);
                // What a lab node reads is cut there.
                assertTrue(fault.length() <= 200, fault);
            }
        }
        assertNull(listeningAt("0.0.0.0", spansMachines).partition(at("beta"), isFromHere, elsewhere, List.of()));
    }

    @Test
    void nobodyComesFromElsewhereWhileSomebodySitsWhomItCannotReach() throws Exception {
        HostCheck check = listeningAt("0.0.0.0", false);

        String fault = check.partition(at("beta"), false, false, List.of(at("alpha"), at("127.0.0.1")));

        assertTrue(String.valueOf(fault).contains("127.0.0.1:4000") && fault.contains("--advertise"), fault);
        assertNull(check.partition(at("beta"), false, false, List.of(at("alpha"))));
        assertNull(check.partition(at("alpha"), true, false, List.of(at("127.0.0.1"))), "all on one machine");
    }
}
