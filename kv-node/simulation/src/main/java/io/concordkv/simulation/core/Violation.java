package io.concordkv.simulation.core;

/// Ends a run: an invariant does not hold.
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String invariant;

    Violation(CoreInvariant invariant, String message) {
        super(message);
        this.invariant = invariant.getClass().getSimpleName();
    }

    String invariant() {
        return invariant;
    }
}
