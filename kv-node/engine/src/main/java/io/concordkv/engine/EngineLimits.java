package io.concordkv.engine;

import java.time.Duration;

/// Bounds of one engine. Wider than what clients may send (SPEC §11), because a row is a client's key
/// and value with more around it, and one apply may change more rows than the client named.
///
/// @param batchOperationsMax operations of one batch
/// @param batchBytesMax      bytes of keys and values of one batch
/// @param keyBytesMax        bytes of one key, 1 to 8,191
/// @param valueBytesMax      bytes of one value
/// @param viewAgeMax         age at which a view expires
/// @param viewBytesMax       bytes kept alive by views at which the oldest expires
public record EngineLimits(
        int batchOperationsMax,
        long batchBytesMax,
        int keyBytesMax,
        int valueBytesMax,
        Duration viewAgeMax,
        long viewBytesMax) {
    /// A key length must fit 13 bits in an entry's header.
    public static final int KEY_BYTES_HIGHEST = 8_191;

    /// An entry must fit one block.
    public static final int VALUE_BYTES_HIGHEST = 64 << 20;

    public static final EngineLimits DEFAULTS =
            new EngineLimits(65_536, 64 << 20, KEY_BYTES_HIGHEST, 2 << 20, Duration.ofMinutes(5), 256 << 20);

    public EngineLimits {
        require(batchOperationsMax >= 1, "batchOperationsMax", batchOperationsMax, "at least 1");
        require(batchBytesMax >= 1, "batchBytesMax", batchBytesMax, "at least 1");
        require(keyBytesMax >= 1 && keyBytesMax <= KEY_BYTES_HIGHEST, "keyBytesMax", keyBytesMax, "1..8191");
        require(
                valueBytesMax >= 0 && valueBytesMax <= VALUE_BYTES_HIGHEST,
                "valueBytesMax",
                valueBytesMax,
                "0..64 MiB");
        require(!viewAgeMax.isNegative(), "viewAgeMax", viewAgeMax.toMillis(), "not negative");
        require(viewBytesMax >= 0, "viewBytesMax", viewBytesMax, "not negative");
    }

    private static void require(boolean holds, String name, long given, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + given + ", allowed is " + allowed);
        }
    }

    public EngineLimits withViews(Duration ageMax, long bytesMax) {
        return new EngineLimits(batchOperationsMax, batchBytesMax, keyBytesMax, valueBytesMax, ageMax, bytesMax);
    }

    public EngineLimits withBatch(int operationsMax, long bytesMax) {
        return new EngineLimits(operationsMax, bytesMax, keyBytesMax, valueBytesMax, viewAgeMax, viewBytesMax);
    }

    /// Refuses a batch that goes beyond these bounds, before anything of it is applied.
    ///
    /// @throws BatchTooLargeException    beyond count or bytes of a batch
    /// @throws EntryOutOfBoundsException when one key or value has a length that is not allowed
    public void check(WriteBatch batch) {
        if (batch.size() > batchOperationsMax) {
            throw new BatchTooLargeException("operations", batch.size(), batchOperationsMax);
        }
        if (batch.bytes() > batchBytesMax) {
            throw new BatchTooLargeException("bytes", batch.bytes(), batchBytesMax);
        }
        for (int i = 0; i < batch.size(); i++) {
            switch (batch.kind(i)) {
                case PUT -> {
                    checkKey(batch.key(i));
                    if (batch.value(i).length > valueBytesMax) {
                        throw new EntryOutOfBoundsException("value", batch.value(i).length, 0, valueBytesMax);
                    }
                }
                case DELETE -> checkKey(batch.key(i));
                case DELETE_RANGE -> {}
            }
        }
    }

    private void checkKey(byte[] key) {
        if (key.length < 1 || key.length > keyBytesMax) {
            throw new EntryOutOfBoundsException("key", key.length, 1, keyBytesMax);
        }
    }
}
