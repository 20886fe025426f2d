package io.roundtable.election;

import static io.roundtable.election.Fixtures.id;
import static io.roundtable.election.Fixtures.nats;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Identity;
import io.roundtable.protocol.PeerState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an election costs in messages: ELECTION, the OK to it, and COORDINATOR. */
class MessageCountTest {
    private static TinyNet settled(int size) {
        TinyNet net = new TinyNet(nats(1, size));
        net.runFor(5_000);
        assertAllFollow(net, id(size));
        net.forgetCounts();
        return net;
    }

    private static void assertAllFollow(TinyNet net, Identity leader) {
        for (PeerMachine machine : net.upMachines()) {
            Identity self = machine.roster().self().identity();
            assertEquals(leader, machine.leader(), () -> "leader of " + self + " in " + machine.state());
            assertEquals(self.equals(leader) ? PeerState.LEADER : PeerState.FOLLOWER, machine.state());
        }
    }

    @Test
    void fiftyNewcomersFindOneLeaderAndAllKnowEachOther() {
        TinyNet net = settled(50);
        long digest = net.upMachines().get(0).roster().digest();

        net.upMachines()
                .forEach(machine -> assertEquals(digest, machine.roster().digest()));
    }

    @Test
    void aQuietGroupSendsNoElectionMessages() {
        TinyNet net = settled(50);
        net.runFor(60_000);

        assertEquals(0, net.messages(), () -> net.counts().toString());
    }

    @ParameterizedTest
    @CsvSource({"2, 4", "3, 5", "10, 15", "50, 72"})
    void theLeadersCrashCostsAtMost72MessagesAmong50(int size, int messagesMax) {
        TinyNet net = settled(size);

        net.crash(id(size));
        net.runFor(100);

        assertAllFollow(net, id(size - 1));
        net.runFor(5_000);
        assertAllFollow(net, id(size - 1));

        assertTrue(net.messages() <= messagesMax, () -> net.counts().toString());
    }

    @Test
    void theCrashOfTheTwoHighestAtOnceIsSettledAsCheaply() {
        TinyNet net = settled(50);

        net.crash(id(49));
        net.crash(id(50));
        net.runFor(2_000);

        assertAllFollow(net, id(48));

        assertTrue(net.messages() <= 2 * 72, () -> net.counts().toString());
    }

    @Test
    void aHungLeaderIsReplacedWithinASecondAndAHalf() {
        TinyNet net = settled(50);

        net.hang(id(50));
        net.runFor(1_500);

        assertAllFollow(net, id(49));
        net.runFor(10_000);
        assertAllFollow(net, id(49));

        assertTrue(net.messages() <= 2 * 72, () -> net.counts().toString());
    }

    @Test
    void theCrashOfAFollowerCostsNothing() {
        TinyNet net = settled(50);

        net.crash(id(49));
        net.runFor(10_000);

        assertAllFollow(net, id(50));
        assertEquals(0, net.messages(), () -> net.counts().toString());
    }
}
