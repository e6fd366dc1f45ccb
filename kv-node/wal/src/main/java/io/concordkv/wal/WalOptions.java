package io.concordkv.wal;

/// Sizes of one log.
///
/// @param segmentBytes   soft size of a segment, a multiple of 4096; one frame may pass it
/// @param ballastBytes   held for a full disk (SAFETY L8); at most 1/64 of the volume is taken; 0 none
/// @param reserves       segments held ready besides the active one
/// @param lowBytes       free space below which [WalSpace#LOW] is said
/// @param enoughBytes    free space from which [WalSpace#OK] is said again
/// @param queueBytesMax  bytes of records that may wait for the pump
public record WalOptions(
        int segmentBytes, long ballastBytes, int reserves, long lowBytes, long enoughBytes, long queueBytesMax) {
    private static final int SEGMENT_SHARE = 64;
    private static final int SEGMENT_BYTES_SMALL = 1 << 20;

    public WalOptions {
        if (segmentBytes < 8 * Block.BYTES || segmentBytes > 1 << 30 || segmentBytes % Block.BYTES != 0) {
            throw new IllegalArgumentException(
                    "segment bytes: want a multiple of 4096 from 32768 to 1 GiB, got " + segmentBytes);
        }
        if (ballastBytes < 0 || reserves < 0 || lowBytes < 0 || enoughBytes < lowBytes || queueBytesMax < 1) {
            throw new IllegalArgumentException("ballast " + ballastBytes + ", reserves " + reserves + ", low "
                    + lowBytes + ", queue " + queueBytesMax + " must not be negative, and enough " + enoughBytes
                    + " not below low");
        }
    }

    /// 64 MiB segments, two reserves, 256 MiB ballast.
    public static WalOptions defaults() {
        return new WalOptions(64 << 20, 256L << 20, 2, 512L << 20, 768L << 20, 256L << 20);
    }

    /// 256 KiB segments without reserves and ballast: for simulations and tests with many logs.
    public static WalOptions small() {
        return new WalOptions(256 << 10, 0, 0, 0, 0, 256L << 20);
    }

    /// The same for a volume of this size: its segments take at most 1/64 of it each, 1 MiB at least.
    /// Ballast and marks are cut by the log itself.
    public WalOptions forVolume(long totalBytes) {
        long share = Math.max(SEGMENT_BYTES_SMALL, totalBytes / SEGMENT_SHARE / Block.BYTES * Block.BYTES);
        return share < segmentBytes ? withSegmentBytes((int) share) : this;
    }

    public WalOptions withSegmentBytes(int bytes) {
        return new WalOptions(bytes, ballastBytes, reserves, lowBytes, enoughBytes, queueBytesMax);
    }

    public WalOptions withBallastBytes(long bytes) {
        return new WalOptions(segmentBytes, bytes, reserves, lowBytes, enoughBytes, queueBytesMax);
    }

    public WalOptions withReserves(int count) {
        return new WalOptions(segmentBytes, ballastBytes, count, lowBytes, enoughBytes, queueBytesMax);
    }

    public WalOptions withSpaceMarks(long low, long enough) {
        return new WalOptions(segmentBytes, ballastBytes, reserves, low, enough, queueBytesMax);
    }

    public WalOptions withQueueBytesMax(long bytes) {
        return new WalOptions(segmentBytes, ballastBytes, reserves, lowBytes, enoughBytes, bytes);
    }
}
