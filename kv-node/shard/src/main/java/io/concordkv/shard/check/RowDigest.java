package io.concordkv.shard.check;

import io.concordkv.base.Bytes;
import io.concordkv.shard.apply.RowSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Hashes rows, some at a time. Owns the rows. One thread at a time.
final class RowDigest implements AutoCloseable {
    private final RowSource rows;
    private final MessageDigest digest;
    private final byte[] length = new byte[4];

    RowDigest(RowSource rows) {
        this.rows = rows;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Takes in rows until at least so many bytes were read.
    ///
    /// @return bytes read; less than asked for when there are no more rows
    long advance(long bytes) {
        long read = 0;
        while (read < bytes && rows.next()) {
            byte[] key = rows.key();
            byte[] value = rows.value();
            take(key);
            take(value);
            read += key.length + value.length + 2L * length.length;
        }
        return read;
    }

    private void take(byte[] bytes) {
        for (int i = 0; i < length.length; i++) {
            length[i] = (byte) (bytes.length >>> (8 * i));
        }
        digest.update(length);
        digest.update(bytes);
    }

    Bytes end() {
        return Bytes.wrap(digest.digest());
    }

    @Override
    public void close() {
        rows.close();
    }
}
