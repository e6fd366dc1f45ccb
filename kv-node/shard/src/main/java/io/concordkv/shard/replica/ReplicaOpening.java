package io.concordkv.shard.replica;

import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import io.concordkv.raft.ConfigurationCodec;
import io.concordkv.raft.RaftCore;
import io.concordkv.raft.RecoveredState;
import io.concordkv.shard.apply.StateMachine;
import io.concordkv.shard.apply.StateMachineFactory;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.snapshot.SnapshotFolder;
import io.concordkv.shard.snapshot.SnapshotHeader;
import io.concordkv.shard.snapshot.SnapshotReader;
import io.concordkv.wal.RecoveredGroup;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Brings a replica back from what the WAL recovered: loads the snapshot the WAL vouches for, applies what
/// the log knows to be committed, then starts a core over the log. All but the last on a background thread,
/// several replicas beside each other. Start follows the WAL, never the folder (SAFETY S6).
public final class ReplicaOpening {
    private ReplicaOpening() {}

    private record Loaded(StateMachine machine, Optional<SnapshotKeeper.Stored> stored) {}

    /// @param seed of the core's randomness
    /// @param done gets the replica, not cleared yet, or why it cannot be opened
    public static void open(
            ReplicaEnvironment environment,
            ShardDescriptor descriptor,
            RecoveredGroup recovered,
            StateMachineFactory factory,
            long seed,
            Background.Done<Replica> done) {
        environment
                .background()
                .submit(() -> load(environment, descriptor, recovered, factory), new Background.Done<Loaded>() {
                    @Override
                    public void succeeded(Loaded loaded) {
                        done.succeeded(start(environment, descriptor, recovered, factory, loaded, seed));
                    }

                    @Override
                    public void failed(Exception cause) {
                        done.failed(cause);
                    }
                });
    }

    private static Loaded load(
            ReplicaEnvironment environment,
            ShardDescriptor descriptor,
            RecoveredGroup recovered,
            StateMachineFactory factory)
            throws IOException {
        StateMachine machine = factory.create();
        boolean whole = false;
        try {
            Optional<SnapshotKeeper.Stored> stored = recovered.snapshotId().isEmpty()
                    ? Optional.empty()
                    : Optional.of(snapshot(
                            environment.disk(),
                            descriptor,
                            recovered.snapshotId().get(),
                            machine));
            if (!descriptor.shard().equals(ShardId.TOPOLOGY)) { // its listener wants the loop
                replay(environment, descriptor.shard(), Math.min(recovered.commit(), recovered.lastIndex()), machine);
            }
            whole = true;
            return new Loaded(machine, stored);
        } finally {
            if (!whole) {
                machine.close();
            }
        }
    }

    private static SnapshotKeeper.Stored snapshot(
            Disk disk, ShardDescriptor descriptor, String id, StateMachine machine) throws IOException {
        SnapshotFolder folder = new SnapshotFolder(disk, descriptor.shard());
        String path = folder.file(id);
        SnapshotHeader header = SnapshotReader.read(disk, path, machine::loadRow);
        machine.loaded(header.position());
        folder.keepOnly(id); // only now: what cannot be read must not cost the other files
        try (DiskFile file = disk.open(path)) {
            return new SnapshotKeeper.Stored(header, file.size());
        }
    }

    /// Applies the log up to an entry that was known to be committed when its record was written.
    private static void replay(ReplicaEnvironment environment, ShardId shard, long commit, StateMachine machine)
            throws IOException {
        ReplicaOptions options = environment.options();
        while (machine.applied().index() < commit) {
            long from = machine.applied().index() + 1;
            long to = Math.min(commit, from + options.applyEntriesMax() - 1);
            List<LogEntry> entries = environment.wal().read(shard, from, to, options.applyBytesMax());
            if (entries.isEmpty()) {
                throw new IOException("log entry " + from + " is committed but not in the log");
            }
            for (LogEntry entry : entries) {
                if (entry.kind() == EntryKind.COMMAND) {
                    machine.apply(entry);
                }
            }
            machine.endSlice(entries.getLast().position());
        }
    }

    private static Replica start(
            ReplicaEnvironment environment,
            ShardDescriptor descriptor,
            RecoveredGroup recovered,
            StateMachineFactory factory,
            Loaded loaded,
            long seed) {
        LogPosition applied = loaded.machine.applied();
        RecoveredState state = new RecoveredState(
                recovered.term(),
                new ReplicaId(recovered.votedFor()),
                Math.max(recovered.commit(), applied.index()),
                recovered.compacted(),
                ConfigurationCodec.decode(recovered.configuration()),
                recovered.configurationIndex(),
                recovered.termStarts(),
                recovered.lastIndex(),
                recovered.configurationEntries(),
                applied.index());
        RaftCore core = new RaftCore(
                environment.options().raft(),
                descriptor.replica(),
                state,
                seed,
                environment.clock().nanos());
        return new Replica(environment, descriptor, factory, loaded.machine, core, loaded.stored);
    }
}
