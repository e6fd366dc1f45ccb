package io.concordkv.wal;

import io.concordkv.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/// Makes segments ready: a file gets its header, is synced and only then named, and the name is synced
/// before anything in it counts. Pump only.
final class SegmentStore {
    private final WalDirectory directory;
    private final RandomGenerator random;

    SegmentStore(WalDirectory directory, RandomGenerator random) {
        this.directory = directory;
        this.random = random;
    }

    WalDirectory directory() {
        return directory;
    }

    /// Never 0, which no block of a segment carries.
    int newSalt() {
        int salt = random.nextInt();
        return salt == 0 ? 1 : salt;
    }

    /// Room for a segment under the name [WalDirectory#PREPARING]: a reserve if there is one, else a new
    /// file that grows.
    DiskFile obtain() throws IOException {
        directory.deleteIfExists(WalDirectory.PREPARING);
        List<Integer> reserves = directory.reserves();
        if (reserves.isEmpty()) {
            return directory.create(WalDirectory.PREPARING);
        }
        directory.rename(WalDirectory.reserve(reserves.getFirst()), WalDirectory.PREPARING);
        return directory.open(WalDirectory.PREPARING);
    }

    /// Gives what was obtained, filled and synced its name.
    Segment name(DiskFile prepared, SegmentHeader header, long end) throws IOException {
        prepared.close();
        String name = WalDirectory.segment(header.number());
        directory.rename(WalDirectory.PREPARING, name);
        directory.sync();
        Segment segment = new Segment((int) header.number(), header.salt(), directory.open(name), true);
        segment.end = end;
        return segment;
    }

    /// A segment with nothing but its header.
    Segment prepare(int number, LogId logId, long incarnation) throws IOException {
        SegmentHeader header = new SegmentHeader(number, logId, incarnation, newSalt(), 0);
        DiskFile file = obtain();
        ByteBuffer block = header.encode();
        file.write(block, 0);
        file.sync();
        return name(file, header, Block.BYTES);
    }
}
