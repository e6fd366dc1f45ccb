package io.concordkv.engine;

import org.jspecify.annotations.Nullable;

/// What an engine held at one moment, however long ago, while writes go on. One thread at a time reads
/// a view; [#close] may come from any thread. Every method throws [ViewExpiredException] once the view
/// is older, or keeps more memory alive, than the engine's limits allow.
public interface ReadView extends AutoCloseable {
    byte @Nullable [] get(byte[] key);

    /// The cursor reads this view and does not outlive it; closing the cursor leaves the view open.
    Cursor cursor(KeyRange range, Direction direction);

    /// Number of keys in a range.
    long count(KeyRange range);

    /// Applied index of the last batch this view contains.
    long appliedIndex();

    @Override
    void close();
}
