package io.concordkv.wal;

import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Room that is held for a full disk (SAFETY L8): reserves, files of one segment's size written with
/// zeros, and the ballast, which is deleted when nothing else helps. Made in slices when there is time.
/// Pump only, but for the plain accessors.
final class HeldSpace {
    static final int SLICE_BYTES = 256 << 10;
    /// Zeros are synced so often that no sync of a frame waits long for them.
    private static final int SYNC_BYTES = 1 << 20;
    /// Of the volume, at most.
    private static final int BALLAST_SHARE = 64;

    private final WalDirectory directory;
    private final WalOptions options;
    private final long ballastWanted;
    private final long lowMark;
    private final long enoughMark;
    private final long criticalMark;
    private volatile int reserves;
    private int nextReserve;
    private volatile long ballast;
    /// The ballast was let go: no OK before it is there again.
    private boolean ballastReleased;
    private long reserving = -1;
    private volatile WalSpace space;

    HeldSpace(WalDirectory directory, WalOptions options) throws IOException {
        this.directory = directory;
        this.options = options;
        Disk disk = directory.disk();
        long total = disk.totalBytes();
        this.ballastWanted = Math.min(options.ballastBytes(), total / BALLAST_SHARE);
        this.lowMark = Math.min(options.lowBytes(), total / 20);
        this.enoughMark = Math.min(options.enoughBytes(), total / 40 * 3);
        this.criticalMark = lowMark / 8;
        directory.deleteIfExists(WalDirectory.RESERVING);
        for (int number : directory.reserves()) {
            reserves = reserves + 1;
            nextReserve = Math.max(nextReserve, number + 1);
        }
        if (directory.exists(WalDirectory.BALLAST)) {
            try (DiskFile file = directory.open(WalDirectory.BALLAST)) {
                ballast = file.size();
            }
        }
        this.space = disk.freeBytes() < enoughMark ? WalSpace.LOW : WalSpace.OK;
    }

    WalSpace space() {
        return space;
    }

    int reserves() {
        return reserves;
    }

    long ballastBytes() {
        return ballast;
    }

    /// Looks at the free space; lets the ballast go when flush and compaction would find none.
    void check() throws IOException {
        long free = directory.disk().freeBytes();
        if (free < criticalMark && ballast > 0) {
            releaseBallast();
        }
        if (free < lowMark || ballastReleased) {
            space = WalSpace.LOW;
        } else if (free >= enoughMark) {
            space = WalSpace.OK;
        }
    }

    /// @return whether there was a ballast
    boolean releaseBallast() throws IOException {
        if (!directory.exists(WalDirectory.BALLAST)) {
            return false;
        }
        directory.delete(WalDirectory.BALLAST);
        directory.sync();
        ballast = 0;
        ballastReleased = true;
        space = WalSpace.LOW;
        return true;
    }

    /// Room for a segment under the name [WalDirectory#PREPARING]: a reserve if there is one, else a new
    /// file that grows, on a full disk instead of the ballast.
    DiskFile obtain() throws IOException {
        directory.deleteIfExists(WalDirectory.PREPARING);
        if (reserves > 0) {
            directory.rename(WalDirectory.reserve(directory.reserves().getFirst()), WalDirectory.PREPARING);
            reserves = reserves - 1;
            return directory.open(WalDirectory.PREPARING);
        }
        try {
            return directory.create(WalDirectory.PREPARING);
        } catch (DiskFullException full) {
            if (!releaseBallast()) {
                throw full;
            }
            return directory.create(WalDirectory.PREPARING);
        }
    }

    /// Takes a file that holds nothing any more, under its name: as a reserve if it is worth it, else
    /// deletes it. Durable when this returns.
    void take(String name, boolean reusable) throws IOException {
        if (reusable && reserves < options.reserves() && isWhole(name)) {
            directory.rename(name, WalDirectory.reserve(nextReserve++));
            reserves = reserves + 1;
        } else {
            directory.delete(name);
        }
        directory.sync();
    }

    private boolean isWhole(String name) throws IOException {
        try (DiskFile file = directory.open(name)) {
            return file.size() >= options.segmentBytes() && file.size() < 2L * options.segmentBytes();
        }
    }

    /// One slice of what is missing.
    ///
    /// @return whether there was anything to do
    boolean growHeld() throws IOException {
        try {
            if (reserves < options.reserves() && free() > lowMark + options.segmentBytes()) {
                growReserve();
                return true;
            }
            if (ballast < ballastWanted && free() >= enoughMark + ballastWanted - ballast) {
                growBallast();
                return true;
            }
        } catch (DiskFullException full) {
            space = WalSpace.LOW;
        }
        return false;
    }

    private long free() throws IOException {
        return directory.disk().freeBytes();
    }

    private void growReserve() throws IOException {
        if (reserving < 0) {
            directory.deleteIfExists(WalDirectory.RESERVING);
            directory.create(WalDirectory.RESERVING).close();
            reserving = 0;
        }
        try (DiskFile file = directory.open(WalDirectory.RESERVING)) {
            reserving += zeros(file, reserving, options.segmentBytes());
            if (reserving % SYNC_BYTES == 0 || reserving == options.segmentBytes()) {
                file.sync();
            }
        }
        if (reserving == options.segmentBytes()) {
            directory.rename(WalDirectory.RESERVING, WalDirectory.reserve(nextReserve++));
            directory.sync();
            reserves = reserves + 1;
            reserving = -1;
        }
    }

    private void growBallast() throws IOException {
        if (ballast == 0) {
            directory.deleteIfExists(WalDirectory.BALLAST);
            directory.create(WalDirectory.BALLAST).close();
        }
        try (DiskFile file = directory.open(WalDirectory.BALLAST)) {
            ballast = ballast + zeros(file, ballast, ballastWanted);
            if (ballast % SYNC_BYTES == 0 || ballast == ballastWanted) {
                file.sync();
            }
        }
        if (ballast == ballastWanted) {
            directory.sync();
            ballastReleased = false;
        }
    }

    private static int zeros(DiskFile file, long at, long end) throws IOException {
        int bytes = (int) Math.min(SLICE_BYTES, end - at);
        file.write(ByteBuffer.allocateDirect(bytes), at);
        return bytes;
    }
}
