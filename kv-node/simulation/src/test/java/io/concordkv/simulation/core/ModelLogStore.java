package io.concordkv.simulation.core;

import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.ConfigurationAt;
import io.concordkv.raft.Effect;
import io.concordkv.wal.Absence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// The store in memory that the world of cores alone runs on.
final class ModelLogStore implements LogStore {
    private final ModelDisk disk;
    private long persisted;
    private Optional<String> snapshotId = Optional.empty();

    ModelLogStore(Configuration created) {
        disk = new ModelDisk(created);
    }

    @Override
    public void persist(Effect.Persist step) {
        disk.write(step);
    }

    @Override
    public void snapshot(String id, LogPosition position, ConfigurationAt configuration, boolean reset) {
        sync();
        if (position.index() < disk.log.compacted().index()) {
            return;
        }
        snapshotId = Optional.of(id);
        if (reset || position.index() > disk.log.lastIndex()) {
            disk.install(position, configuration, true);
        } else {
            disk.log.compactTo(position.index());
        }
    }

    @Override
    public long sync() {
        if (disk.hasUnsynced()) {
            persisted = disk.lastWritten();
            disk.sync(persisted);
        }
        return persisted;
    }

    @Override
    public List<LogEntry> read(long from, long to, long bytesMax) {
        List<LogEntry> entries = new ArrayList<>();
        long bytes = 0;
        for (long index = from; index <= to && disk.log.holds(index) && (bytes == 0 || bytes < bytesMax); index++) {
            entries.add(disk.log.get(index));
            bytes += disk.log.get(index).bytes();
        }
        return entries;
    }

    @Override
    public Optional<Absence> absence(long index) {
        if (disk.log.holds(index)) {
            return Optional.empty();
        }
        return Optional.of(index <= disk.log.compacted().index() ? Absence.COMPACTED : Absence.UNAVAILABLE);
    }

    @Override
    public void crash(SplittableRandom random) {
        disk.crash(random);
    }

    @Override
    public Reopened reopen() {
        sync();
        return new Reopened(disk.recover(0), snapshotId);
    }

    @Override
    public void close() {}
}
