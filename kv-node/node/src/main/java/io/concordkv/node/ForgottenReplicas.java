package io.concordkv.node;

import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.node.topology.ReplicaCatalog;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.replica.Replica;
import io.concordkv.shard.snapshot.SnapshotFolder;
import io.concordkv.wal.WalRecord;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Ends replicas of deleted shards: first a tombstone in the log, and only when that is durable their files
/// go, the descriptor last. A crash in between leaves the tombstone and a descriptor, by which the next
/// start finds what is left; never a group in the log whose files are gone. Remembers the tombstones: a
/// node that starts follows older states of the cluster first, in which those replicas still live.
final class ForgottenReplicas {
    private final ShardHost host;
    private final NodeListener listener;
    /// The lowest replica of each shard that may still be here; those on their way to the log too.
    private final SortedMap<ShardId, ReplicaId> tombstones;

    ForgottenReplicas(ShardHost host, NodeListener listener) {
        this.host = host;
        this.listener = listener;
        this.tombstones = new TreeMap<>(host.wal().recovery().tombstones());
    }

    /// Whether the replica was here and was destroyed: never to be created again, and not damaged for
    /// being absent (SAFETY R1).
    boolean isDestroyed(ShardId shard, ReplicaId replica) {
        ReplicaId lowest = tombstones.get(shard);
        return lowest != null && replica.compareTo(lowest) < 0;
    }

    /// @param lowestAcceptable above every replica the shard ever had
    /// @param ended            on the loop, when no file is touched any more
    /// @throws io.concordkv.wal.WalQueueFullException nothing was done
    void destroy(ShardId shard, ReplicaId lowestAcceptable, Runnable ended) {
        long tombstone = host.wal().enqueue(List.of(new WalRecord.GroupDestroyed(shard, lowestAcceptable)));
        tombstones.merge(shard, lowestAcceptable, (a, b) -> a.compareTo(b) >= 0 ? a : b);
        Optional<Replica> replica = host.remove(shard);
        Runnable delete = () -> deleteFiles(shard, ended);
        host.whenDurable(
                tombstone, () -> replica.ifPresentOrElse(it -> it.snapshots().whenAtRest(delete), delete));
    }

    /// Of a replica that is destroyed and not in the log any more.
    void deleteFiles(ShardId shard, Runnable ended) {
        host.background().submit(() -> removeFiles(shard), new Background.Done<Boolean>() {
            @Override
            public void succeeded(Boolean done) {
                ended.run(); // nothing is left of it but its tombstone
            }

            @Override
            public void failed(Exception cause) {
                listener.warned("files of shard " + shard + " stay behind until the next start: " + cause.getMessage());
                ended.run();
            }
        });
    }

    private boolean removeFiles(ShardId shard) throws IOException {
        new SnapshotFolder(host.disk(), shard).deleteAll();
        new ReplicaCatalog(host.disk()).delete(shard);
        return true;
    }
}
