package io.concordkv.shard.replica;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.Member;
import io.concordkv.raft.RaftCore;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the other replicas of the group live. A replica never changes its node (SAFETY R1).
///
/// Asked for every message in and out, so the newest configuration is kept as a map, made anew when the
/// core has another one. The maps are looked up and never walked.
final class Peers {
    private static final int SENDERS_MAX = 64;

    private final RaftCore core;
    private final Map<ReplicaId, NodeId> members = new HashMap<>();
    private final Map<ReplicaId, NodeId> senders = new HashMap<>();
    private @Nullable Configuration known;

    Peers(RaftCore core) {
        this.core = core;
    }

    /// By the present configuration, else where its messages come from, as a learner that begins knows no
    /// configuration; [NodeId#NONE] when unknown.
    NodeId nodeOf(ReplicaId replica) {
        Configuration configuration = core.configuration();
        if (configuration != known) {
            know(configuration);
        }
        NodeId node = members.get(replica);
        return node != null ? node : senders.getOrDefault(replica, NodeId.NONE);
    }

    private void know(Configuration configuration) {
        members.clear();
        configuration.outgoing().forEach(this::add);
        configuration.members().forEach(this::add);
        known = configuration;
    }

    private void add(Member member) {
        members.put(member.replica(), member.node());
    }

    /// A message of the replica came from that node.
    void heard(ReplicaId replica, NodeId from) {
        if (nodeOf(replica).equals(NodeId.NONE) && senders.size() < SENDERS_MAX) {
            senders.put(replica, from);
        }
    }
}
