package io.concordkv.node.route;

/// Numbers of the services nodes ask each other for; they never change.
public final class Services {
    /// Calls on shards: [io.concordkv.shard.call.CallCodec].
    public static final int SHARD = 1;
    /// Commands to the topology group: [io.concordkv.node.topology.TopologyDesk].
    public static final int TOPOLOGY = 2;
    /// What the leaders on a node know of their shards: [io.concordkv.node.duty.ShardReport].
    public static final int REPORT = 3;
    /// Requests of the admin API that the topology leader must answer.
    public static final int ADMIN = 4;

    /// Which level a node's build knows (SAFETY S9): an empty question, one byte as the answer.
    public static final int LEVEL = 5;

    /// What replicas hold as of one entry (SAFETY S10): [io.concordkv.node.duty.HashQuestion].
    public static final int HASH = 6;

    /// What a replica must have applied to serve a read (RAFT-4): [ReadIndexQuestion]. Asked from level 5 on.
    public static final int READ_INDEX = 7;

    private Services() {}
}
