package io.roundtable.peer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.event.EventKind;
import io.roundtable.net.EventLoop;
import io.roundtable.net.NameService;
import io.roundtable.net.nio.NioTransport;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a peer warns that others cannot reach it. */
class ReachCheckTest {
    /** One name of this machine and one of another. */
    private static final NameService NAMES =
            host -> InetAddress.getByName(host.equals("alpha") ? "127.0.1.1" : "192.0.2.1");

    private final List<EventKind> told = new CopyOnWriteArrayList<>();
    private EventLoop loop;
    private ReachCheck check;

    @BeforeEach
    void open() throws Exception {
        loop = NioTransport.loop("reach", line -> {}, NAMES);
        loop.start();
        check = new ReachCheck(loop, (kind, facts) -> told.add(kind));
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private void look(String self, boolean isGcdHere, String... others) {
        List<Member> members = new ArrayList<>();
        Stream.of(others)
                .forEach(host -> members.add(new Member(
                        new Identity(1 + members.size(), 1_000_000), new Address(host, 4_000), Dialect.NATIVE)));
        loop.post(() -> check.look(new Address(self, 4_000), isGcdHere, members));
    }

    @Test
    void nothingIsSaidWhileAllAreOnOneMachineOrTheAddressIsGoodForOthers() {
        look("127.0.0.1", true, "127.0.0.1", "::1", "alpha");
        look("beta", false, "192.0.2.7");
        look("192.0.2.1", false, "127.0.0.1");

        await().during(java.time.Duration.ofMillis(300)).until(told::isEmpty);
    }

    @Test
    void aGcdElsewhereIsEnoughAndOnceIsEnough() {
        look("127.0.0.1", false);
        look("127.0.0.1", false);
        look("127.0.0.1", true, "192.0.2.7");

        await().untilAsserted(() -> assertEquals(List.of(EventKind.UNREACHABLE), told));
        await().during(java.time.Duration.ofMillis(200)).until(() -> told.size() == 1);
    }

    @Test
    void soIsAMemberElsewhereWhateverItIsCalled() {
        look("::1", true, "alpha", "beta");

        await().untilAsserted(() -> assertEquals(List.of(EventKind.UNREACHABLE), told));
    }
}
