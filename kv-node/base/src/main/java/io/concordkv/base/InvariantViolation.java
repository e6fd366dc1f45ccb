package io.concordkv.base;

/// Broken code, not a broken world: see [Invariant].
public final class InvariantViolation extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvariantViolation(String message) {
        super(message);
    }
}
