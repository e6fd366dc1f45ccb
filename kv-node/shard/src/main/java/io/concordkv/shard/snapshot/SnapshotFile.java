package io.concordkv.shard.snapshot;

/// The frame of a snapshot file, little-endian. Every part is covered by a checksum.
///
/// | part   | layout                                                                        |
/// |--------|-------------------------------------------------------------------------------|
/// | head   | magic `CKSN` (4), length (4), CRC32C of the payload (4), [SnapshotHeader]      |
/// | chunks | length (4, 1 to 8 MiB), CRC32C (4), rows                                       |
/// | end    | length 0 (4), CRC32C of the next 16 bytes (4), rows (8), bytes before end (8)  |
///
/// A row is a varint length and the key, then a varint length and the value. Rows ascend by key.
final class SnapshotFile {
    static final int MAGIC = 0x4e534b43;
    static final int PART_HEAD_BYTES = 8;
    static final int CHUNK_BYTES_SOFT = 256 << 10;
    static final int CHUNK_BYTES_MAX = 8 << 20;
    static final int HEADER_BYTES_MAX = 1 << 20;
    static final int END_BYTES = 16;

    private SnapshotFile() {}
}
