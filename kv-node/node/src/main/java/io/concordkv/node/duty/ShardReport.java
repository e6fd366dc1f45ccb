package io.concordkv.node.duty;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.FollowerState;
import io.concordkv.raft.Member;
import io.concordkv.raft.Progress;
import io.concordkv.shard.replica.Replica;
import java.util.ArrayList;
import java.util.List;

/// What a leader knows of its shard, in its present term (SAFETY R8).
///
/// @param replicas every member, the leader included
public record ShardReport(ShardId shard, NodeId leader, long term, long commitIndex, List<ReplicaReport> replicas) {
    private static final int ITEMS_MAX = 1 << 16;
    private static final long FRESH_NANOS = 2_000_000_000L;
    private static final long LAG_MAX = 1_000;

    /// @param caughtUp   heard within two seconds, and at most 1,000 entries behind what is committed
    /// @param matchIndex highest entry it has acknowledged as durable
    public record ReplicaReport(
            ReplicaId replica, NodeId node, boolean voter, long matchIndex, boolean caughtUp, boolean snapshot) {}

    /// @param now on the clock of the replica's environment
    static ShardReport of(Replica leader, NodeId self, long now) {
        long commit = leader.core().commitIndex();
        List<ReplicaReport> reports = new ArrayList<>();
        for (Member member : leader.core().configuration().members()) {
            if (member.replica().equals(leader.id())) {
                reports.add(new ReplicaReport(
                        member.replica(), self, member.isVoter(), leader.core().durableIndex(), true, false));
            }
        }
        for (Progress each : leader.core().progress()) {
            for (Member member : leader.core().configuration().members()) {
                if (member.replica().equals(each.replica()) && !member.replica().equals(leader.id())) {
                    boolean caughtUp = now - each.heardNanos() < FRESH_NANOS
                            && each.state() == FollowerState.REPLICATE
                            && each.match() + LAG_MAX >= commit;
                    reports.add(new ReplicaReport(
                            member.replica(),
                            member.node(),
                            member.isVoter(),
                            each.match(),
                            caughtUp,
                            each.state() == FollowerState.SNAPSHOT));
                }
            }
        }
        return new ShardReport(leader.shard(), self, leader.core().term(), commit, reports);
    }

    /// True when the voters that are caught up, without those on `without`, are a majority.
    public boolean hasQuorumWithout(NodeId without) {
        long voters = replicas.stream().filter(ReplicaReport::voter).count();
        long healthy = replicas.stream()
                .filter(it -> it.voter() && it.caughtUp() && !it.node().equals(without))
                .count();
        return healthy * 2 > voters;
    }

    /// True when some voter is not caught up.
    public boolean isUnderReplicated() {
        return replicas.stream().anyMatch(it -> it.voter() && !it.caughtUp());
    }

    /// True when the node's replica is caught up, or it has none.
    public boolean isCaughtUpOn(NodeId node) {
        return replicas.stream().noneMatch(it -> it.node().equals(node) && !it.caughtUp());
    }

    public boolean hasSingleVoter() {
        return replicas.stream().filter(ReplicaReport::voter).count() == 1;
    }

    /// As the body of a reply: version (1), then every report in the order of its fields.
    public static byte[] encode(List<ShardReport> reports) {
        ByteWriter out = new ByteWriter(256).u8(1).varint(reports.size());
        for (ShardReport report : reports) {
            out.varint(report.shard.value()).varint(report.leader.value());
            out.varint(report.term).varint(report.commitIndex).varint(report.replicas.size());
            for (ReplicaReport each : report.replicas) {
                int flags = (each.voter ? 1 : 0) | (each.caughtUp ? 2 : 0) | (each.snapshot ? 4 : 0);
                out.varint(each.replica.value()).varint(each.node.value());
                out.varint(each.matchIndex).u8(flags);
            }
        }
        return out.toByteArray();
    }

    public static List<ShardReport> decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        in.u8();
        int count = in.length(ITEMS_MAX);
        List<ShardReport> reports = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ShardId shard = new ShardId(in.varint());
            NodeId leader = new NodeId(in.varint());
            long term = in.varint();
            long commit = in.varint();
            int members = in.length(ITEMS_MAX);
            List<ReplicaReport> replicas = new ArrayList<>(members);
            for (int m = 0; m < members; m++) {
                ReplicaId replica = new ReplicaId(in.varint());
                NodeId node = new NodeId(in.varint());
                long match = in.varint();
                int flags = in.u8();
                replicas.add(
                        new ReplicaReport(replica, node, (flags & 1) != 0, match, (flags & 2) != 0, (flags & 4) != 0));
            }
            reports.add(new ShardReport(shard, leader, term, commit, replicas));
        }
        return reports;
    }
}
