package io.concordkv.operator.lead;

/// The right to act. It is asked for again before every single thing that is done, because it can
/// end at any moment.
@FunctionalInterface
public interface Leadership {
    /// For an operator that is alone.
    Leadership ALONE = () -> true;

    boolean isHeld();
}
