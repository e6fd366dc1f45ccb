package io.concordkv.shard.replica;

import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
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
import java.util.Optional;

/// Brings a replica back from what the WAL recovered: loads the snapshot the WAL vouches for, then
/// starts a core over the log behind it. Start follows the WAL, never the folder (SAFETY S6).
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
        if (recovered.snapshotId().isEmpty()) {
            return new Loaded(machine, Optional.empty());
        }
        boolean whole = false;
        try {
            SnapshotFolder folder = new SnapshotFolder(environment.disk(), descriptor.shard());
            folder.keepOnly(recovered.snapshotId().get());
            String path = folder.file(recovered.snapshotId().get());
            SnapshotHeader header = SnapshotReader.read(environment.disk(), path, machine::loadRow);
            machine.loaded(header.position());
            try (DiskFile file = environment.disk().open(path)) {
                whole = true;
                return new Loaded(machine, Optional.of(new SnapshotKeeper.Stored(header, file.size())));
            }
        } finally {
            if (!whole) {
                machine.close();
            }
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
