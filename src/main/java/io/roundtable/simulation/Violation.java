package io.roundtable.simulation;

/** An invariant does not hold: the run ends here. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String invariant;

    Violation(String invariant, String detail) {
        super(invariant + ": " + detail);
        this.invariant = invariant;
    }

    String invariant() {
        return invariant;
    }
}
