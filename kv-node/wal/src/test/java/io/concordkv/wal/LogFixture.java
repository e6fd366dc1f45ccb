package io.concordkv.wal;

import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.simulated.SimulatedDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Logs on simulated disks, for tests that damage them.
final class LogFixture {
    static final ShardId G1 = new ShardId(1);
    static final ShardId G2 = new ShardId(2);
    static final byte[] CONFIGURATION = "n1 n2 n3".getBytes(StandardCharsets.UTF_8);
    static final WalOptions OPTIONS = WalOptions.small().withSegmentBytes(64 << 10);

    private LogFixture() {}

    static SimulatedDisk disk(long seed) {
        return new SimulatedDisk(new SplittableRandom(seed));
    }

    static Wal open(Disk disk) throws IOException {
        return open(disk, 1);
    }

    static Wal open(Disk disk, long seed) throws IOException {
        return Wal.open(disk, "wal", OPTIONS, new SplittableRandom(seed));
    }

    static List<LogEntry> entries(long term, long first, int count, int bytes) {
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] payload = new byte[bytes];
            new SplittableRandom(term * 1000 + first + i).nextBytes(payload);
            entries.add(new LogEntry(term, first + i, EntryKind.COMMAND, payload));
        }
        return entries;
    }

    static WalRecord append(ShardId group, long term, long first, int count, int bytes) {
        return new WalRecord.Entries(group, entries(term, first, count, bytes));
    }

    static WalRecord create(ShardId group) {
        return new WalRecord.GroupCreated(group, new ReplicaId(10 + group.value()), CONFIGURATION);
    }

    /// Enqueues, writes and syncs one call.
    static long durably(Wal wal, WalRecord... records) throws IOException {
        wal.enqueue(List.of(records));
        wal.writeQueued();
        return wal.syncWritten();
    }

    /// A log of random records over several starts, everything synced; the model says what is in it.
    static WalModel randomLog(SimulatedDisk disk, long seed, int calls) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        WalModel model = new WalModel();
        int left = calls;
        while (left > 0) {
            try (Wal wal = open(disk, random.nextLong())) {
                int now = Math.min(left, 1 + random.nextInt(calls));
                for (int i = 0; i < now; i++) {
                    wal.enqueue(model.next(random));
                    if (random.nextInt(3) > 0) {
                        wal.writeQueued();
                        if (random.nextInt(4) == 0) {
                            wal.enqueue(model.next(random));
                            wal.encodeAhead();
                        }
                        wal.syncWritten();
                        wal.housekeep();
                    }
                }
                while (wal.writeQueued()) {
                    wal.syncWritten();
                }
                left -= now;
            }
        }
        return model;
    }

    /// Names of the segments, oldest first.
    static List<String> segments(Disk disk) throws IOException {
        return disk.list("wal").stream()
                .filter(name -> name.startsWith("segment-"))
                .map(name -> "wal/" + name)
                .toList();
    }

    static long size(Disk disk, String path) throws IOException {
        try (DiskFile file = disk.open(path)) {
            return file.size();
        }
    }
}
