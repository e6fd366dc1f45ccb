package io.concordkv.node.topology;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.node.route.Services;
import io.concordkv.raft.Member;
import io.concordkv.shard.command.ApplyResult;
import io.concordkv.shard.host.Exchange;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.replica.ProposalListener;
import io.concordkv.shard.replica.ReadListener;
import io.concordkv.shard.replica.Replica;
import io.concordkv.shard.replica.ShardRefusal;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.machine.TopologyCommandCodec;
import io.concordkv.topology.machine.TopologyMachine;
import io.concordkv.topology.machine.TopologyResult;
import io.concordkv.topology.state.ClusterState;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Takes commands to the topology group from anywhere on this node: proposes them when this node leads
/// shard 0, else asks the one that does. Waits while nobody leads.
public final class TopologyDesk {
    private static final long RETRY_NANOS = 50_000_000;
    private static final int OK = 0;
    private static final int TRY_AGAIN = 1;
    private static final int UNKNOWN = 2;

    private final ShardHost host;
    private int turn;

    /// The end of a command.
    public sealed interface Outcome {
        record Decided(TopologyResult result) implements Outcome {}

        /// Nobody leads the topology group; nothing was done.
        record NoLeader() implements Outcome {}

        record Unknown() implements Outcome {}

        /// As the body of a reply: 0 and the result, 1 nobody leads, 2 unknown.
        static byte[] encode(Outcome outcome) {
            ByteWriter out = new ByteWriter(64);
            switch (outcome) {
                case Decided(var result) -> out.u8(OK).raw(TopologyResult.encode(result));
                case NoLeader() -> out.u8(TRY_AGAIN);
                case Unknown() -> out.u8(UNKNOWN);
            }
            return out.toByteArray();
        }

        static Outcome decode(byte[] body) {
            ByteReader in = new ByteReader(body);
            return switch (in.u8()) {
                case OK -> new Decided(TopologyResult.decode(in));
                case TRY_AGAIN -> new NoLeader();
                default -> new Unknown();
            };
        }
    }

    public TopologyDesk(ShardHost host) {
        this.host = host;
        host.exchange().serve(Services.TOPOLOGY, this::asked);
    }

    /// The state as this node has applied it; may be behind.
    public ClusterState state() {
        return host.find(ShardId.TOPOLOGY)
                .map(it -> ((TopologyMachine) it.machine()).state())
                .orElse(ClusterState.EMPTY);
    }

    public boolean isLeader() {
        return host.find(ShardId.TOPOLOGY).map(Replica::isLeader).orElse(false);
    }

    /// The node that leads shard 0 as far as is known.
    public NodeId leader() {
        return host.leaderOf(ShardId.TOPOLOGY);
    }

    public void submit(TopologyCommand command, long timeoutMillis, Consumer<Outcome> outcome) {
        long deadline = host.clock().nanos() + timeoutMillis * 1_000_000;
        attempt(TopologyCommandCodec.encode(command), deadline, outcome);
    }

    private void attempt(byte[] payload, long deadline, Consumer<Outcome> outcome) {
        long left = (deadline - host.clock().nanos()) / 1_000_000;
        if (left <= 0) {
            outcome.accept(new Outcome.NoLeader());
        } else if (isLeader()) {
            propose(payload, deadline, result -> settle(payload, deadline, outcome, result));
        } else {
            forward(payload, deadline, left, outcome);
        }
    }

    private void settle(byte[] payload, long deadline, Consumer<Outcome> outcome, Outcome result) {
        if (result instanceof Outcome.NoLeader && deadline - host.clock().nanos() > RETRY_NANOS) {
            host.loop().after(RETRY_NANOS, () -> attempt(payload, deadline, outcome));
        } else {
            outcome.accept(result);
        }
    }

    private void propose(byte[] payload, long deadline, Consumer<Outcome> outcome) {
        Optional<Replica> replica = host.find(ShardId.TOPOLOGY);
        if (replica.isEmpty()) {
            outcome.accept(new Outcome.NoLeader());
            return;
        }
        replica.get().propose(payload, deadline, new ProposalListener() {
            @Override
            public void applied(ApplyResult result) {
                outcome.accept(new Outcome.Decided((TopologyResult) result));
            }

            @Override
            public void refused(ShardRefusal refusal) {
                outcome.accept(
                        refusal instanceof ShardRefusal.OutcomeUnknown
                                ? new Outcome.Unknown()
                                : new Outcome.NoLeader());
            }
        });
    }

    private void forward(byte[] payload, long deadline, long left, Consumer<Outcome> outcome) {
        NodeId leader = leader().equals(NodeId.NONE) ? anyVoter() : leader();
        if (leader.equals(NodeId.NONE) || leader.equals(host.identity().node())) {
            settle(payload, deadline, outcome, new Outcome.NoLeader());
            return;
        }
        host.exchange().ask(leader, Services.TOPOLOGY, payload, left, new Exchange.ReplyListener() {
            @Override
            public void replied(byte[] body) {
                settle(payload, deadline, outcome, Outcome.decode(body));
            }

            @Override
            public void notSent() {
                settle(payload, deadline, outcome, new Outcome.NoLeader());
            }

            @Override
            public void lost() {
                outcome.accept(new Outcome.Unknown());
            }
        });
    }

    /// Whom a node asks that only learns shard 0 and has not heard of a leader yet: one voter after the other.
    private NodeId anyVoter() {
        Optional<Replica> replica = host.find(ShardId.TOPOLOGY);
        if (replica.isEmpty()
                || replica.get().core().configuration().isVoter(replica.get().id())) {
            return NodeId.NONE;
        }
        List<NodeId> voters = replica.get().core().configuration().members().stream()
                .filter(it -> it.isVoter() && host.isReachable(it.node()))
                .map(Member::node)
                .toList();
        return voters.isEmpty() ? NodeId.NONE : voters.get(Math.floorMod(turn++, voters.size()));
    }

    private void asked(NodeId from, byte[] payload, long timeoutMillis, Consumer<byte[]> reply) {
        long deadline = host.clock().nanos() + timeoutMillis * 1_000_000;
        propose(payload, deadline, outcome -> reply.accept(Outcome.encode(outcome)));
    }

    /// Calls `ready` when this node's state holds everything that was decided before; only where this
    /// node leads shard 0.
    public void barrier(long timeoutMillis, Runnable ready, Consumer<ShardRefusal> refused) {
        Optional<Replica> replica = host.find(ShardId.TOPOLOGY);
        if (replica.isEmpty()) {
            refused.accept(new ShardRefusal.NoSuchShard());
            return;
        }
        replica.get().read(host.clock().nanos() + timeoutMillis * 1_000_000, new ReadListener() {
            @Override
            public void ready() {
                ready.run();
            }

            @Override
            public void refused(ShardRefusal refusal) {
                refused.accept(refusal);
            }
        });
    }
}
