package io.concordkv.shard.replica;

import io.concordkv.base.LogEntry;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Input;
import io.concordkv.shard.port.Background;
import io.concordkv.wal.Absence;
import java.util.List;
import java.util.Optional;

/// Reads entries that left memory for a follower that is behind, away from the loop.
record EntryFetch(Replica replica, ReplicaEnvironment environment, GroupLog log) {
    void start(ReplicaId to, long from, long bytesMax) {
        if (from <= replica.snapshots().position().index()) {
            environment.loop().execute(() -> goneFor(to));
            return;
        }
        long last = replica.core().lastIndex();
        environment.background().submit(() -> log.read(from, last, bytesMax), new Background.Done<List<LogEntry>>() {
            @Override
            public void succeeded(List<LogEntry> entries) {
                if (replica.isClosed()) {
                    return;
                }
                if (entries.isEmpty() && log.absence(from).equals(Optional.of(Absence.COMPACTED))) {
                    goneFor(to);
                } else {
                    replica.step(entries.isEmpty() ? new Input.FetchFailed(to) : new Input.Fetched(to, entries));
                }
            }

            @Override
            public void failed(Exception cause) {
                if (!replica.isClosed()
                        && from <= replica.snapshots().position().index()) {
                    goneFor(to);
                } else if (!replica.isClosed()) {
                    replica.damage("cannot read log entry " + from + ": " + cause.getMessage());
                }
            }
        });
    }

    /// A snapshot took the entries' place: the follower needs that.
    private void goneFor(ReplicaId to) {
        replica.snapshots().compactTo(replica.snapshots().position().index());
        replica.step(new Input.FetchFailed(to));
    }
}
