package io.roundtable.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Identity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultLogTest {
    private static final Identity NODE = new Identity(300, 1_000_300);

    private final List<String> out = new ArrayList<>();
    private int ticksAsked;
    private final FaultLog log = new FaultLog(
            (kind, facts) ->
                    out.add(EventFormat.human(new Event(0, null, kind, facts)).replaceFirst(".* gcd ", "")),
            () -> ticksAsked++);

    private void fault(Object peer, String to, int number) {
        log.report(EventKind.NO_ANSWER, Fact.of("peer", peer), Fact.of("to", to), Fact.of("waited", number + "ms"));
    }

    @Test
    void theFirstIsToldAtOnceAndTheOthersAreCounted() {
        for (int i = 1; i <= 38; i++) {
            fault(NODE, "PROBE", i);
        }
        assertEquals(List.of("no_answer peer=(300,1000300) to=PROBE waited=1ms"), out);
        assertEquals(1, ticksAsked);

        log.tick();
        assertEquals("no_answer peer=(300,1000300) to=PROBE waited=38ms times=37", out.get(1));
        assertEquals(2, ticksAsked);
    }

    @Test
    void aFaultThatGoesOnIsToldOnceInEachPeriod() {
        for (int period = 0; period < 5; period++) {
            fault(NODE, "PROBE", 1);
            fault(NODE, "PROBE", 2);
            log.tick();
        }
        // One at once, and one for each of the five.
        assertEquals(6, out.size());
    }

    @Test
    void afterAPeriodWithoutItItIsNewsAgain() {
        fault(NODE, "PROBE", 1);
        log.tick();
        log.tick();
        assertEquals(2, ticksAsked, "nothing is left to be counted");

        fault(NODE, "PROBE", 2);
        assertEquals(2, out.size());
    }

    @Test
    void otherFaultsAndOtherMembersAreOtherNews() {
        fault(NODE, "PROBE", 1);
        fault(NODE, "ELECTION", 1);
        fault(new Identity(200, 1_000_200), "PROBE", 1);

        assertEquals(3, out.size());
    }

    @Test
    void strangersAreCountedByHost() {
        for (int port = 1; port <= 100; port++) {
            log.report(EventKind.BAD_INPUT, Fact.of("peer", "127.0.0.1:" + port), Fact.of("reason", "bytes"));
        }
        assertEquals(FaultLog.STRANGERS_AT_ONCE, out.size());

        log.tick();
        assertEquals("bad_input peer=127.0.0.1:100 reason=bytes times=96", out.get(FaultLog.STRANGERS_AT_ONCE));
    }

    @Test
    void whoFindsEverNewFaultsIsBounded() {
        for (int i = 0; i < 1_000; i++) {
            fault(NODE, "WORD" + i, i);
        }
        assertEquals(FaultLog.FAULTS_OF_ONE_MAX + 1, out.size());
    }

    @Test
    void soAreTheMembers() {
        for (int i = 0; i < 5_000; i++) {
            fault(new Identity(1, 1_000_000 + i), "PROBE", i);
        }
        assertEquals(FaultLog.MEMBERS_MAX + 1, out.size());

        log.tick();
        assertEquals(FaultLog.MEMBERS_MAX + 2, out.size());
        assertTrue(out.get(FaultLog.MEMBERS_MAX + 1).endsWith(" times=4487"), out::toString);
    }

    @Test
    void whatIsNobodysFaultIsNeverHeldBack() {
        for (int i = 0; i < 100; i++) {
            log.report(EventKind.LEADER_CHANGED, Fact.of("leader", NODE));
        }
        assertEquals(100, out.size());
        assertEquals(0, ticksAsked);
    }
}
