package io.roundtable.client;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.event.EventKind;
import io.roundtable.net.EventLoop;
import io.roundtable.net.nio.NioTransport;
import io.roundtable.peer.Raw;
import io.roundtable.peer.Table;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Identity;
import io.roundtable.wire.pickle.PickleWriter;
import io.roundtable.wire.pickle.PyTuple;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GroupClientTest {
    private Table table;
    private GroupClient client;

    @BeforeEach
    void lay() throws Exception {
        table = new Table();
        client = new GroupClient(table.gcd());
    }

    @AfterEach
    void clear() throws Exception {
        table.close();
    }

    private String states() throws GroupException {
        return client.seats().stream().map(Seat::state).collect(Collectors.joining(" "));
    }

    private static void assertFails(String words, org.junit.jupiter.api.function.Executable call) {
        GroupException e = assertThrows(GroupException.class, call);
        assertTrue(e.getMessage().contains(words) && e.getMessage().lines().count() == 1, e::getMessage);
    }

    @Test
    void membersAreListedHighestFirstWithTheirState() throws Exception {
        table.seat(3);
        table.awaitLeader(2, 0, 1, 2);

        assertEquals("leader follower follower", states());
        List<Seat> seats = client.seats();
        assertEquals(new Identity(30, 1_000_003), seats.get(0).member().identity());
        assertNotNull(seats.get(0).status());
    }

    @Test
    void theLeaderIsWhomAllName() throws Exception {
        long before = System.currentTimeMillis();
        table.seat(3);
        table.awaitLeader(2, 0, 1, 2);

        GroupClient.Leader leader = client.leader();
        assertEquals(new Identity(30, 1_000_003), leader.member().identity());
        assertTrue(leader.sinceMs() >= before && leader.sinceMs() <= System.currentTimeMillis());
    }

    @Test
    void ofLabMembersPeersTellWhatTheyLastSaw() throws Exception {
        table.seat(new Identity(5, 1_000_005), Dialect.LAB);
        table.awaitLeader(0, 0);
        assertEquals("unseen", states());

        table.seat(new Identity(6, 1_000_006), Dialect.NATIVE);
        table.awaitLeader(1, 0, 1);
        await().until(() -> states().equals("leader alive"));

        table.stop(0);
        table.seat(new Identity(7, 1_000_007), Dialect.NATIVE);
        // The newcomer's victory is refused there.
        await().until(() -> states().equals("leader follower gone"));
    }

    /** Some nodes die of a look, and others spin after it. */
    @Test
    void noToolConnectsToALabMember() throws Exception {
        try (ServerSocket node = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
                Raw gcd = new Raw(table.gcd())) {
            PyTuple at = PyTuple.of("127.0.0.1", (long) node.getLocalPort());
            gcd.send(PickleWriter.write(PyTuple.of("JOIN", PyTuple.of(PyTuple.of(5L, 1_000_005L), at))))
                    .receive();

            assertEquals("unseen", states());
            assertFails("no live native member", () -> client.leader());
            assertFails("only the lab dialect", () -> client.fail(1_000_005, FeignMode.CLOSE, 0));
            assertFails("only the lab dialect", () -> client.recover(1_000_005));

            node.setSoTimeout(200);
            assertThrows(SocketTimeoutException.class, node::accept);
        }
    }

    @Test
    void withoutALeaderThereIsAReason() throws Exception {
        assertFails("no live native member", () -> client.leader());
    }

    @Test
    void withoutAGcdThereIsAReason() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        assertFails("cannot be reached", () -> new GroupClient(new Address("127.0.0.1", port)).listed());
        assertFails("unknown host", () -> new GroupClient(new Address("nobody.invalid", 9)).listed());
    }

    @Test
    void whatIsNoGcdIsSaidToBeNone() throws Exception {
        table.seat(1);
        assertFails("refuses", () -> new GroupClient(table.address(0)).listed());
        assertAnswerFails("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(), "is not the GCD");
    }

    /** One that speaks version 1 alone, as it was. */
    @Test
    void aGcdOfAnotherVersionIsNotTakenForOneOfTheLab() throws Exception {
        assertAnswerFails(
                PickleWriter.write("version 2 of the native dialect is unknown here; this peer speaks 1"),
                "refuses: version 2 of the native dialect is unknown here; this peer speaks 1");
        assertAnswerFails(PickleWriter.write("version unknown"), "only the lab dialect");
    }

    private static void assertAnswerFails(byte[] answer, String words) throws Exception {
        try (ServerSocket web = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Thread answering = new Thread(() -> {
                try (var socket = web.accept()) {
                    socket.getOutputStream().write(answer);
                    socket.getInputStream().readAllBytes();
                } catch (java.io.IOException e) {
                    // The test tells.
                }
            });
            answering.start();
            Address address = new Address("127.0.0.1", web.getLocalPort());
            assertFails(words, () -> new GroupClient(address).listed());
            answering.join(10_000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerFailsAndRecoversByOrder(FeignMode mode) throws Exception {
        table.seat(3);
        table.awaitLeader(2, 0, 1, 2);

        client.fail(1_000_003, mode, 0);
        table.awaitLeader(1, 0, 1);
        await().until(() -> states().equals("feigning leader follower"));
        assertEquals(new Identity(20, 1_000_002), client.leader().member().identity());

        client.recover(1_000_003);
        table.awaitLeader(2, 0, 1, 2);
        await().until(() -> states().equals("leader follower follower"));
    }

    @Test
    void aFailureForATimeEndsByItself() throws Exception {
        table.seat(2);
        table.awaitLeader(1, 0, 1);

        client.fail(1_000_002, FeignMode.CLOSE, 300);
        await().until(() -> table.of(EventKind.RECOVERED).size() == 1);
        table.awaitLeader(1, 0, 1);
    }

    @Test
    void ordersToNobodyAreRefused() throws Exception {
        table.seat(1);
        table.seat(new Identity(5, 1_000_005), Dialect.LAB);
        await().until(() -> client.listed().size() == 2);

        assertFails("knows no member with id 7654321", () -> client.fail(7_654_321, FeignMode.CLOSE, 0));
        assertFails("only the lab dialect", () -> client.fail(1_000_005, FeignMode.CLOSE, 0));
        assertFails("only the lab dialect", () -> client.recover(1_000_005));
    }

    @Test
    void aWatchTellsTheEventsOfAllPeers() throws Exception {
        table.seat(2);
        table.awaitLeader(1, 0, 1);
        List<Control.Watched> watched = new CopyOnWriteArrayList<>();
        try (EventLoop loop = NioTransport.loop("watch", line -> {})) {
            loop.start();
            new GroupWatch(loop, List.of(table.gcd()), watched::add).start();
            await().until(() -> watched.stream().anyMatch(event -> event.json().contains("1000001"))
                    && watched.stream().anyMatch(event -> event.json().contains("\"self\":[20,1000002]")));
            table.feign(1, FeignMode.IGNORE);

            await().until(() -> watched.stream().anyMatch(event -> event.human().contains(" leader_changed ")));
        }
    }
}
