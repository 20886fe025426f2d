package io.roundtable.simulation;

/** An invariant does not hold: the run ends here. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String invariant;

    public Violation(String invariant, String detail) {
        super(invariant + ": " + detail);
        this.invariant = invariant;
    }

    public String invariant() {
        return invariant;
    }
}
