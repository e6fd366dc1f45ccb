package io.concordkv.simulation.core;

import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.disk.simulated.SimulatedDisk;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.ConfigurationAt;
import io.concordkv.raft.ConfigurationCodec;
import io.concordkv.raft.Effect;
import io.concordkv.raft.RecoveredState;
import io.concordkv.shard.replica.GroupLog;
import io.concordkv.wal.Absence;
import io.concordkv.wal.RecoveredGroup;
import io.concordkv.wal.Wal;
import io.concordkv.wal.WalOptions;
import io.concordkv.wal.WalRecord;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// A replica's part of the write-ahead log, on a simulated disk. Another group writes into the same log.
final class WalLogStore implements LogStore {
    private static final ShardId SHARD = new ShardId(7);
    private static final ShardId OTHER = new ShardId(8);
    private static final WalOptions OPTIONS = WalOptions.small().withSegmentBytes(32 << 10);

    private final SplittableRandom random = new SplittableRandom(1);
    private final SimulatedDisk disk = new SimulatedDisk(random.split());
    private Wal wal = Wal.open(disk, "wal", OPTIONS, random);
    private GroupLog log = new GroupLog(wal, SHARD);
    private GroupLog other = new GroupLog(wal, OTHER);
    private long otherLast;
    private long persisted;

    WalLogStore(ReplicaId replica, Configuration created) throws IOException {
        byte[] configuration = ConfigurationCodec.encode(created);
        wal.enqueue(List.of(
                new WalRecord.GroupCreated(SHARD, replica, configuration),
                new WalRecord.GroupCreated(OTHER, replica, configuration)));
        sync();
    }

    @Override
    public void persist(Effect.Persist step) {
        log.persist(step);
        if (!step.entries().isEmpty()) {
            LogEntry twin = step.entries().getFirst();
            LogEntry entry = new LogEntry(1, ++otherLast, twin.kind(), twin.payload());
            other.persist(new Effect.Persist(otherLast, null, -1, List.of(entry)));
        }
    }

    @Override
    public void snapshot(String id, LogPosition position, ConfigurationAt configuration, boolean reset)
            throws IOException {
        log.snapshotInstalled(
                id, position, ConfigurationCodec.encode(configuration.configuration()), configuration.index(), reset);
        sync();
    }

    @Override
    public long sync() throws IOException {
        while (wal.writeQueued()) {
            wal.syncWritten();
        }
        wal.housekeep();
        persisted = Math.max(persisted, log.durable(wal.durableSequence()));
        return persisted;
    }

    @Override
    public List<LogEntry> read(long from, long to, long bytesMax) throws IOException {
        return log.read(from, to, bytesMax);
    }

    @Override
    public Optional<Absence> absence(long index) {
        return log.absence(index);
    }

    @Override
    public void crash(SplittableRandom moment) throws IOException {
        if (moment.nextInt(4) > 0) {
            wal.writeQueued();
        }
        disk.crash();
        open();
    }

    @Override
    public Reopened reopen() throws IOException {
        sync();
        open();
        RecoveredGroup group = wal.recovery().groups().get(SHARD);
        if (group == null) {
            throw new IOException("damaged: " + wal.recovery().damaged() + ", "
                    + wal.recovery().events());
        }
        RecoveredState state = new RecoveredState(
                group.term(),
                new ReplicaId(group.votedFor()),
                group.commit(),
                group.compacted(),
                ConfigurationCodec.decode(group.configuration()),
                group.configurationIndex(),
                group.termStarts(),
                group.lastIndex(),
                group.configurationEntries(),
                0);
        return new Reopened(state, group.snapshotId());
    }

    private void open() throws IOException {
        wal.close();
        wal = Wal.open(disk, "wal", OPTIONS, random);
        log = new GroupLog(wal, SHARD);
        other = new GroupLog(wal, OTHER);
        RecoveredGroup twin = wal.recovery().groups().get(OTHER);
        otherLast = twin == null ? 0 : twin.lastIndex();
    }

    @Override
    public void close() throws IOException {
        wal.close();
    }
}
