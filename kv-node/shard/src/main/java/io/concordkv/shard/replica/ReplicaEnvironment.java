package io.concordkv.shard.replica;

import io.concordkv.base.Clock;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.disk.Disk;
import io.concordkv.shard.peer.BulkFrame;
import io.concordkv.shard.peer.GroupMessage;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.port.Loop;
import io.concordkv.wal.Wal;

/// What all replicas of a node share. Methods are called on the loop.
public interface ReplicaEnvironment {
    Wal wal();

    Disk disk();

    Loop loop();

    Clock clock();

    Background background();

    ReplicaOptions options();

    /// The quotas of what the node sends of snapshots.
    SnapshotTraffic snapshotTraffic();

    /// Sends a Raft message with the frames of this turn, not before the WAL is durable up to
    /// `afterSequence`.
    void post(NodeId to, GroupMessage message, long afterSequence);

    /// Sends on the bulk lane at once; false when it did not leave.
    boolean postBulk(NodeId to, BulkFrame frame);

    /// Calls `durable` on the loop once the WAL is durable up to `sequence`.
    void whenDurable(long sequence, Runnable durable);

    /// The replica wants [Replica#endOfTurn] when this turn ends.
    void touch(Replica replica);

    /// Role, term or leader of the replica changed.
    void roleChanged(Replica replica);

    /// True while any replica of the node writes a snapshot.
    boolean isTakingSnapshot();

    /// False while as many replicas of the node hash their state as may: their views cost memory.
    boolean mayHash();

    /// The replica can no longer be trusted (SAFETY R3): it neither votes, acknowledges nor serves.
    void damaged(Replica replica, String reason);

    /// A replica here has lost what it acknowledged as durable: nothing on this node's volume can be trusted,
    /// neither logs nor votes (SAFETY I4).
    void volumeRolledBack(String reason);

    /// This replica leads, and another of its group has lost what it acknowledged (SAFETY I4).
    void peerDamaged(Replica leader, ReplicaId peer, String reason);
}
