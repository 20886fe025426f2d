package io.roundtable.gcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.net.NameService;
import io.roundtable.protocol.Address;
import java.net.InetAddress;
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
    void aHostIsTheSameHoweverItIsSpelt() throws Exception {
        List<Address> all = addresses("Alpha:1", "[2001:db8:0:0::2]:1", "localhost:1");

        assertEquals(all.get(0), Group.find(all, "ALPHA", 0, "").self());
        assertEquals(all.get(1), Group.find(all, "2001:DB8::2", 0, "").self());
        assertEquals(all.get(2), Group.find(all, "127.0.0.1", 0, "").self());
        NameService names = host -> InetAddress.getByName(host.equals("alpha") ? "192.0.2.1" : host);
        assertEquals(all.get(0), Group.find(all, "192.0.2.1", 0, "", names).self(), "by what the names mean");
    }

    @Test
    void onlyAGroupOfSeveralMachinesNeedsMembersThatOthersReach() {
        assertTrue(new Group(APART, APART.get(0), "").spansMachines());
        assertFalse(new Group(TOGETHER, TOGETHER.get(0), "").spansMachines());
        List<Address> local = addresses("127.0.0.1:1", "127.0.0.2:1", "[::1]:1");
        assertFalse(new Group(local, local.get(0), "").spansMachines());
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
