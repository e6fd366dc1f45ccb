package io.concordkv.wal;

import io.concordkv.base.CorruptionException;
import io.concordkv.base.Origin;
import io.concordkv.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The marker that a process leaves, if it can, when a sync of the log fails (SAFETY L4): frames of
/// this segment above `durable` were never acknowledged. The file is one sealed [Block] whose payload
/// is magic (8), log id high, low (16), segment number (8), durable sequence (8).
///
/// @param segment number of the segment whose sync failed
/// @param durable highest sequence that a sync did cover
record FailedSync(LogId logId, long segment, long durable) {
    private static final long MAGIC = 0x4c49_4146_5756_4b43L;
    private static final int SALT = 1;

    void write(WalDirectory directory) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(Block.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        block.position(Block.STAMP_BYTES);
        block.putLong(MAGIC)
                .putLong(logId.high())
                .putLong(logId.low())
                .putLong(segment)
                .putLong(durable);
        Block.seal(block, 0, SALT, 0, 0, 1, new CRC32C());
        directory.deleteIfExists(WalDirectory.FAILED_SYNC);
        try (DiskFile file = directory.create(WalDirectory.FAILED_SYNC)) {
            file.write(block.clear(), 0);
            file.sync();
        }
        directory.sync();
    }

    /// @return empty when there is none, or when it is not whole: then nothing is known
    static Optional<FailedSync> read(WalDirectory directory) throws IOException {
        if (!directory.exists(WalDirectory.FAILED_SYNC)) {
            return Optional.empty();
        }
        ByteBuffer block = ByteBuffer.allocateDirect(Block.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (DiskFile file = directory.open(WalDirectory.FAILED_SYNC)) {
            if (file.read(block, 0) < Block.BYTES || Block.state(block, 0, SALT, new CRC32C()) != Block.State.CURRENT) {
                return Optional.empty();
            }
            block.position(Block.STAMP_BYTES);
            long magic = block.getLong();
            if (magic != MAGIC) {
                throw new CorruptionException(
                        new Origin(file.path(), 0), "magic", Long.toHexString(MAGIC), Long.toHexString(magic));
            }
            return Optional.of(
                    new FailedSync(new LogId(block.getLong(), block.getLong()), block.getLong(), block.getLong()));
        }
    }
}
