package io.concordkv.node;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.raft.Member;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.machine.TopologyResult;
import io.concordkv.topology.machine.TopologyRules;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.MovePhase;
import io.concordkv.topology.state.MoveRecord;
import io.concordkv.topology.state.ShardRecord;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;

/// Gives up replicas of this node that cannot be trusted: each is removed from its shard, destroyed here, and made
/// anew under another id where there is room, here too (SAFETY R3). Not that of shard 0: without it a node does not
/// know what the cluster wants, and is replaced as a whole.
final class DamageReports {
    private static final long COMMAND_MILLIS = 3_000;
    private static final int REASON_CHARS_MAX = 200;

    private final ShardHost host;
    private final TopologyDesk desk;
    private final TreeSet<ShardId> open = new TreeSet<>();

    DamageReports(ShardHost host, TopologyDesk desk) {
        this.host = host;
        this.desk = desk;
    }

    void look(ClusterState state, SortedMap<ShardId, String> damaged) {
        if (damaged.containsKey(ShardId.TOPOLOGY)) {
            return;
        }
        for (Map.Entry<ShardId, String> each : damaged.entrySet()) {
            state.shard(each.getKey())
                    .flatMap(it -> command(state, it, each.getValue()))
                    .ifPresent(it -> submit(state, each.getKey(), it));
        }
    }

    private Optional<TopologyCommand> command(ClusterState state, ShardRecord shard, String reason) {
        NodeId self = host.identity().node();
        Optional<MoveRecord> move = state.moveOf(shard.id());
        if (move.isPresent()) {
            boolean early =
                    move.get().phase() == MovePhase.CREATING || move.get().phase() == MovePhase.LEARNING;
            return early && move.get().to().equals(self)
                    ? Optional.of(new TopologyCommand.CancelMove(move.get().id()))
                    : Optional.empty();
        }
        boolean votes = shard.configuration().members().stream()
                .filter(Member::isVoter)
                .anyMatch(it -> it.node().equals(self));
        String why = "the replica on node " + self + " is damaged: " + reason;
        return votes
                ? Optional.of(new TopologyCommand.BeginMove(
                        shard.id(),
                        self,
                        NodeId.NONE,
                        host.clock().wallMillis(),
                        why.substring(0, Math.min(why.length(), REASON_CHARS_MAX))))
                : Optional.empty();
    }

    private void submit(ClusterState state, ShardId shard, TopologyCommand command) {
        boolean rejected = TopologyRules.apply(state, command).result() instanceof TopologyResult.Rejected;
        if (!rejected && open.add(shard)) {
            desk.submit(command, COMMAND_MILLIS, outcome -> open.remove(shard));
        }
    }
}
