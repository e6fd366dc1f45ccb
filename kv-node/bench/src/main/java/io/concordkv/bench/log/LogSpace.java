package io.concordkv.bench.log;

import io.concordkv.base.ShardId;
import io.concordkv.disk.FileDisk;
import io.concordkv.wal.Wal;
import io.concordkv.wal.WalStats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/// How much room compaction saves when keys are overwritten: the log is kept to a few segments, as shards do
/// it, by snapshots of the groups that hold the oldest; a snapshot has each key once.
final class LogSpace {
    private static final int GROUPS = 64;
    private static final int RECORDS_A_FRAME = 128;
    private static final int SEGMENTS = 3;

    private LogSpace() {}

    /// What a run left behind.
    ///
    /// @param written  bytes of all segments ever written: what the log takes without compaction
    /// @param log      bytes of the segments that are left
    /// @param snapshot bytes of each key's last value
    record Room(long written, long log, long snapshot) {
        double savedPercent() {
            return 100 - 100.0 * (log + snapshot) / written;
        }
    }

    /// @param keys   written equally often, at random
    /// @param writes of one key each
    static Room run(Path folder, int keys, long writes) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        BitSet seen = new BitSet(keys);
        try (FileDisk disk = FileDisk.open(folder);
                Wal wal = Wal.open(disk, "wal", LogLoad.OPTIONS, random.split())) {
            Groups groups = new Groups(GROUPS);
            groups.create(wal);
            for (long done = 0; done < writes; done += RECORDS_A_FRAME) {
                for (int i = 0; i < RECORDS_A_FRAME; i++) {
                    seen.set(random.nextInt(keys));
                    wal.enqueue(List.of(groups.next()));
                }
                for (ShardId holder : wal.holdersOfOldestSegment(SEGMENTS)) {
                    wal.enqueue(List.of(groups.compaction(holder)));
                }
                wal.writeQueued();
                wal.syncWritten();
                wal.housekeep();
            }
            WalStats stats = wal.stats();
            return new Room(stats.bytes(), stats.segmentBytes(), (long) seen.cardinality() * Groups.VALUE_BYTES);
        }
    }
}
