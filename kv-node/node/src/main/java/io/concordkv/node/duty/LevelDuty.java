package io.concordkv.node.duty;

import io.concordkv.base.NodeId;
import io.concordkv.node.route.Services;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.shard.host.Exchange;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.state.ClusterState;
import java.util.List;

/// Raises the cluster's level once every node runs a build that knows it (SAFETY S9). Asked and decided by the
/// leader of the topology group; a node that does not answer counts as one that does not know it.
final class LevelDuty {
    /// What this build knows: 1 = the first, 2 = moves of replicas, 3 = [#HASHES], 4 = nodes that come
    /// and go, 5 = read indexes for followers, and moves that go back when their target is replaced while they
    /// are switched.
    static final int KNOWN = 5;

    /// From this level on logs may ask for hashes of the state (SAFETY S10).
    static final int HASHES = 3;

    private static final long CALL_MILLIS = 1_500;
    private static final long AGAIN_NANOS = 2_000_000_000L;

    private final ShardHost host;
    private final TopologyDesk desk;
    private boolean asking;
    private long notBeforeNanos;

    LevelDuty(ShardHost host, TopologyDesk desk) {
        this.host = host;
        this.desk = desk;
        host.exchange().serve(Services.LEVEL, (from, body, timeout, reply) -> reply.accept(new byte[] {KNOWN}));
    }

    void look(ClusterState state) {
        long now = host.clock().nanos();
        if (asking || !state.isFounded() || state.level() >= KNOWN || !desk.isLeader() || now < notBeforeNanos) {
            return;
        }
        asking = true;
        List<NodeId> others = state.nodes().keySet().stream()
                .filter(it -> !it.equals(host.identity().node()))
                .toList();
        Count count = new Count(others.size());
        if (others.isEmpty()) {
            count.ended();
        }
        for (NodeId node : others) {
            host.exchange().ask(node, Services.LEVEL, new byte[0], CALL_MILLIS, count);
        }
    }

    /// The lowest level of all answers; 1 for none.
    private final class Count implements Exchange.ReplyListener {
        private int open;
        private int lowest = KNOWN;

        Count(int open) {
            this.open = open;
        }

        @Override
        public void replied(byte[] body) {
            answered(body.length == 1 ? body[0] : 1);
        }

        @Override
        public void notSent() {
            answered(1);
        }

        @Override
        public void lost() {
            answered(1);
        }

        private void answered(int level) {
            lowest = Math.min(lowest, level);
            if (--open == 0) {
                ended();
            }
        }

        private void ended() {
            notBeforeNanos = host.clock().nanos() + AGAIN_NANOS;
            if (lowest > desk.state().level()) {
                desk.submit(new TopologyCommand.RaiseLevel(lowest), CALL_MILLIS, outcome -> asking = false);
            } else {
                asking = false;
            }
        }
    }
}
