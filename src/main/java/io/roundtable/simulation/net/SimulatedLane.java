package io.roundtable.simulation.net;

import io.roundtable.net.Lane;
import java.util.ArrayDeque;
import java.util.Deque;

/** Threads that are busy for a while of virtual time with each piece of work. */
final class SimulatedLane implements Lane {
    private final SimulatedProcess process;
    private final int threadsMax;
    private final int waitingMax;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int running;
    private boolean isClosed;

    SimulatedLane(SimulatedProcess process, int threadsMax, int waitingMax) {
        this.process = process;
        this.threadsMax = threadsMax;
        this.waitingMax = waitingMax;
    }

    @Override
    public boolean execute(Runnable work) {
        if (isClosed || (running == threadsMax && waiting.size() >= waitingMax)) {
            return false;
        }
        waiting.add(work);
        runNext();
        return true;
    }

    private void runNext() {
        Runnable next = running < threadsMax ? waiting.poll() : null;
        if (next != null) {
            running++;
            process.later(() -> {
                next.run();
                running--;
                runNext();
            });
        }
    }

    @Override
    public int waiting() {
        return waiting.size();
    }

    @Override
    public void close() {
        isClosed = true;
    }

    @Override
    public void closeNow() {
        isClosed = true;
        waiting.clear();
    }

    @Override
    public void awaitEnd() {
        // Called by work of the process, which is done in no time.
    }
}
