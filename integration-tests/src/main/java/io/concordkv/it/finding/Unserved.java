package io.concordkv.it.finding;

/// No operator looks after the clusters that the suite makes: no further step can pass.
public final class Unserved extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Unserved(String message) {
        super(message, null, false, false);
    }
}
