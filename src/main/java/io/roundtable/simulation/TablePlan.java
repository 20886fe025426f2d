package io.roundtable.simulation;

import io.roundtable.protocol.Dialect;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Who sits at a table with Python nodes, and what happens to it.
 *
 * @param seats lowest first; the habits of a Python node, or null for a peer of ours
 * @param order in which they join, as indices of seats
 * @param gcd NATIVE for a GCD of ours, else the year of a Python one
 */
record TablePlan(List<@Nullable Set<Habit>> seats, List<Integer> order, Dialect gcd, Fault fault) {
    /** What happens once all agree. */
    enum Fault {
        NONE,
        /** The leader is killed, then the next one. */
        KILL_TWO,
        /** The leader is stopped, and goes on later. */
        STOP,
        /** The highest of our peers ignores all that comes in, and recovers. */
        IGNORE,
        /** The highest of our peers closes its sockets, and recovers. */
        CLOSE
    }

    /** In which order they join. */
    enum Order {
        LOWEST_FIRST,
        HIGHEST_FIRST,
        /** Our peers, then the Python nodes. */
        OURS_FIRST
    }

    /** Where the Python node sits among ours. */
    enum Place {
        LOWEST,
        MIDDLE,
        HIGHEST
    }

    TablePlan {
        seats = Collections.unmodifiableList(new ArrayList<>(seats));
        order = List.copyOf(order);
    }

    /** One Python node among some of ours. */
    static TablePlan one(Set<Habit> habits, Place place, int ours, Order order, Dialect gcd, Fault fault) {
        List<@Nullable Set<Habit>> seats = new ArrayList<>(Collections.nCopies(ours, null));
        seats.add(place == Place.LOWEST ? 0 : place == Place.HIGHEST ? ours : ours / 2, habits);
        return new TablePlan(seats, order(seats, order), gcd, fault);
    }

    private static List<Integer> order(List<@Nullable Set<Habit>> seats, Order order) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < seats.size(); i++) {
            all.add(i);
        }
        switch (order) {
            case LOWEST_FIRST -> {}
            case HIGHEST_FIRST -> Collections.reverse(all);
            case OURS_FIRST -> all.sort((a, b) -> Boolean.compare(seats.get(a) != null, seats.get(b) != null));
        }
        return all;
    }

    /** Several Python nodes with several habits each, in any order. */
    static TablePlan drawn(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SplittableRandom later = new SplittableRandom(~seed);
        Dialect[] gcds = {Dialect.NATIVE, Dialect.NATIVE, Dialect.LAB, Dialect.F24, Dialect.F25};
        Dialect gcd = gcds[random.nextInt(gcds.length)];
        List<@Nullable Set<Habit>> seats = new ArrayList<>();
        int ours = random.nextInt(1, 5);
        for (int i = 0; i < ours; i++) {
            seats.add(null);
        }
        int theirs = random.nextInt(1, 4);
        for (int i = 0; i < theirs; i++) {
            seats.add(habits(random, later, gcd));
        }
        partWhoCannotGetOn(seats);
        Collections.shuffle(seats, new Random(random.nextLong()));
        List<Integer> order = order(seats, Order.LOWEST_FIRST);
        List<Integer> shuffled = new ArrayList<>(order);
        Collections.shuffle(shuffled, new Random(random.nextLong()));
        Fault[] faults = Fault.values();
        Fault fault = faults[random.nextInt(faults.length)];
        return new TablePlan(canUnderstandEachOther(seats, fault), shuffled, gcd, fault);
    }

    /**
     * Nodes of f25 and those of earlier years do not understand each other's words: such a table settles only while one of our
     * peers leads it, which speaks to each in its own. Else all are of the year of the first.
     */
    private static List<@Nullable Set<Habit>> canUnderstandEachOther(List<@Nullable Set<Habit>> seats, Fault fault) {
        boolean oursLeads = seats.get(seats.size() - 1) == null && fault != Fault.KILL_TWO && fault != Fault.STOP;
        List<@Nullable Set<Habit>> together = new ArrayList<>();
        Dialect first = null;
        for (Set<Habit> habits : seats) {
            first = first == null && habits != null ? Habit.year(habits) : first;
            together.add(habits == null || oursLeads || first == null ? habits : fitting(habits, first));
        }
        return together;
    }

    /**
     * Who takes the first for the leader follows the dead of another's list for ever, and who takes its OK apart never gets one of
     * those that answer where they were asked: that is between those two.
     */
    private static void partWhoCannotGetOn(List<@Nullable Set<Habit>> seats) {
        long apart = seats.stream()
                .filter(habits -> habits != null && habits.contains(Habit.OK_APART))
                .count();
        long theirs = seats.stream().filter(Objects::nonNull).count();
        if (apart < theirs) {
            for (Set<Habit> habits : seats) {
                if (habits != null) {
                    habits.remove(Habit.OK_APART);
                }
            }
        }
        boolean takesFirst = seats.stream().anyMatch(habits -> habits != null && habits.contains(Habit.TAKES_FIRST));
        if (takesFirst) {
            for (Set<Habit> habits : seats) {
                if (habits != null) {
                    habits.remove(Habit.NAMES_ALL);
                }
            }
        }
    }

    private static Set<Habit> habits(SplittableRandom random, SplittableRandom later, Dialect gcd) {
        Set<Habit> habits = EnumSet.noneOf(Habit.class);
        for (Habit habit : Habit.values()) {
            if (habit != Habit.NEVER_SAYS_OK && random.nextInt(habit == Habit.HANGS ? 16 : 4) == 0) {
                habits.add(habit);
            }
        }
        // From numbers of its own: tables that were drawn before this habit was known stay what they were.
        if (later.nextInt(8) == 0 && !habits.contains(Habit.HANGS)) {
            habits.add(Habit.NEVER_SAYS_OK);
        }
        return fitting(habits, gcd);
    }

    /** At a Python GCD everybody is of its year; nobody has two of them. */
    static Set<Habit> fitting(Set<Habit> habits, Dialect gcd) {
        Set<Habit> fitting = EnumSet.noneOf(Habit.class);
        fitting.addAll(habits);
        Dialect year = gcd == Dialect.NATIVE ? Habit.year(habits) : gcd;
        fitting.remove(Habit.F24);
        fitting.remove(Habit.F25);
        if (year == Dialect.F24) {
            fitting.add(Habit.F24);
        } else if (year == Dialect.F25) {
            fitting.add(Habit.F25);
            // All of that year do; their announcements say no address.
            fitting.add(Habit.JOINS_AGAIN);
            fitting.removeAll(EnumSet.of(Habit.OK_APART, Habit.NAMES_SENDER, Habit.NAMES_ALL, Habit.TAKES_FIRST));
        }
        return fitting;
    }
}
