package io.roundtable.election;

import io.roundtable.chaos.ChaosMode;
import io.roundtable.chaos.ChaosSchedule;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Replays the inputs of a transcript and writes down what the machine does.
 *
 * <p>A line that begins with {@code >} is an input, one that is indented an effect of the input above it, and one that
 * begins with {@code #} a comment. {@code n7} is the native member with 7 days to its birthday, {@code l7} the lab one.
 * A timer that is fired brings its time with it.
 */
final class Transcript {
    private final List<String> lines = new ArrayList<>();
    private Bench bench = Bench.of(1);

    static String replay(List<String> script) {
        Transcript transcript = new Transcript();
        for (String line : script) {
            if (!line.startsWith("  ")) {
                transcript.lines.add(line);
            }
            if (line.startsWith(">")) {
                transcript.input(line.substring(1).trim().split(" +"));
            }
        }
        return String.join("\n", transcript.lines) + "\n";
    }

    private void input(String[] words) {
        String first = words.length > 1 ? words[1] : "";
        Member[] rest = Arrays.stream(words)
                .skip(2)
                .filter(word -> word.matches("[nl]\\d+"))
                .map(Transcript::member)
                .toArray(Member[]::new);
        List<Effect> effects = switch (words[0]) {
            case "peer" -> begin(member(first), words);
            case "start" -> bench.start();
            case "joined" ->
                bench.join(Arrays.stream(words).skip(1).map(Transcript::member).toArray(Member[]::new));
            case "election" ->
                first.startsWith("l")
                        ? bench.labElection(rest)
                        : bench.election(member(first), List.of(words).contains("announce"), rest);
            case "probe" -> first.startsWith("l") ? bench.labProbe() : bench.probeInStep(member(first));
            case "coordinator" -> bench.coordinator(member(first), rest);
            case "ok" -> ok(words);
            case "no_answer" -> bench.noAnswer(askTo(first), NoAnswer.valueOf(words[2].toUpperCase(Locale.ROOT)));
            case "disconnected" -> bench.disconnected(member(first));
            case "feign" -> bench.feign(FeignMode.valueOf(first.toUpperCase(Locale.ROOT)), Long.parseLong(words[2]));
            case "recover" -> bench.recover();
            case "reopened" -> bench.reopened();
            case "pass" -> bench.pass(Long.parseLong(first));
            case "timer" -> bench.fire(PeerTimer.valueOf(first));
            default -> throw new AssertionError("no such input: " + String.join(" ", words));
        };
        effects.forEach(effect -> lines.add("  " + text(effect)));
        lines.add("  = " + bench.state() + (bench.leaderDays() == null ? "" : " leader " + bench.leaderDays()));
    }

    private List<Effect> begin(Member self, String[] words) {
        boolean chaotic = words.length > 3 && words[2].equals("chaos");
        ChaosSchedule chaos =
                chaotic ? new ChaosSchedule(ChaosMode.valueOf(words[3]), new SplittableRandom(Bench.SEED)) : null;
        bench = new Bench(self, Timing.NATIVE, chaos);
        return List.of();
    }

    /** {@code ok l80} or {@code ok n70 FOLLOWER n80}. */
    private List<Effect> ok(String[] words) {
        if (words[1].startsWith("l")) {
            return bench.labOk(askTo(words[1]));
        }
        Member leader = words.length > 3 ? member(words[3]) : null;
        return bench.ok(askTo(words[1]), Fixtures.view(member(words[1]), PeerState.valueOf(words[2]), leader));
    }

    private Effect.Ask askTo(String name) {
        return bench.askOf(Integer.parseInt(name.substring(1)));
    }

    private static Member member(String name) {
        int days = Integer.parseInt(name.substring(1));
        return name.startsWith("l") ? Fixtures.lab(days) : Fixtures.nat(days);
    }

    private static String text(Effect effect) {
        if (effect instanceof Effect.Ask ask) {
            return "ask " + name(ask.to()) + " " + text(ask.message()) + ", " + ask.timeoutMs() + " ms";
        } else if (effect instanceof Effect.Tell tell) {
            return "tell " + name(tell.to()) + " " + text(tell.message());
        } else if (effect instanceof Effect.Answer answer) {
            return "answer " + text(answer.message());
        } else if (effect instanceof Effect.AskGcd join) {
            return "ask the GCD " + text(join.join()) + ", " + join.timeoutMs() + " ms";
        } else if (effect instanceof Effect.SetTimer set) {
            return "set " + set.timer() + " " + set.delayMs() + " ms";
        } else if (effect instanceof Effect.Report report) {
            return "report " + report.kind().json()
                    + report.facts().stream()
                            .map(fact -> " " + fact.name() + "=" + value(fact.value()))
                            .collect(Collectors.joining());
        } else if (effect instanceof Effect.GiveUp give) {
            return "give up: " + give.reason();
        }
        return effect instanceof Effect.CloseSockets ? "close sockets" : "open listener";
    }

    private static String text(Message message) {
        String word = message.word();
        if (message instanceof Message.Join join) {
            return word + " " + name(join.self());
        } else if (message instanceof Message.Election election) {
            return word + names(election.members()) + (election.announce() ? " announce" : "");
        } else if (message instanceof Message.Coordinator coordinator) {
            return word + " " + name(coordinator.leader()) + names(coordinator.members());
        } else if (message instanceof Message.Ok ok && ok.view() != null) {
            Member leader = ok.view().leader();
            return word + " " + ok.view().state() + (leader == null ? "" : " " + name(leader));
        }
        return word;
    }

    private static Object value(Object value) {
        return value instanceof Identity identity ? identity.days() : value;
    }

    private static String name(Member member) {
        return (member.isNative() ? "n" : "l") + member.identity().days();
    }

    private static String names(Collection<Member> members) {
        return members.stream().map(Transcript::name).collect(Collectors.joining(" ", " [", "]"));
    }
}
