package io.concordkv.wire;

/// Whether a refused request may have changed something.
public enum Executed {
    /// Nothing was changed and nothing will be.
    NO("no"),
    /// It may have happened, or may still happen: read to find out, or repeat with the same
    /// idempotency key.
    UNKNOWN("unknown");

    private final String text;

    Executed(String text) {
        this.text = text;
    }

    /// As it stands in JSON.
    public String text() {
        return text;
    }
}
