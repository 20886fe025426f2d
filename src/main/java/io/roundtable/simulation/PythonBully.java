package io.roundtable.simulation;

import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How a Python node elects, and watches whoever leads: the plain bully. */
final class PythonBully {
    private static final int VICTOR_MS = 4_000;
    private static final int PROBE_MIN_MS = 500;
    private static final int PROBE_MAX_MS = 3_000;

    private final PythonNode node;
    private final PythonVoice voice;
    private final RandomGenerator random;
    private TreeMap<Identity, Member> members = new TreeMap<>();
    private @Nullable Identity leader;
    private boolean electing;
    private boolean gotOk;
    private boolean announcedRightly;
    private int election;
    private int watch;

    PythonBully(PythonNode node, PythonVoice voice, RandomGenerator random) {
        this.node = node;
        this.voice = voice;
        this.random = random;
    }

    void newLife() {
        members = new TreeMap<>();
        members.put(node.identity, node.self());
        leader = null;
        electing = false;
        stopWaiting();
        watch++;
    }

    @Nullable
    Identity leader() {
        return leader;
    }

    boolean isElecting() {
        return electing;
    }

    @Nullable
    Member member(@Nullable Identity identity) {
        return identity == null ? null : members.get(identity);
    }

    /** Whether nobody above it took part when it last announced itself. */
    boolean announcedRightly() {
        return announcedRightly;
    }

    void merge(List<Member> others) {
        for (Member other : others) {
            // The newest address wins, our own excepted: so do most nodes, by dict.update.
            if (!other.identity().equals(node.identity)) {
                members.put(other.identity(), other);
            }
        }
    }

    // ---- elections

    void elect() {
        electing = true;
        if (node.has(Habit.JOINS_AGAIN)) {
            stopWaiting();
            node.joinToElect();
        } else {
            ask();
        }
    }

    private void stopWaiting() {
        election++;
    }

    void ask() {
        electing = true;
        gotOk = false;
        int round = ++election;
        List<Member> known = new ArrayList<>(members.values());
        for (Member higher :
                new ArrayList<>(members.tailMap(node.identity, false).values())) {
            voice.call(higher, new Message.Election(null, known, false), Traffic.ELECTION);
        }
        if (members.higherKey(node.identity) == null) {
            win();
            return;
        }
        node.later(voice.answerMs(), () -> {
            if (electing && election == round && !gotOk) {
                win();
            }
        });
        node.later(voice.answerMs() + VICTOR_MS, () -> {
            if (electing && election == round) {
                elect();
            }
        });
    }

    /** Somebody below asks. */
    void onAsked() {
        if (electing) {
            return;
        }
        if (node.has(Habit.ANNOUNCES_WHEN_ASKED) && node.identity.equals(leader)) {
            win();
        } else {
            elect();
        }
    }

    void onOk() {
        gotOk = true;
    }

    private void win() {
        electing = false;
        announcedRightly = node.world.isHighest(node);
        lead(node.identity);
        Message victory = victory();
        for (Member member : new ArrayList<>(members.values())) {
            if (!member.identity().equals(node.identity)) {
                voice.call(member, victory, Traffic.COORDINATOR);
            }
        }
    }

    private Message victory() {
        if (node.namesAll()) {
            List<Member> all = new ArrayList<>(members.descendingMap().values());
            return new Message.Coordinator(all.get(0), all);
        }
        return new Message.Coordinator(
                node.self(),
                new ArrayList<>(
                        members.headMap(node.identity, true).descendingMap().values()));
    }

    // ---- the leader

    /** Somebody has announced itself; who it is may show later. */
    void endElection() {
        electing = false;
    }

    void lead(Identity next) {
        if (!next.equals(leader)) {
            leader = next;
            World world = node.world;
            world.changed();
            world.trace.mix(world.nowMicros(), node.index, 300, next.id());
            if (world.trace.keepsText()) {
                world.trace.text(world.nowMicros(), node.toString(), "leader is " + next);
            }
        }
        int turn = ++watch;
        if (!next.equals(node.identity)) {
            probeLater(turn);
        }
    }

    private void probeLater(int turn) {
        node.later(random.nextInt(PROBE_MIN_MS, PROBE_MAX_MS + 1), () -> probe(turn));
    }

    private void probe(int turn) {
        Member to = member(leader);
        if (turn == watch && to != null) {
            voice.call(to, Message.Probe.BARE, Traffic.PROBE).pending.add(new Socket.Pending(turn, 0));
        }
    }

    /** @param turn which PROBE it was that was answered */
    void onProbeOk(int turn) {
        if (turn == watch) {
            probeLater(turn);
        }
    }

    /**
     * A PROBE was not answered.
     *
     * @param turn which
     * @param isAccepted whether its connection was made
     */
    void onProbeFailed(int turn, boolean isAccepted) {
        if (turn != watch) {
            return;
        }
        if (isAccepted) {
            // Some leaders never answer PROBE: nodes that live among them take an open port for life.
            probeLater(turn);
        } else if (!electing) {
            leader = null;
            elect();
        }
    }
}
