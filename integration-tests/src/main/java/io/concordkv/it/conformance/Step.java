package io.concordkv.it.conformance;

/// One thing a Kubernetes with ConcordKV must do.
///
/// @param name  for `--only` and programs
/// @param title for people
public record Step(String name, String title, Body body) {

    /// Returns when all was as it must be; throws [Difference] when not, [NotRun] when it cannot be
    /// tried here. Anything else thrown counts as a difference too.
    @FunctionalInterface
    public interface Body {
        void run(Stage stage) throws Exception;
    }
}
