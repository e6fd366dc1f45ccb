package io.concordkv.simulation.core;

import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.ConfigurationAt;
import io.concordkv.raft.Effect;
import io.concordkv.raft.HardState;
import io.concordkv.raft.RecoveredState;
import java.util.ArrayDeque;
import java.util.SplittableRandom;

/// What survives a crash: everything synced, then any number of the writes under way, oldest first.
final class ModelDisk {
    final ModelLog log;
    private final ArrayDeque<Effect.Persist> underWay = new ArrayDeque<>();
    private HardState hardState = new HardState(0, ReplicaId.NONE, 0);

    ModelDisk(Configuration created) {
        log = new ModelLog(created);
    }

    HardState hardState() {
        return hardState;
    }

    /// As if the replica had lived through earlier terms.
    void startIn(long term) {
        hardState = new HardState(term, ReplicaId.NONE, 0);
    }

    void write(Effect.Persist persist) {
        underWay.add(persist);
    }

    boolean hasUnsynced() {
        return !underWay.isEmpty();
    }

    long lastWritten() {
        return underWay.getLast().persistId();
    }

    /// Everything up to this persist is synced.
    void sync(long persistId) {
        while (!underWay.isEmpty() && underWay.getFirst().persistId() <= persistId) {
            put(underWay.removeFirst());
        }
    }

    void crash(SplittableRandom random) {
        for (int survive = random.nextInt(underWay.size() + 1); survive > 0; survive--) {
            put(underWay.removeFirst());
        }
        underWay.clear();
    }

    /// The record of an installed snapshot, synced, with everything written before it.
    void install(LogPosition position, ConfigurationAt configuration, boolean logReset) {
        sync(Long.MAX_VALUE);
        if (logReset) {
            log.resetTo(position, configuration);
        }
    }

    /// @param applied what the engine kept
    RecoveredState recover(long applied) {
        return new RecoveredState(
                hardState.term(),
                hardState.votedFor(),
                hardState.commit(),
                log.compacted(),
                log.base().configuration(),
                log.base().index(),
                log.termStarts(),
                log.lastIndex(),
                log.configurationEntries(),
                applied);
    }

    private void put(Effect.Persist persist) {
        if (persist.truncateAfter() >= 0) {
            log.truncateAfter(persist.truncateAfter());
        }
        log.append(persist.entries());
        var state = persist.hardState();
        if (state != null) {
            hardState = state;
        }
    }
}
