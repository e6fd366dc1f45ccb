package io.concordkv.node.duty;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.node.founding.FoundingMessage;
import io.concordkv.node.founding.FoundingTransport;
import io.concordkv.node.identity.JoinTicket;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.topology.founding.FoundingBody;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.machine.TopologyResult;
import io.concordkv.topology.machine.TopologyRules;
import io.concordkv.topology.placement.RepairPlan;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.MovePhase;
import io.concordkv.topology.state.MoveRecord;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.NodeStanding;
import java.util.HashMap;
import java.util.Map;

/// On the leader of shard 0: begins the moves that bring replicas where they should be, welcomes nodes that join, and
/// forgets those that are gone.
final class MembersDuty {
    private static final long COMMAND_MILLIS = 3_000;
    private static final long WELCOME_MILLIS = 2_000;
    /// Moves that the cluster itself keeps under way; what people ask for comes on top.
    private static final int MOVES_MAX = 4;

    private static final long AGAIN_NANOS = 20_000_000_000L;

    private record Place(ShardId shard, NodeId node) {}

    private final ShardHost host;
    private final TopologyDesk desk;
    private final FoundingTransport transport;
    private final FoundingBody body;
    private final Map<Place, Long> begun = new HashMap<>();
    private int open;
    private boolean welcoming;

    MembersDuty(ShardHost host, TopologyDesk desk, FoundingTransport transport, FoundingBody body) {
        this.host = host;
        this.desk = desk;
        this.transport = transport;
        this.body = body;
    }

    void look(ClusterState state) {
        if (!desk.isLeader() || !state.isFounded()) {
            return;
        }
        state.moveOf(ShardId.TOPOLOGY)
                .filter(it -> it.phase() == MovePhase.CREATING)
                .ifPresent(it -> welcome(state, it));
        if (open == 0) { // decided by a state that the commands before have reached
            RepairPlan.next(state, this::isFit, MOVES_MAX).forEach(it -> begin(state, it));
            state.nodes().values().forEach(it -> forget(state, it));
        }
    }

    /// Where a replica fails again as soon as it is made, it is not made again all the time.
    private void begin(ClusterState state, RepairPlan.Step step) {
        long now = host.clock().nanos();
        begun.values().removeIf(at -> now - at >= AGAIN_NANOS);
        Place place = new Place(step.shard(), step.to());
        TopologyCommand command = new TopologyCommand.BeginMove(
                step.shard(), step.from(), step.to(), host.clock().wallMillis(), step.reason());
        if (!begun.containsKey(place) && submit(state, command)) {
            begun.put(place, now);
        }
    }

    private boolean isFit(NodeId node) {
        return host.isReachable(node) && !host.isStorageLow(node);
    }

    private void forget(ClusterState state, NodeRecord node) {
        boolean goes = node.standing() == NodeStanding.LEAVING || node.standing() == NodeStanding.REPLACED;
        if (goes && state.shardsOn(node.id()).isEmpty()) {
            submit(state, new TopologyCommand.ForgetNode(node.id()));
        }
    }

    /// What would be refused now is not written into the log; the next look tries again.
    private boolean submit(ClusterState state, TopologyCommand command) {
        if (TopologyRules.apply(state, command).result() instanceof TopologyResult.Rejected) {
            return false;
        }
        open++;
        desk.submit(command, COMMAND_MILLIS, outcome -> open--);
        return true;
    }

    /// The node is empty and belongs to no network yet: it is asked at its address until it has its first replica.
    private void welcome(ClusterState state, MoveRecord move) {
        NodeRecord node = state.nodes().get(move.to());
        if (welcoming || node == null) {
            return;
        }
        welcoming = true;
        byte[] ticket = FoundingMessage.encode(new FoundingMessage.Welcome(JoinTicket.of(body, move.to(), state)));
        transport.call(node.peer(), ticket, WELCOME_MILLIS, answer -> {
            welcoming = false;
            boolean done = answer.map(FoundingMessage::decode)
                    .filter(FoundingMessage.Welcomed.class::isInstance)
                    .isPresent();
            if (done) {
                submit(desk.state(), report(move.toReplica()));
            }
        });
    }

    private static TopologyCommand report(ReplicaId replica) {
        return new TopologyCommand.ReportReplica(ShardId.TOPOLOGY, replica);
    }
}
