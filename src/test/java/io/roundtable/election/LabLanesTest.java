package io.roundtable.election;

import static io.roundtable.election.Fixtures.lab;
import static io.roundtable.election.Fixtures.nat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What one lab node is sent: real ones die of two messages in one round of select. */
class LabLanesTest {
    private static final Member NODE = lab(50);

    private long lastToken;
    private final LabLanes lanes = new LabLanes(() -> ++lastToken);
    private long nowMs = 10_000;

    private static Message victory(int days) {
        return new Message.Coordinator(nat(days), List.of(nat(days)));
    }

    private static Message election() {
        return new Message.Election(null, List.of(NODE), false);
    }

    @Test
    void oneCoordinatorIsOnItsWayAndTheNewestListFollowsIt() {
        lanes.tell(NODE, victory(70), nowMs);
        Effect.Tell first = (Effect.Tell) lanes.due(nowMs).get(0);
        lanes.tell(NODE, victory(80), nowMs);
        lanes.tell(NODE, victory(90), nowMs);
        nowMs += 10 * LabLanes.ELECTION_GAP_MS;
        assertEquals(List.of(), lanes.due(nowMs), "the first is on its way yet");

        lanes.over(NODE.identity(), first.token());

        Effect.Tell second = (Effect.Tell) lanes.due(nowMs).get(0);
        assertEquals(victory(90), second.message());
        lanes.over(NODE.identity(), second.token());
        nowMs += LabLanes.ELECTION_GAP_MS;
        assertEquals(List.of(), lanes.due(nowMs), "what is out of date is not said");
    }

    @Test
    void aProbeThatIsNotAnsweredIsNotFollowedByAnother() {
        long token = lanes.ask(NODE, Message.Probe.BARE, 0, nowMs);
        assertEquals(1, lanes.due(nowMs).size());
        for (int i = 0; i < 100; i++) {
            nowMs += 1_000;
            assertEquals(token, lanes.ask(NODE, Message.Probe.BARE, 0, nowMs));
            assertEquals(List.of(), lanes.due(nowMs));
        }
        assertEquals(Map.of(NODE.identity(), 10_000L), lanes.unansweredProbesSinceMs());

        lanes.over(NODE.identity(), token);
        lanes.ask(NODE, Message.Probe.BARE, 0, nowMs);
        assertEquals(1, lanes.due(nowMs).size());
    }

    @Test
    void whateverIsWantedNoNodeGetsMoreThanTwoElectionMessagesASecondNorTwoAtOnce() {
        Random random = new Random(1);
        List<Member> nodes = List.of(lab(1), lab(2), lab(3));
        Map<Member, List<Long>> elections = new HashMap<>();
        Map<Member, List<Long>> all = new HashMap<>();
        List<Runnable> open = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            Member to = nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(4)) {
                case 0 -> lanes.ask(to, election(), 1_000, nowMs);
                case 1 -> lanes.ask(to, Message.Probe.BARE, 0, nowMs);
                case 2 -> lanes.tell(to, victory(random.nextInt(60, 90)), nowMs);
                default -> {
                    open.forEach(Runnable::run);
                    open.clear();
                }
            }
            nowMs += random.nextInt(20);
            for (Effect effect : lanes.due(nowMs)) {
                Member member = effect instanceof Effect.Ask ask ? ask.to() : ((Effect.Tell) effect).to();
                long token = effect instanceof Effect.Ask ask ? ask.token() : ((Effect.Tell) effect).token();
                open.add(() -> lanes.over(member.identity(), token));
                all.computeIfAbsent(member, each -> new ArrayList<>()).add(nowMs);
                if (!(effect instanceof Effect.Ask ask) || !(ask.message() instanceof Message.Probe)) {
                    elections.computeIfAbsent(member, each -> new ArrayList<>()).add(nowMs);
                }
            }
        }
        for (Member node : nodes) {
            demandGap(all.get(node), 1, LabLanes.GAP_MS);
            demandGap(elections.get(node), 2, 1_000);
            assertTrue(elections.get(node).size() > 100, "enough was said to tell");
        }
    }

    /** Between each and the one so many later. */
    private static void demandGap(List<Long> times, int later, long gapMs) {
        for (int i = later; i < times.size(); i++) {
            long gap = times.get(i) - times.get(i - later);
            assertTrue(gap >= gapMs, () -> gap + " ms");
        }
    }
}
