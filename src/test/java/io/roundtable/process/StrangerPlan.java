package io.roundtable.process;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A table of our peers and Python nodes as processes, and what happens to it.
 *
 * @param seats lowest first: {@link #OURS}, or the options of {@code stranger.py}
 * @param joinWord of a Python GCD; empty for ours
 */
record StrangerPlan(List<String> seats, Order order, String joinWord, Fault fault) {
    static final String OURS = "ours";

    enum Order {
        LOWEST_FIRST,
        HIGHEST_FIRST,
        OURS_FIRST
    }

    enum Fault {
        /** The leader is killed, then the next one. */
        KILL_TWO,
        /** The leader is stopped, and goes on. */
        STOP,
        /** The highest of ours feigns by ignoring, and recovers. */
        IGNORE,
        /** The same by closing. */
        CLOSE;

        /** Who feigns is told by our tools, which a Python GCD cannot help. */
        boolean isFeigned() {
            return this == IGNORE || this == CLOSE;
        }
    }

    /** One node of each published kind: what it does, alone and combined. */
    static final List<String> KINDS = List.of(
            "",
            "--announces all",
            "--ok text --announces-when-asked",
            "--spins",
            "--dies-of-burst --announces lowest-first",
            "--dies-of-reset --ok okay --ok-twice",
            "--hangs",
            "--takes-first --asks list --ok list",
            "--year f24 --ok-apart",
            "--year f24 --asks triple --announces pid --probes single",
            "--year f23 --announces member --joins-again --dies-of-burst",
            "--year f25",
            "--year f25 --envelope pids --dies-of-reset",
            "--year f25 --ok never",
            "--host localhost --announces self --ok members --probes word --pickle 2");

    private static final int PLACES = 3;
    private static final int TRIES = 300;

    StrangerPlan {
        seats = List.copyOf(seats);
    }

    /** Tables that have every pair of a kind, its place, the order, the GCD, the fault and the number of ours. */
    static List<StrangerPlan> pairwise() {
        Random random = new Random(25);
        Set<String> wanted = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            wanted.addAll(pairs(drawn(random)));
        }
        List<StrangerPlan> plans = new ArrayList<>();
        while (!wanted.isEmpty()) {
            int[] best = drawn(random);
            long most = -1;
            for (int i = 0; i < TRIES; i++) {
                int[] each = drawn(random);
                long covered = pairs(each).stream().filter(wanted::contains).count();
                if (covered > most) {
                    most = covered;
                    best = each;
                }
            }
            if (most > 0) {
                wanted.removeAll(pairs(best));
                plans.add(plan(best));
            }
        }
        return plans;
    }

    /** Kind, place, order, GCD, fault, ours. */
    private static int[] drawn(Random random) {
        int fault = random.nextInt(Fault.values().length);
        int gcd = Fault.values()[fault].isFeigned() ? 0 : random.nextInt(2);
        return new int[] {
            random.nextInt(KINDS.size()), random.nextInt(PLACES), random.nextInt(PLACES), gcd, fault, random.nextInt(2)
        };
    }

    private static Set<String> pairs(int[] drawn) {
        Set<String> pairs = new HashSet<>();
        for (int i = 0; i < drawn.length; i++) {
            for (int j = i + 1; j < drawn.length; j++) {
                pairs.add(i + "=" + drawn[i] + " " + j + "=" + drawn[j]);
            }
        }
        return pairs;
    }

    private static StrangerPlan plan(int[] drawn) {
        String kind = KINDS.get(drawn[0]);
        int ours = drawn[5] == 0 ? 2 : 4;
        List<String> seats = new ArrayList<>(Collections.nCopies(ours, OURS));
        seats.add(drawn[1] * ours / 2, kind);
        return new StrangerPlan(
                seats, Order.values()[drawn[2]], drawn[3] == 0 ? "" : word(kind), Fault.values()[drawn[4]]);
    }

    private static String word(String kind) {
        return kind.contains("f25") ? "HOWDY" : kind.contains("f23") || kind.contains("f24") ? "BEGIN" : "JOIN";
    }

    /** Several kinds at one table. */
    static List<StrangerPlan> several() {
        return List.of(
                new StrangerPlan(
                        List.of("--spins", OURS, "--ok text --announces-when-asked", OURS, "--dies-of-burst"),
                        Order.OURS_FIRST,
                        "",
                        Fault.KILL_TWO),
                new StrangerPlan(
                        List.of("--year f25", "--year f24 --asks triple", OURS, "--announces member", OURS),
                        Order.LOWEST_FIRST,
                        "",
                        Fault.IGNORE),
                new StrangerPlan(
                        List.of(OURS, "--year f25 --ok never", "--year f25 --envelope pids", OURS),
                        Order.HIGHEST_FIRST,
                        "HOWDY",
                        Fault.KILL_TWO),
                new StrangerPlan(
                        List.of("--year f24 --ok-apart", OURS, "--year f24 --ok-apart --announces pid", OURS),
                        Order.OURS_FIRST,
                        "",
                        Fault.STOP),
                new StrangerPlan(
                        List.of("--announces all", OURS, OURS, "--hangs"), Order.LOWEST_FIRST, "JOIN", Fault.KILL_TWO),
                new StrangerPlan(
                        List.of(OURS, "--spins --dies-of-reset", OURS, "--dies-of-burst --ok text", OURS),
                        Order.HIGHEST_FIRST,
                        "",
                        Fault.CLOSE));
    }

    /** In which order the seats are taken. */
    List<Integer> sequence() {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < seats.size(); i++) {
            all.add(i);
        }
        switch (order) {
            case LOWEST_FIRST -> {}
            case HIGHEST_FIRST -> Collections.reverse(all);
            case OURS_FIRST -> all.sort((a, b) -> Boolean.compare(!isOurs(a), !isOurs(b)));
        }
        return all;
    }

    boolean isOurs(int seat) {
        return seats.get(seat).equals(OURS);
    }

    @Override
    public String toString() {
        String gcd = joinWord.isEmpty() ? "our GCD" : "Python GCD " + joinWord;
        return seats + ", " + order + ", " + gcd + ", " + fault;
    }
}
