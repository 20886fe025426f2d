package io.roundtable.simulation.storage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections between processes. They stand for TCP: what is sent on one arrives in order or not at all; between two there
 * is no order. During a split frames wait; when a connection breaks they are lost, or still served without anybody hearing
 * the answer.
 */
final class StorageNet {
    /** Connections of one pair: for questions to the manager and its orders, and for shares. */
    static final int KEPT = 0;

    static final int DATA = 1;
    private static final int LANES = 2;

    private final StorageWorld world;
    private final Map<Long, Lane> lanes = new HashMap<>();
    private final List<Lane> all = new ArrayList<>();
    private int[] sides = {};
    private long healsAtMicros;

    private static final class Lane {
        private final Process from;
        private final Process to;
        /** Towards the one who is asked, and back. */
        private final Deque<Runnable> there = new ArrayDeque<>();

        private final Deque<Runnable> back = new ArrayDeque<>();
        private final List<Call> calls = new ArrayList<>();
        private int generation;
        private long lastThereMicros;
        private long lastBackMicros;

        private Lane(Process from, Process to) {
            this.from = from;
            this.to = to;
        }
    }

    /** One question that waits for its answer. */
    private static final class Call {
        private final Lane lane;
        private final int asker;
        private final Consumer<@Nullable Object> then;
        private boolean isOver;

        private Call(Lane lane, Consumer<@Nullable Object> then) {
            this.lane = lane;
            this.asker = lane.from.incarnation();
            this.then = then;
        }

        void end(@Nullable Object answer) {
            if (!isOver) {
                isOver = true;
                lane.calls.remove(this);
                then.accept(answer);
            }
        }
    }

    StorageNet(StorageWorld world) {
        this.world = world;
    }

    // ---- weather

    /** Splits the group for a time: those on one side hear nothing of those on the other. */
    void split(int[] sideOfProcess, long forMicros) {
        sides = sideOfProcess;
        healsAtMicros = world.nowMicros() + forMicros;
    }

    void heal() {
        healsAtMicros = world.nowMicros();
    }

    boolean isCut(Process one, Process other) {
        return world.nowMicros() < healsAtMicros && sides[one.index] != sides[other.index];
    }

    private long delayMicros() {
        int dice = world.isCalm() ? 0 : world.random.nextInt(200);
        if (dice < 190) {
            return world.random.nextInt(50, 400);
        }
        return dice < 199 ? world.random.nextInt(400, 15_000) : world.random.nextInt(15_000, 250_000);
    }

    // ---- questions

    /** @param then told the answer, or null if none came in time or the connection ended */
    void ask(Process from, Process to, int lane, Object question, long timeoutMs, Consumer<@Nullable Object> then) {
        Lane on = lane(from, to, lane);
        Call call = new Call(on, then);
        on.calls.add(call);
        from.after(timeoutMs, () -> call.end(null));
        if (!to.isUp() && !isCut(from, to)) {
            world.after(delayMicros(), () -> from.run(call.asker, () -> call.end(null)));
            return;
        }
        int generation = on.generation;
        int asked = to.incarnation();
        send(on, true, () -> {
            world.trace.mix(world.nowMicros(), from.index * 64 + to.index, lane, 0);
            to.run(
                    asked,
                    () -> to.serve(from, question, answer -> {
                        if (on.generation == generation) {
                            send(on, false, () -> from.run(call.asker, () -> call.end(answer)));
                        }
                    }));
        });
    }

    private Lane lane(Process from, Process to, int lane) {
        long key = ((long) from.index * 1_000 + to.index) * LANES + lane;
        return lanes.computeIfAbsent(key, k -> {
            Lane made = new Lane(from, to);
            all.add(made);
            return made;
        });
    }

    private void send(Lane lane, boolean isThere, Runnable frame) {
        long atMicros =
                Math.max(isThere ? lane.lastThereMicros : lane.lastBackMicros, world.nowMicros() + delayMicros());
        if (isThere) {
            lane.lastThereMicros = atMicros;
        } else {
            lane.lastBackMicros = atMicros;
        }
        (isThere ? lane.there : lane.back).add(frame);
        arrive(lane, isThere, lane.generation, atMicros);
    }

    /** One arrival for each frame, and each takes the first frame: so their order stays. */
    private void arrive(Lane lane, boolean isThere, int generation, long atMicros) {
        world.at(atMicros, () -> {
            if (lane.generation != generation) {
                return;
            }
            if (isCut(lane.from, lane.to)) {
                arrive(lane, isThere, generation, healsAtMicros + delayMicros());
                return;
            }
            (isThere ? lane.there : lane.back).remove().run();
        });
    }

    // ---- ends

    /** The connections between two processes break; one may notice later than the other. */
    void reset(Process one, Process other) {
        for (Lane lane : List.copyOf(all)) {
            if ((lane.from == one && lane.to == other) || (lane.from == other && lane.to == one)) {
                end(lane);
            }
        }
        notice(one, other, laterMicros(), false);
        notice(other, one, laterMicros(), false);
    }

    /** A process is dead: its machine ends its connections, if anybody hears it. */
    void onDeath(Process dead) {
        for (Lane lane : List.copyOf(all)) {
            if (lane.from == dead || lane.to == dead) {
                end(lane);
            }
        }
        for (Process each : world.processes) {
            if (each != dead) {
                // During a split nobody hears of it; afterwards the other side says that it knows no such connection.
                long lateMicros = isCut(each, dead) ? healsAtMicros - world.nowMicros() : 0;
                notice(each, dead, lateMicros, true);
            }
        }
    }

    private long laterMicros() {
        return world.random.nextInt(3) == 0 ? world.random.nextInt(50_000, 1_000_000) : 0;
    }

    private void end(Lane lane) {
        lane.generation++;
        List<Runnable> late = List.copyOf(lane.there);
        lane.there.clear();
        lane.back.clear();
        lane.lastThereMicros = 0;
        lane.lastBackMicros = 0;
        for (Runnable frame : late) {
            // It lies in the other's socket already.
            if (world.random.nextBoolean()) {
                world.after(delayMicros(), frame);
            }
        }
        for (Call call : List.copyOf(lane.calls)) {
            if (!isCut(lane.from, lane.to)) {
                world.after(delayMicros(), () -> lane.from.run(call.asker, () -> call.end(null)));
            }
        }
    }

    private void notice(Process who, Process other, long lateMicros, boolean otherEnded) {
        int meant = who.incarnation();
        long lostAtMicros = world.nowMicros();
        world.after(
                lateMicros + delayMicros(), () -> who.run(meant, () -> who.onLost(other, lostAtMicros, otherEnded)));
    }
}
