package io.concordkv.wal;

import io.concordkv.disk.DiskFile;
import java.io.IOException;
import java.util.random.RandomGenerator;

/// Makes segments ready: a file gets its header, is synced and only then named, and the name is synced
/// before anything in it counts. Pump only.
final class SegmentStore {
    private final WalDirectory directory;
    private final HeldSpace held;
    private final RandomGenerator random;

    SegmentStore(WalDirectory directory, HeldSpace held, RandomGenerator random) {
        this.directory = directory;
        this.held = held;
        this.random = random;
    }

    WalDirectory directory() {
        return directory;
    }

    HeldSpace held() {
        return held;
    }

    /// Never 0, which no block of a segment carries.
    int newSalt() {
        int salt = random.nextInt();
        return salt == 0 ? 1 : salt;
    }

    /// Gives what was obtained, filled and synced its name.
    Segment name(DiskFile prepared, SegmentHeader header, long end) throws IOException {
        long room = prepared.size();
        prepared.close();
        String name = WalDirectory.segment(header.number());
        directory.rename(WalDirectory.PREPARING, name);
        directory.sync();
        Segment segment = new Segment((int) header.number(), header.salt(), directory.openForBlocks(name), true);
        segment.end = end;
        segment.room = room;
        return segment;
    }

    /// A segment with nothing but its header.
    ///
    /// @param urgent whether the last reserve may be taken for it
    Segment prepare(int number, LogId logId, long incarnation, boolean urgent) throws IOException {
        SegmentHeader header = new SegmentHeader(number, logId, incarnation, newSalt(), 0);
        DiskFile file = held.obtain(urgent);
        file.write(header.encode(), 0);
        file.sync();
        return name(file, header, Block.BYTES);
    }

    /// Lets a dead segment go; its name is durably gone when this returns.
    void retire(Segment dead) throws IOException {
        held.take(WalDirectory.segment(dead.number), dead.retire());
    }
}
