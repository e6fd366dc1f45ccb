package io.concordkv.wal;

import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Room that is held for a full disk (SAFETY L8): reserves, files of one segment's size written with
/// zeros, and the ballast, which is deleted when nothing else helps. Made in slices when there is time;
/// the last reserve, a short one, is there from the start. Pump only, but for the plain accessors.
final class HeldSpace {
    static final int SLICE_BYTES = 256 << 10;
    /// Zeros are synced so often that no sync of a frame waits long for them.
    private static final int SYNC_BYTES = 1 << 20;
    private static final int LAST_BYTES_MAX = 8 << 20;
    /// A file without reserved room grows by a sixteenth of a segment, so that its length changes rarely.
    private static final int STEP_BYTES_MAX = 1 << 20;
    private static final int STEP_SHARE = 16;
    /// Of the volume, at most.
    private static final int BALLAST_SHARE = 64;
    /// Of the volume, before the group with the oldest entries must take a snapshot (S6).
    private static final int LOG_SHARE = 4;
    private static final int LOG_SEGMENTS = 16;
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(SLICE_BYTES).asReadOnlyBuffer();

    private final WalDirectory directory;
    private final WalOptions options;
    private final long ballastWanted;
    private final long lowMark;
    private final long enoughMark;
    private final long criticalMark;
    private final long logBytesMax;
    private final int stepBytes;
    private volatile int reserves;
    private int nextReserve;
    private volatile long ballast;
    private boolean last;
    private final int lastBytes;
    private long freeSeen;
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
        this.logBytesMax = Math.min(total / LOG_SHARE, (long) LOG_SEGMENTS * options.segmentBytes());
        this.stepBytes = Math.min(STEP_BYTES_MAX, options.segmentBytes() / STEP_SHARE) / Block.BYTES * Block.BYTES;
        this.lastBytes = Math.min(options.segmentBytes(), LAST_BYTES_MAX);
        this.last = directory.exists(WalDirectory.LAST_RESERVE);
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
        this.freeSeen = disk.freeBytes();
        this.space = freeSeen < enoughMark ? WalSpace.LOW : WalSpace.OK;
    }

    WalSpace space() {
        return space;
    }

    boolean hasLast() {
        return last;
    }

    int reserves() {
        return reserves;
    }

    long ballastBytes() {
        return ballast;
    }

    /// Bytes of live segments from which on somebody must take a snapshot.
    long logBytesMax() {
        return logBytesMax;
    }

    /// Looks at the free space; lets the ballast go when flush and compaction would find none.
    ///
    /// @param left bytes the active segment can take without room of the volume
    void check(long left) throws IOException {
        freeSeen = directory.disk().freeBytes();
        if (freeSeen < criticalMark && ballast > 0) {
            releaseBallast();
            freeSeen = directory.disk().freeBytes();
        }
        // What is missing of the ballast is made from this room.
        if (freeSeen >= enoughMark + ballastWanted - ballast) {
            space = WalSpace.OK;
        } else if (freeSeen < lowMark || space == WalSpace.EXHAUSTED) {
            space = WalSpace.LOW;
        }
        spend(left);
    }

    /// Says so when what was held is nearly used up.
    void spend(long left) {
        boolean nearly = space == WalSpace.LOW && freeSeen < criticalMark && reserves == 0 && ballast == 0 && !last;
        if (nearly && left < lastBytes / 2) {
            space = WalSpace.EXHAUSTED;
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
        space = WalSpace.LOW;
        return true;
    }

    /// Room for a segment under the name [WalDirectory#PREPARING]: a reserve if there is one, else a new
    /// file that grows, on a full disk instead of the ballast.
    ///
    /// @param urgent whether the last reserve may be taken when nothing else is left
    DiskFile obtain(boolean urgent) throws IOException {
        directory.deleteIfExists(WalDirectory.PREPARING);
        if (reserves > 0) {
            directory.rename(WalDirectory.reserve(directory.reserves().getFirst()), WalDirectory.PREPARING);
            reserves = reserves - 1;
            return directory.open(WalDirectory.PREPARING);
        }
        try {
            return created();
        } catch (DiskFullException full) {
            directory.deleteIfExists(WalDirectory.PREPARING);
            if (!urgent || !last) {
                throw full;
            }
            directory.rename(WalDirectory.LAST_RESERVE, WalDirectory.PREPARING);
            last = false;
            return directory.open(WalDirectory.PREPARING);
        }
    }

    private DiskFile created() throws IOException {
        DiskFile file;
        try {
            file = directory.create(WalDirectory.PREPARING);
        } catch (DiskFullException full) {
            if (!releaseBallast()) {
                throw full;
            }
            file = directory.create(WalDirectory.PREPARING);
        }
        try {
            growAnyhow(file, 0, Block.BYTES);
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /// Lets a segment's file grow by a step of zeros.
    ///
    /// @param room bytes it has
    /// @param end  bytes it must have
    /// @return bytes it has now
    /// @throws DiskFullException when it cannot; what is held is not touched
    long grow(DiskFile file, long room, long end) throws IOException {
        if (end <= room) {
            return room;
        }
        try {
            return fill(file, room, Math.max(end, Math.min(room + stepBytes, options.segmentBytes())));
        } catch (DiskFullException full) {
            space = space == WalSpace.OK ? WalSpace.LOW : space;
            // Not a whole step, but perhaps what is needed.
            return fill(file, room, end);
        }
    }

    /// Lets a segment's file have what room there is, at most as much as the last reserve.
    ///
    /// @param room bytes it has
    /// @return bytes it has now
    long growAsFarAsPossible(DiskFile file, long room) throws IOException {
        long at = room;
        int step = SLICE_BYTES;
        while (at < lastBytes && step >= Block.BYTES) {
            try {
                at += zeros(file, at, Math.min(lastBytes, at + step));
            } catch (DiskFullException full) {
                step /= 2;
            }
        }
        return at;
    }

    /// As [#grow], on a full disk instead of the ballast.
    long growAnyhow(DiskFile file, long room, long end) throws IOException {
        try {
            return grow(file, room, end);
        } catch (DiskFullException full) {
            if (!releaseBallast()) {
                throw full;
            }
            return grow(file, room, end);
        }
    }

    private static long fill(DiskFile file, long from, long end) throws IOException {
        long at = from;
        while (at < end) {
            at += zeros(file, at, end);
        }
        return at;
    }

    /// Makes the last reserve at once, if there is none and room for it.
    void holdLast() throws IOException {
        if (last || options.reserves() == 0) {
            return;
        }
        directory.deleteIfExists(WalDirectory.RESERVING);
        reserving = -1;
        try (DiskFile file = directory.create(WalDirectory.RESERVING)) {
            fill(file, 0, lastBytes);
            file.sync();
        } catch (DiskFullException full) {
            directory.deleteIfExists(WalDirectory.RESERVING);
            return;
        }
        directory.rename(WalDirectory.RESERVING, WalDirectory.LAST_RESERVE);
        directory.sync();
        last = true;
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
            if (!last && options.reserves() > 0 && free() > criticalMark) {
                holdLast();
                return last;
            }
            if (reserves < options.reserves() && free() > lowMark + options.segmentBytes()) {
                growReserve();
                return true;
            }
            if (ballast < ballastWanted && free() >= enoughMark + ballastWanted - ballast) {
                growBallast();
                return true;
            }
        } catch (DiskFullException full) {
            space = space == WalSpace.OK ? WalSpace.LOW : space;
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
        }
    }

    private static int zeros(DiskFile file, long at, long end) throws IOException {
        int bytes = (int) Math.min(SLICE_BYTES, end - at);
        file.write(ZEROS.duplicate().limit(bytes), at);
        return bytes;
    }
}
