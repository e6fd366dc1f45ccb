package io.concordkv.bench.engine;

/// Something that is measured: an ordered map of byte arrays. Keys and values handed in may be changed
/// afterwards, so a subject that keeps them copies them.
interface Subject extends AutoCloseable {
    void put(byte[] key, byte[] value);

    /// Puts all keys with the same value, as one batch where the subject knows batches.
    void putAll(byte[][] keys, byte[] value);

    /// Length of a copy of the value, or −1 when absent.
    int get(byte[] key);

    void delete(byte[] key);

    /// Copies keys and values of up to `limit` entries from a key on.
    ///
    /// @return a sum of lengths, so that nothing is optimised away
    long scan(byte[] from, int limit);

    /// Bytes held for all entries, or −1 when only the heap's size can tell.
    long bytesHeld();

    @Override
    void close();
}
