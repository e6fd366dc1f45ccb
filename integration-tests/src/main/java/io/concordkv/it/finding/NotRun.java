package io.concordkv.it.finding;

/// A step cannot be tried here; the message says what is missing.
public final class NotRun extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NotRun(String message) {
        super(message, null, false, false);
    }
}
