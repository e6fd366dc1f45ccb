package io.concordkv.wire;

/// How fresh a read must be. A stronger read than asked for is always allowed.
public sealed interface Consistency {
    Consistency DEFAULT = new Linearizable();

    record Linearizable() implements Consistency {}

    /// What the leader has applied, without asking the others.
    record Leader() implements Consistency {}

    /// @param millis oldest state that may be shown
    record Bounded(long millis) implements Consistency {}

    record Any() implements Consistency {}

    /// @throws ProblemException `invalid-argument`
    static Consistency parse(String text) {
        return switch (text) {
            case "linearizable" -> DEFAULT;
            case "leader" -> new Leader();
            case "any" -> new Any();
            default -> {
                if (text.startsWith("bounded:")) {
                    yield new Bounded(Durations.parseMillisWithin(
                            "consistency=" + text, text.substring("bounded:".length()), 1, Limits.TTL_MILLIS_MAX));
                }
                throw Problem.invalidArgument(
                                "consistency=" + text + ": want linearizable, leader, bounded:<duration> or any")
                        .asException();
            }
        };
    }

    /// As [#parse] takes it.
    default String text() {
        return switch (this) {
            case Linearizable() -> "linearizable";
            case Leader() -> "leader";
            case Bounded(long millis) -> "bounded:" + Durations.format(millis);
            case Any() -> "any";
        };
    }
}
