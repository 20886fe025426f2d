package io.roundtable.simulation.storage;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A process: it can be killed, started anew and stopped, and has a clock of its own speed. */
abstract class Process {
    /** How much a clock may run too fast or too slow. */
    private static final int DRIFT_PERMILLE_MAX = 20;

    final StorageWorld world;
    final int index;
    final String name;
    private final int permille;
    private final long offsetMs;
    private final Deque<Runnable> parked = new ArrayDeque<>();
    private boolean isUp;
    private int incarnation;
    private long startedAtMicros;
    private long stoppedUntilMicros;
    private long wallStepMs;

    Process(StorageWorld world, String name) {
        this.world = world;
        this.name = name;
        this.index = world.processes.size();
        this.permille = 1_000 + world.random.nextInt(-DRIFT_PERMILLE_MAX, DRIFT_PERMILLE_MAX + 1);
        this.offsetMs = world.random.nextInt(1_000_000);
        world.processes.add(this);
    }

    boolean isUp() {
        return isUp;
    }

    boolean isStopped() {
        return world.nowMicros() < stoppedUntilMicros;
    }

    int incarnation() {
        return incarnation;
    }

    /** For how long it has run, or would have. */
    long ageMicros() {
        return world.nowMicros() - startedAtMicros;
    }

    /** Real time as this process measures it: it goes on while the process is stopped, and nobody sets it. */
    long nowMs() {
        return offsetMs + world.nowMicros() * permille / 1_000_000;
    }

    /** As long as so many milliseconds of this process's clock, in real time. */
    long micros(long ms) {
        return ms * 1_000_000 / permille;
    }

    /** The clock on the wall, which somebody may set. */
    long wallMs() {
        return nowMs() + wallStepMs;
    }

    void stepWall(long ms) {
        wallStepMs += ms;
    }

    // ---- life

    void start() {
        isUp = true;
        stoppedUntilMicros = 0;
        incarnation++;
        startedAtMicros = world.nowMicros();
        onStart();
    }

    /** @param power whether the machine lost its power too, and with it what was not synced */
    void die(boolean power) {
        if (isUp) {
            isUp = false;
            parked.clear();
            stoppedUntilMicros = 0;
            onDeath(power);
        }
    }

    void stop(long forMicros) {
        if (!isUp) {
            return;
        }
        stoppedUntilMicros = world.nowMicros() + forMicros;
        int stopped = incarnation;
        world.at(stoppedUntilMicros, () -> {
            if (isUp && stopped == incarnation && !isStopped()) {
                wake();
            }
        });
    }

    private void wake() {
        int woken = incarnation;
        for (int left = parked.size(); left > 0 && isUp && woken == incarnation; left--) {
            parked.remove().run();
        }
    }

    abstract void onStart();

    abstract void onDeath(boolean power);

    // ---- input

    /** Something comes in for this incarnation; if it is stopped, when it wakes. */
    void run(int meant, Runnable input) {
        if (!isUp || meant != incarnation) {
            return;
        }
        if (isStopped()) {
            parked.add(input);
        } else {
            input.run();
        }
    }

    void after(long delayMs, Runnable timer) {
        int meant = incarnation;
        long lateMicros = world.happens(100) ? world.random.nextInt(60_000) : world.random.nextInt(1_000);
        world.after(delayMs * 1_000_000 / permille + lateMicros, () -> run(meant, timer));
    }

    /** @param reply takes the answer, at any time, at most once */
    abstract void serve(Process from, Object question, Consumer<Object> reply);

    /**
     * The connections to another ended some time ago, and this side noticed now.
     *
     * @param otherEnded whether the other's process is dead for sure
     */
    void onLost(Process other, long lostAtMicros, boolean otherEnded) {}

    void say(String what) {
        world.say(name, what);
    }

    static <T> @Nullable T as(Class<T> type, @Nullable Object answer) {
        return type.isInstance(answer) ? type.cast(answer) : null;
    }

    @Override
    public String toString() {
        return name;
    }
}
