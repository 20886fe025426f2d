package io.roundtable.election;

import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Native machines that hear each other after 1 ms, and a GCD that never fails; all in virtual time. */
final class TinyNet {
    private static final long LATENCY_MS = 1;

    private record Due(long atMs, long turn, Runnable action) {}

    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparingLong(Due::atMs).thenComparingLong(Due::turn));
    private final Map<Identity, PeerMachine> machines = new TreeMap<>();
    private final List<Member> joined = new ArrayList<>();
    private final Set<Identity> crashed = new HashSet<>();
    private final Set<Identity> hung = new HashSet<>();
    private final Map<Long, Consumer<Message.Ok>> replies = new HashMap<>();
    private long turn;
    private long nowMs;
    private long lastRequest;

    /** ELECTION, COORDINATOR and OK to ELECTION since the last {@link #forgetCounts}. */
    private final Map<String, Integer> sent = new TreeMap<>();

    TinyNet(List<Member> members) {
        for (Member member : members) {
            SplittableRandom random = new SplittableRandom(member.identity().days());
            machines.put(member.identity(), new PeerMachine(member, Timing.NATIVE, random, null));
        }
        machines.forEach((id, machine) -> carryOut(id, machine.start(nowMs)));
    }

    void runFor(long ms) {
        long endMs = nowMs + ms;
        while (!queue.isEmpty() && queue.peek().atMs() <= endMs) {
            Due due = queue.remove();
            nowMs = due.atMs();
            due.action().run();
        }
        nowMs = endMs;
    }

    /** The process dies: its connections break, and nobody can connect. */
    void crash(Identity victim) {
        crashed.add(victim);
        later(
                LATENCY_MS,
                () -> machines.forEach((id, machine) -> {
                    if (isUp(id)) {
                        carryOut(id, machine.onDisconnected(victim, nowMs));
                    }
                }));
    }

    /** The process stops running; its machine still accepts connections and bytes. */
    void hang(Identity victim) {
        hung.add(victim);
    }

    List<PeerMachine> upMachines() {
        return machines.keySet().stream().filter(this::isUp).map(machines::get).toList();
    }

    void forgetCounts() {
        sent.clear();
    }

    Map<String, Integer> counts() {
        return sent;
    }

    int messages() {
        return sent.values().stream().mapToInt(Integer::intValue).sum();
    }

    private boolean isUp(Identity id) {
        return !crashed.contains(id) && !hung.contains(id);
    }

    private void later(long delayMs, Runnable action) {
        queue.add(new Due(nowMs + delayMs, turn++, action));
    }

    private void count(Message message) {
        sent.merge(message.word(), 1, Integer::sum);
    }

    private void carryOut(Identity from, List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Ask ask) {
                deliver(from, ask);
            } else if (effect instanceof Effect.Tell tell) {
                count(tell.message());
                at(tell.to().identity(), machine -> machine.onCoordinator((Message.Coordinator) tell.message(), nowMs));
            } else if (effect instanceof Effect.Answer answer) {
                replies.remove(answer.request()).accept((Message.Ok) answer.message());
            } else if (effect instanceof Effect.SetTimer timer) {
                later(
                        timer.delayMs(),
                        () -> on(from, machine -> machine.onTimer(timer.timer(), timer.generation(), nowMs)));
            } else if (effect instanceof Effect.AskGcd join) {
                joined.add(join.join().self());
                List<Member> answer = List.copyOf(joined);
                at(from, machine -> machine.onJoined(answer, true, nowMs));
            } else if (!(effect instanceof Effect.Report)) {
                throw new AssertionError("unexpected " + effect);
            }
        }
    }

    private void deliver(Identity from, Effect.Ask ask) {
        Identity to = ask.to().identity();
        boolean counts = ask.message() instanceof Message.Election;
        if (counts) {
            count(ask.message());
        }
        if (crashed.contains(to)) {
            at(from, machine -> machine.onNoAnswer(ask.token(), NoAnswer.REFUSED, nowMs));
            return;
        }
        // An answer that came in time has taken the token, so this does nothing then.
        later(ask.timeoutMs(), () -> on(from, machine -> machine.onNoAnswer(ask.token(), NoAnswer.SILENT, nowMs)));
        long request = ++lastRequest;
        replies.put(request, ok -> {
            if (counts) {
                count(ok);
            }
            at(from, machine -> machine.onOk(ask.token(), ok, nowMs));
        });
        at(
                to,
                machine -> ask.message() instanceof Message.Election election
                        ? machine.onElection(request, election, nowMs)
                        : machine.onProbe(request, (Message.Probe) ask.message(), nowMs));
    }

    private void at(Identity id, Function<PeerMachine, List<Effect>> input) {
        later(LATENCY_MS, () -> on(id, input));
    }

    private void on(Identity id, Function<PeerMachine, List<Effect>> input) {
        if (isUp(id)) {
            carryOut(id, input.apply(machines.get(id)));
        }
    }
}
