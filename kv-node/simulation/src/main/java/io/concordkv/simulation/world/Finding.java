package io.concordkv.simulation.world;

/// Something that must never happen, and did. Stops the run.
public final class Finding extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final String invariant;

    public Finding(String invariant, String detail) {
        super(invariant + ": " + detail);
        this.invariant = invariant;
    }

    public Finding(String invariant, Throwable cause) {
        super(invariant + ": " + cause, cause);
        this.invariant = invariant;
    }

    /// Short name of what was violated.
    public String invariant() {
        return invariant;
    }
}
