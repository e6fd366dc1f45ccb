package io.concordkv.shard.replica;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.Member;
import io.concordkv.raft.RaftCore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the other replicas of the group live. A replica never changes its node (SAFETY R1).
///
/// Asked for every message in and out, so the newest configuration is kept as two arrays, made anew when
/// the core has another one. The map is looked up and never walked.
final class Peers {
    private static final int SENDERS_MAX = 64;

    private final RaftCore core;
    private ReplicaId[] replicas = {};
    private NodeId[] nodes = {};
    private @Nullable Map<ReplicaId, NodeId> senders;
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
        for (int i = 0; i < replicas.length; i++) {
            if (replicas[i].value() == replica.value()) {
                return nodes[i];
            }
        }
        Map<ReplicaId, NodeId> others = senders;
        return others == null ? NodeId.NONE : others.getOrDefault(replica, NodeId.NONE);
    }

    private void know(Configuration configuration) {
        List<Member> everyone = new ArrayList<>(configuration.members());
        everyone.addAll(configuration.outgoing());
        replicas = everyone.stream().map(Member::replica).toArray(ReplicaId[]::new);
        nodes = everyone.stream().map(Member::node).toArray(NodeId[]::new);
        known = configuration;
    }

    /// A message of the replica came from that node.
    void heard(ReplicaId replica, NodeId from) {
        if (!nodeOf(replica).equals(NodeId.NONE)) {
            return;
        }
        Map<ReplicaId, NodeId> others = senders;
        if (others == null) {
            others = new HashMap<>();
            senders = others;
        }
        if (others.size() < SENDERS_MAX) {
            others.put(replica, from);
        }
    }
}
