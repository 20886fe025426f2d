package io.roundtable.election;

import static io.roundtable.election.Fixtures.lab;
import static io.roundtable.election.Fixtures.nat;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.PeerState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Peers, identity 50, brought into every state, in every way that matters, among lab or native members. */
final class Situations {
    private Situations() {}

    static Bench labPeerIn(PeerState state) {
        return of(Dialect.LAB).values().stream()
                .map(Supplier::get)
                .filter(bench -> bench.state() == state)
                .findFirst()
                .orElseThrow();
    }

    /** Makers by name; 10 and 80 are members in all that have joined, 80 alive or dead as the state wants it. */
    static Map<String, Supplier<Bench>> of(Dialect dialect) {
        IntFunction<Member> member = days -> dialect == Dialect.LAB ? lab(days) : nat(days);
        Member low = member.apply(10);
        Member high = member.apply(80);
        Map<String, Supplier<Bench>> all = new LinkedHashMap<>();
        all.put("not joined", () -> {
            Bench bench = Bench.of(50);
            bench.start();
            return bench;
        });
        all.put("newcomer above all", () -> {
            Bench bench = Bench.of(50);
            bench.start();
            bench.join(low);
            return bench;
        });
        all.put("asking", () -> Bench.joined(50, low, high));
        all.put("waiting for a victor", () -> waitingForVictor(dialect, low, high));
        all.put("following", () -> Bench.following(high, 50, low));
        all.put("following, probe out", () -> {
            Bench bench = Bench.following(high, 50, low);
            bench.fire(PeerTimer.PROBE);
            return bench;
        });
        all.put("holding back", () -> {
            Bench bench = Bench.following(nat(90), 50, low, nat(70), high);
            bench.disconnected(nat(90));
            return bench;
        });
        all.put("leading as the highest", () -> Bench.joined(50, low));
        all.put("leading above the dead", () -> {
            Bench bench = Bench.joined(50, low, high);
            bench.noAnswer(bench.askOf(80), NoAnswer.REFUSED);
            return bench;
        });
        all.put("leading and rechecking", () -> {
            Bench bench = Bench.joined(50, low, high);
            bench.noAnswer(bench.askOf(80), NoAnswer.REFUSED);
            bench.fire(PeerTimer.RECHECK);
            return bench;
        });
        all.put("feigning closed", () -> {
            Bench bench = Bench.joined(50, low, high);
            bench.feign(FeignMode.CLOSE, 2000);
            return bench;
        });
        all.put("feigning closed, listener opening", () -> {
            Bench bench = Bench.joined(50, low, high);
            bench.feign(FeignMode.CLOSE, 2000);
            bench.fire(PeerTimer.RECOVER);
            return bench;
        });
        all.put("feigning deaf", () -> {
            Bench bench = Bench.following(high, 50, low);
            bench.feign(FeignMode.IGNORE, 2000);
            return bench;
        });
        all.put("feigning before it joined", () -> {
            Bench bench = Bench.of(50);
            bench.start();
            bench.feign(FeignMode.IGNORE, 2000);
            return bench;
        });
        return all;
    }

    private static Bench waitingForVictor(Dialect dialect, Member low, Member high) {
        Bench bench = Bench.joined(50, low, high);
        if (dialect == Dialect.LAB) {
            bench.labOk(bench.askOf(80));
        } else {
            bench.ok(bench.askOf(80), Fixtures.view(high, PeerState.WAIT_OK, null));
        }
        return bench;
    }
}
