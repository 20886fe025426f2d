package io.roundtable.disk;

/** The simulated process is dead; nothing may catch this but the test or the simulator that killed it. */
public final class SimulatedCrash extends RuntimeException {
    private static final long serialVersionUID = 1;

    SimulatedCrash(String where) {
        super(where);
    }
}
