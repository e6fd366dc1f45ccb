package io.concordkv.topology.machine;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import io.concordkv.raft.Configuration;
import io.concordkv.topology.founding.FoundingBody;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.NodeStanding;
import java.util.List;
import java.util.Optional;

/// What the log of shard 0 can say.
public sealed interface TopologyCommand {
    /// The cluster begins; without effect when it has begun.
    record Found(FoundingBody body) implements TopologyCommand {}

    /// A node says where it is reached and under which incarnation; id and volume must be known.
    record ReportNode(NodeRecord node) implements TopologyCommand {}

    record CreateKeyspace(String name, String engine, int shards, KeyspaceMode mode, int replicationFactor)
            implements TopologyCommand {}

    /// The replicas of these shards are on the disk of this node (SAFETY R2).
    record ReportCreated(NodeId node, List<ShardId> shards) implements TopologyCommand {}

    /// The keyspace serves no more; its shards get closed.
    record BeginDelete(String name) implements TopologyCommand {}

    /// All its shards are closed: it is forgotten, and its replicas may be destroyed (SAFETY S8).
    record EndDelete(long keyspace) implements TopologyCommand {}

    /// @param incarnation of the node now
    record Reserve(NodeId node, String purpose, String owner, long incarnation) implements TopologyCommand {}

    /// Ends the reservation of this node, whoever holds it; without effect when another or none is
    /// reserved.
    record Release(NodeId node) implements TopologyCommand {}

    /// The same, asked by an owner: rejected when somebody else holds the reservation of this node.
    record GiveBack(NodeId node, String owner) implements TopologyCommand {}

    /// From now on leaders may use what this level of the code added (SAFETY S9); never goes back.
    record RaiseLevel(int level) implements TopologyCommand {}

    /// Begins to move a replica; rejected while another move of the shard is under way.
    ///
    /// @param from      [NodeId#NONE] to only add one
    /// @param to        [NodeId#NONE] to only remove one
    /// @param startedAt milliseconds since 1970, only to be shown
    record BeginMove(ShardId shard, NodeId from, NodeId to, long startedAt, String reason) implements TopologyCommand {}

    /// The learner has caught up: the switch may begin, and the move cannot be cancelled any more.
    record BeginSwitch(long move) implements TopologyCommand {}

    record CancelMove(long move) implements TopologyCommand {}

    /// What the shard's committed configuration is (SAFETY R6); without effect when a newer one is known.
    record ReportConfiguration(ShardId shard, long index, Configuration configuration) implements TopologyCommand {}

    /// The replica that a move adds is on its node's disk (SAFETY R2).
    record ReportReplica(ShardId shard, ReplicaId replica) implements TopologyCommand {}

    /// A node joins; without effect when its volume is known. The id it gets is the next one.
    record AddNode(String name, VolumeId volume, String peer, String zone) implements TopologyCommand {}

    /// Drains a node ([NodeStanding#DRAINING]), takes that back ([NodeStanding#MEMBER]), or lets one go that holds
    /// nothing any more ([NodeStanding#LEAVING]).
    record WantNode(NodeId node, NodeStanding standing) implements TopologyCommand {}

    /// Gives a node's volume up (SAFETY R3).
    ///
    /// @param volume of the empty node that takes its name and zone over; none when that one joins later
    /// @param peer   where that one is reached; empty without one
    record ReplaceNode(NodeId node, Optional<VolumeId> volume, String peer) implements TopologyCommand {}

    /// A node that leaves, or was replaced, is named by no shard any more.
    record ForgetNode(NodeId node) implements TopologyCommand {}
}
