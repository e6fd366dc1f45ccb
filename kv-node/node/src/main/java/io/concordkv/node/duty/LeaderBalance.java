package io.concordkv.node.duty;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.FollowerState;
import io.concordkv.raft.Member;
import io.concordkv.raft.Progress;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.replica.Replica;
import io.concordkv.topology.state.ClusterState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Where leaders should be: away from a node that is reserved, drained, stopping, skewed, slow or short of
/// storage at once, and with their preferred node after 30 s of calm.
public final class LeaderBalance {
    private static final long CALM_NANOS = 30_000_000_000L;

    /// Since when a shard is led here while its preferred node keeps up, and what the last look found committed.
    private record Since(long term, long atNanos, long committed) {}

    private final ShardHost host;
    private final Map<ShardId, Since> leading = new TreeMap<>();
    private final LaggingLog lagging = new LaggingLog();
    private boolean stopping;
    private boolean away;
    private long versionSeen = -1;
    private long looks;

    public LeaderBalance(ShardHost host) {
        this.host = host;
    }

    /// This node is about to stop: it gives all leaders away and takes none by rank.
    public void stop() {
        stopping = true;
    }

    /// Leaders this node still has in groups that others could lead.
    public long leadersToGiveAway() {
        return host.replicas().stream()
                .filter(it -> it.isLeader() && it.core().configuration().voterCount() > 1)
                .count();
    }

    /// Wants to be told some times a second how long the log's sync in flight has taken.
    ///
    /// @param syncingNanos 0 when none is in flight
    public void sampleDisk(long syncingNanos) {
        lagging.sample(host.leaders(), syncingNanos);
    }

    void look(ClusterState state) {
        NodeId self = host.identity().node();
        boolean reserved =
                state.reservation().filter(it -> it.node().equals(self)).isPresent();
        boolean drained = isDrained(state, self);
        boolean skewed = host.clocks().isSkewed();
        boolean full = host.isStorageLow(); // it would refuse what others have room for (SAFETY L8)
        boolean stalled = host.isDiskStalled(); // it can acknowledge nothing now (SAFETY R9)
        boolean slow = lagging.isLagging();
        setReluctant(reserved || drained || stopping || full || stalled || slow, skewed);
        if (leading.size() > host.leaders().size()) {
            leading.keySet()
                    .removeIf(it -> host.find(it).filter(Replica::isLeader).isEmpty());
        }
        boolean calm = !away && looks++ % 2 == 1; // whoever led for 30 s is in no hurry
        for (Replica replica : calm ? List.<Replica>of() : host.leaders()) {
            boolean must = reserved || drained || stopping || isTooSkewed(replica, skewed);
            boolean away = must || full || stalled || slow;
            if (!replica.isLeader() || replica.core().isTransferring()) {
                leading.remove(replica.shard());
                continue;
            }
            if (away) {
                leading.remove(replica.shard());
                best(replica, state, must).ifPresent(to -> replica.transferLeader(to, handedOver -> {}));
            } else {
                giveBack(replica, state);
            }
        }
    }

    /// To the preferred node, once this one has led for a while in which that one's log kept up.
    private void giveBack(Replica replica, ClusterState state) {
        long now = host.clock().nanos();
        long committed = replica.core().commitIndex();
        Since since = leading.get(replica.shard());
        if (since == null || since.term != replica.core().term()) {
            leading.put(replica.shard(), new Since(replica.core().term(), now, committed));
            return;
        }
        boolean calm = now - since.atNanos >= CALM_NANOS;
        if (!calm && committed == since.committed) {
            return;
        }
        Optional<ReplicaId> preferred = preferred(replica, state);
        boolean lags = preferred.isPresent() && match(replica, preferred.get()) < since.committed;
        leading.put(replica.shard(), new Since(since.term, lags ? now : since.atNanos, committed));
        if (calm && !lags) {
            preferred.ifPresent(to -> replica.transferLeader(to, handedOver -> {}));
        }
    }

    private static boolean isTooSkewed(Replica replica, boolean skewed) {
        return skewed && !replica.shard().equals(ShardId.TOPOLOGY);
    }

    /// Tells all replicas, those that do not lead too, when there is something new or somebody new to tell.
    private void setReluctant(boolean all, boolean skewed) {
        boolean now = all || skewed;
        if (now || now != away || host.version() != versionSeen) {
            host.replicas().forEach(it -> it.setReluctant(all || isTooSkewed(it, skewed)));
        }
        away = now;
        versionSeen = host.version();
    }

    /// The preferred voter, when it is another one that is fit to lead.
    private Optional<ReplicaId> preferred(Replica replica, ClusterState state) {
        for (Member member : replica.core().configuration().members()) {
            if (member.isVoter()) {
                boolean self = member.replica().equals(replica.id());
                boolean fit = !self && isFit(replica, member, state) && !host.isStorageLow(member.node());
                return fit ? Optional.of(member.replica()) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /// @param must whether one without room is better than staying
    private Optional<ReplicaId> best(Replica replica, ClusterState state, boolean must) {
        List<Member> fit = replica.core().configuration().members().stream()
                .filter(it -> it.isVoter() && !it.replica().equals(replica.id()) && isFit(replica, it, state))
                .toList();
        return fit.stream()
                .filter(it -> !host.isStorageLow(it.node()))
                .findFirst()
                .or(() -> fit.stream().filter(it -> must).findFirst())
                .map(Member::replica);
    }

    /// A node that is to hold nothing: drained, leaving or replaced.
    private static boolean isDrained(ClusterState state, NodeId node) {
        return state.node(node).filter(it -> !it.isMember()).isPresent();
    }

    private boolean isFit(Replica leader, Member member, ClusterState state) {
        boolean reserved = state.reservation()
                .filter(it -> it.node().equals(member.node()))
                .isPresent();
        if (reserved || isDrained(state, member.node()) || !host.isReachable(member.node())) {
            return false;
        }
        return progress(leader, member.replica())
                .filter(it -> it.state() == FollowerState.REPLICATE)
                .filter(it -> it.match() + 1_000 >= leader.core().commitIndex())
                .isPresent();
    }

    private static long match(Replica leader, ReplicaId follower) {
        return progress(leader, follower).map(Progress::match).orElse(0L);
    }

    private static Optional<Progress> progress(Replica leader, ReplicaId follower) {
        return leader.core().progress().stream()
                .filter(it -> it.replica().equals(follower))
                .findFirst();
    }
}
