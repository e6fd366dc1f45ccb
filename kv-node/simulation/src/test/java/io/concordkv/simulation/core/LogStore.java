package io.concordkv.simulation.core;

import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.raft.ConfigurationAt;
import io.concordkv.raft.Effect;
import io.concordkv.raft.RecoveredState;
import io.concordkv.wal.Absence;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// Where a replica keeps its log, vote and membership, as the owner of a core uses it: what [LogStoreContract]
/// tests.
interface LogStore extends AutoCloseable {
    /// Takes one step's changes; they count once [#sync] returned.
    void persist(Effect.Persist step) throws IOException;

    /// A snapshot of everything up to `position` is on disk: the log begins behind it.
    ///
    /// @param reset whether what lies above goes too: the snapshot came from another replica
    void snapshot(String id, LogPosition position, ConfigurationAt configuration, boolean reset) throws IOException;

    /// @return the highest persist id that is durable
    long sync() throws IOException;

    /// Synced entries from `from` on, at least one, then up to `bytesMax`.
    List<LogEntry> read(long from, long to, long bytesMax) throws IOException;

    /// Why an entry is not there; empty when it is.
    Optional<Absence> absence(long index);

    /// The power goes: of what is not synced, any number of steps may survive.
    void crash(SplittableRandom random) throws IOException;

    /// Starts again from what is durable.
    Reopened reopen() throws IOException;

    @Override
    void close() throws IOException;

    /// What a start finds.
    ///
    /// @param snapshotId of the last snapshot the log vouches for
    record Reopened(RecoveredState state, Optional<String> snapshotId) {}
}
