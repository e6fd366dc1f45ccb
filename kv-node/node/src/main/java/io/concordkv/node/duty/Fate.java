package io.concordkv.node.duty;

import io.concordkv.base.NodeId;
import io.concordkv.node.founding.FoundingMessage;
import io.concordkv.node.founding.FoundingTransport;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.NodeStanding;
import java.util.Optional;
import java.util.function.Consumer;

/// Whether the cluster still counts on a node. Only the leader of shard 0 answers, after it has made sure that it
/// leads: the end of a volume is decided by a quorum (SAFETY I6).
public final class Fate {
    private static final long ASK_NANOS = 5_000_000_000L;
    private static final long CALL_MILLIS = 4_000;

    private final ShardHost host;
    private final TopologyDesk desk;
    private final FoundingTransport transport;
    private long askedNanos;
    private boolean gone;

    public Fate(ShardHost host, TopologyDesk desk, FoundingTransport transport) {
        this.host = host;
        this.desk = desk;
        this.transport = transport;
        this.askedNanos = host.clock().nanos();
    }

    /// Answers another node.
    public void answer(FoundingMessage.AskFate ask, Consumer<FoundingMessage> reply) {
        if (!desk.isLeader()) {
            reply.accept(new FoundingMessage.Refuse("this node does not lead the topology group"));
            return;
        }
        desk.barrier(
                CALL_MILLIS,
                () -> reply.accept(new FoundingMessage.Fate(host.identity().cluster(), isGone(desk.state(), ask))),
                refusal -> reply.accept(new FoundingMessage.Refuse("this node does not lead the topology group")));
    }

    private boolean isGone(ClusterState state, FoundingMessage.AskFate ask) {
        if (!ask.cluster().equals(host.identity().cluster()) || !state.isFounded()) {
            return false;
        }
        Optional<NodeRecord> node = state.node(ask.node());
        if (node.isEmpty()) {
            return ask.node().value() < state.next().node();
        }
        return node.get().volume().equals(ask.volume()) && node.get().standing() == NodeStanding.REPLACED;
    }

    /// Asks every node that is known, at most every five seconds, whether this one still counts.
    ///
    /// @param over told once, when it does not
    public void ask(ClusterState known, Runnable over) {
        long now = host.clock().nanos();
        if (gone || now - askedNanos < ASK_NANOS) {
            return;
        }
        askedNanos = now;
        NodeId self = host.identity().node();
        byte[] question = FoundingMessage.encode(new FoundingMessage.AskFate(
                host.identity().cluster(), self, host.identity().volume()));
        for (NodeRecord node : known.nodes().values()) {
            if (!node.id().equals(self)) {
                transport.call(node.peer(), question, CALL_MILLIS, answer -> {
                    if (!gone && answer.filter(this::saysGone).isPresent()) {
                        gone = true;
                        over.run();
                    }
                });
            }
        }
    }

    private boolean saysGone(byte[] answer) {
        return FoundingMessage.decode(answer) instanceof FoundingMessage.Fate(var cluster, var isGone)
                && isGone
                && cluster.equals(host.identity().cluster());
    }
}
