package io.concordkv.engine;

/// Walks the entries of a key range in one direction. Starts before the first entry:
/// `while (cursor.next()) { cursor.key() … }`. Used by one thread at a time.
public interface Cursor extends AutoCloseable {
    /// Moves to the next entry.
    ///
    /// @return false when there is none; further calls keep returning false
    /// @throws ViewExpiredException when the view behind the cursor has expired
    boolean next();

    /// A copy of the current key.
    ///
    /// @throws IllegalStateException before the first [#next] and after the last
    byte[] key();

    /// A copy of the current value.
    ///
    /// @throws IllegalStateException before the first [#next] and after the last
    byte[] value();

    @Override
    void close();
}
