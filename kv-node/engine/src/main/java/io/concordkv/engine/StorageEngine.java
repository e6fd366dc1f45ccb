package io.concordkv.engine;

import org.jspecify.annotations.Nullable;

/// An ordered map from keys to values, both plain bytes; keys order as unsigned bytes, a prefix before
/// its extensions. One thread at a time writes ([#write], [#clear], [#flush], [#compact], [#close]);
/// everything else may be called by any thread beside it. Arrays handed in are not kept and arrays
/// handed out belong to the caller.
public interface StorageEngine extends AutoCloseable {
    EngineCapabilities capabilities();

    /// Applies a batch as one atomic step: other threads and later views see all of it or nothing. Of
    /// several operations on one key the last wins. A refused batch has changed nothing.
    ///
    /// @param appliedIndex index of the Raft entry this batch ends with; kept together with the data
    /// @throws BatchTooLargeException      beyond the limits of count or bytes
    /// @throws EntryOutOfBoundsException when a key or a value has a length that is not allowed
    /// @throws EngineFullException when the memory budget has no room for the batch
    WriteReport write(WriteBatch batch, long appliedIndex);

    /// The value of a key, or null when absent.
    byte @Nullable [] get(byte[] key);

    /// Walks a range over a view of its own, taken now; closing the cursor closes the view.
    Cursor cursor(KeyRange range, Direction direction);

    /// A consistent read of what is stored now. Must be closed; see [ViewExpiredException] for its limits.
    ReadView view();

    /// Applied index of everything that survives a restart of the process; 0 when nothing does.
    long durableIndex();

    /// Applied index of the last batch.
    long appliedIndex();

    /// Number of keys.
    long count();

    EngineStats stats();

    /// Makes everything written durable where the engine is durable; returns when done.
    void flush();

    /// Gives back space that deletes and overwrites have left behind; returns when done.
    void compact();

    /// Reads everything and checks the engine's own structure.
    ValidationReport validate();

    /// Removes every key and sets the applied index back to 0. Open views expire.
    void clear();

    /// Ends all views and gives back all memory and files. Closing twice is harmless.
    @Override
    void close();
}
