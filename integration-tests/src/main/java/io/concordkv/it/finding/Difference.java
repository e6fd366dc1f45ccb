package io.concordkv.it.finding;

/// Something is not as the contract says. The message names what was expected and what was seen.
public final class Difference extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Difference(String message) {
        super(message, null, false, false);
    }

    /// @throws Difference with the words when the condition does not hold
    public static void unless(boolean holds, String format, Object... values) {
        if (!holds) {
            throw new Difference(format.formatted(values));
        }
    }
}
