package io.roundtable.simulation.storage;

import io.roundtable.manager.ManagerOptions;
import io.roundtable.simulation.EventQueue;
import io.roundtable.simulation.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What all processes of one run share: the time, what will happen, the dice, the trace. */
final class StorageWorld {
    /** How often writers and readers are to be heard of. */
    static final int KEEP_MS = 400;

    /** After this silence they count as dead. */
    static final long DEAD_AFTER_MS = 3 * KEEP_MS;

    final StorageScenario scenario;
    final Trace trace;
    final SplittableRandom random;
    final Tally tally = new Tally();
    final ManagerOptions options;
    final List<Process> processes = new ArrayList<>();
    private final EventQueue events = new EventQueue();
    private long nowMicros;
    private boolean isCalm;
    private boolean isStirred;
    private long changes;

    StorageWorld(StorageScenario scenario, SplittableRandom random, Trace trace) {
        this.scenario = scenario;
        this.random = random;
        this.trace = trace;
        this.isCalm = !scenario.faults();
        // Shorter than the time in which a new manager hears of writes, or longer.
        long repairAfterMs = random.nextBoolean() ? 4_000 : 700;
        this.options = new ManagerOptions(repairAfterMs, KEEP_MS, 300, 1_500, 3_000, 700);
    }

    boolean has(StorageBug bug) {
        return scenario.bug() == bug;
    }

    long nowMicros() {
        return nowMicros;
    }

    void at(long atMicros, Runnable event) {
        events.add(Math.max(atMicros, nowMicros), event);
    }

    void after(long delayMicros, Runnable event) {
        events.add(nowMicros + delayMicros, event);
    }

    /** Lets the next thing happen; there always is one, since processes look at the clock. */
    void step() {
        nowMicros = events.nextAtMicros();
        events.poll().run();
        tally.events++;
    }

    long nextAtMicros() {
        return events.nextAtMicros();
    }

    /** A manager did something: it may say something else from now on. */
    void stir() {
        isStirred = true;
    }

    /** What lies on a disk, or what a catalog says of it, is another than before. */
    void change() {
        isStirred = true;
        changes++;
    }

    /** How often that was so. */
    long changes() {
        return changes;
    }

    /** Whether there was either since the last time that this was asked. */
    boolean wasStirred() {
        boolean was = isStirred;
        isStirred = false;
        return was;
    }

    /** Whether the time of faults is over. */
    boolean isCalm() {
        return isCalm;
    }

    void calmDown() {
        isCalm = true;
    }

    /** One in so many times, and never once it is calm. */
    boolean happens(int oneIn) {
        return !isCalm && random.nextInt(oneIn) == 0;
    }

    void say(String who, String what) {
        trace.text(nowMicros, who, what);
    }

    boolean isTold() {
        return trace.keepsText();
    }
}
