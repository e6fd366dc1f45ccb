package io.concordkv.node.route;

import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.shard.call.CallCodec;
import io.concordkv.shard.call.Consistency;
import io.concordkv.shard.call.ReadFigures;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.call.ShardCallee;
import io.concordkv.shard.host.Exchange;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.replica.Replica;
import io.concordkv.shard.replica.ShardRefusal;
import java.util.Optional;
import java.util.function.Consumer;

/// Brings a call to the leader of its shard: here, or over one forward. A forwarded call is never
/// forwarded again (SAFETY F1). While nobody leads it waits and tries again, as long as it is certain
/// that nothing was executed and time is left.
public final class ShardRouter {
    private static final long RETRY_NANOS = 20_000_000;
    private static final long DAMAGED_NANOS = 1_000_000_000;

    private final ShardHost host;
    private final ShardCallee callee;

    public ShardRouter(ShardHost host) {
        this.host = host;
        this.callee = new ShardCallee(host);
        host.exchange().serve(Services.SHARD, this::forwarded);
    }

    /// Reads of the engines on this node.
    public ReadFigures reads() {
        return callee.figures();
    }

    /// @param timeoutMillis from now on
    /// @param mayForward    false answers [ShardRefusal.NotLeader] instead of asking another node
    /// @param answer        gets exactly one answer, on the loop
    public void call(
            ShardId shard,
            ShardCall call,
            Consistency consistency,
            long timeoutMillis,
            boolean mayForward,
            Consumer<ShardAnswer> answer) {
        long now = host.clock().nanos();
        attempt(
                new Attempt(shard, call, consistency, now, now + timeoutMillis * 1_000_000, mayForward, answer),
                new ShardRefusal.TimedOut());
    }

    private record Attempt(
            ShardId shard,
            ShardCall call,
            Consistency consistency,
            long started,
            long deadline,
            boolean mayForward,
            Consumer<ShardAnswer> answer) {}

    /// @param last what the attempt before was refused with; the answer when no time is left
    private void attempt(Attempt attempt, ShardRefusal last) {
        long left = (attempt.deadline - host.clock().nanos()) / 1_000_000;
        if (left <= 0) {
            attempt.answer.accept(new ShardAnswer.Refused(last));
            return;
        }
        Optional<Replica> replica = host.find(attempt.shard);
        boolean local = replica.isPresent()
                && (replica.get().isLeader() || attempt.consistency == Consistency.ANY && !attempt.call.isWrite());
        if (local) {
            callee.call(replica.get(), attempt.call, attempt.consistency, left, answer -> answered(attempt, answer));
            return;
        }
        NodeId leader = host.leaderOf(attempt.shard);
        if (leader.equals(NodeId.NONE) || leader.equals(host.identity().node())) {
            leaderless(attempt);
        } else if (!attempt.mayForward) {
            attempt.answer.accept(new ShardAnswer.Refused(new ShardRefusal.NotLeader(leader)));
        } else {
            forward(attempt, leader, left);
        }
    }

    /// While the replica here is damaged the others may still elect one of them, which takes a moment.
    private void leaderless(Attempt attempt) {
        Optional<String> damage = host.damaged().reason(attempt.shard);
        if (damage.isEmpty()) {
            retry(attempt, new ShardRefusal.NoLeader());
        } else if (host.clock().nanos() - attempt.started >= DAMAGED_NANOS) {
            attempt.answer.accept(new ShardAnswer.Refused(new ShardRefusal.Damaged(damage.get())));
        } else {
            retry(attempt, new ShardRefusal.Damaged(damage.get()));
        }
    }

    private void answered(Attempt attempt, ShardAnswer answer) {
        if (answer instanceof ShardAnswer.Refused(var refusal) && mayTryAgain(attempt, refusal)) {
            retry(attempt, refusal);
        } else {
            attempt.answer.accept(answer);
        }
    }

    /// Only refusals that pass by themselves and say for certain that nothing was executed.
    private static boolean mayTryAgain(Attempt attempt, ShardRefusal refusal) {
        return switch (refusal) {
            case ShardRefusal.NotLeader it -> attempt.mayForward;
            case ShardRefusal.NoLeader it -> true;
            case ShardRefusal.NoSuchShard it -> true;
            case ShardRefusal.Overloaded it -> false;
            case ShardRefusal.TimedOut it -> false;
            case ShardRefusal.OutcomeUnknown it -> false;
            case ShardRefusal.StorageFull it -> false;
            case ShardRefusal.Damaged it -> false;
            case ShardRefusal.Stopping it -> true;
        };
    }

    private void retry(Attempt attempt, ShardRefusal last) {
        if (attempt.deadline - host.clock().nanos() <= RETRY_NANOS) {
            attempt.answer.accept(new ShardAnswer.Refused(last));
        } else {
            host.loop().after(RETRY_NANOS, () -> attempt(attempt, last));
        }
    }

    private void forward(Attempt attempt, NodeId leader, long leftMillis) {
        byte[] body = CallCodec.encode(attempt.shard, attempt.call);
        host.exchange().ask(leader, Services.SHARD, body, leftMillis, new Exchange.ReplyListener() {
            @Override
            public void replied(byte[] reply) {
                answered(attempt, CallCodec.decodeAnswer(reply));
            }

            @Override
            public void notSent() {
                retry(attempt, new ShardRefusal.NoLeader());
            }

            @Override
            public void lost() {
                if (attempt.call.isWrite()) {
                    attempt.answer.accept(new ShardAnswer.Refused(new ShardRefusal.OutcomeUnknown()));
                } else {
                    retry(attempt, new ShardRefusal.NoLeader());
                }
            }
        });
    }

    private void forwarded(NodeId from, byte[] body, long timeoutMillis, Consumer<byte[]> reply) {
        CallCodec.Addressed addressed;
        try {
            addressed = CallCodec.decode(body);
        } catch (DecodeException e) {
            return; // of a newer node: it sees no answer, as with any request this one does not know
        }
        Optional<Replica> replica = host.find(addressed.shard());
        if (replica.isEmpty()) {
            reply.accept(CallCodec.encodeAnswer(new ShardAnswer.Refused(new ShardRefusal.NoSuchShard())));
            return;
        }
        callee.call(
                replica.get(),
                addressed.call(),
                Consistency.LINEARIZABLE,
                timeoutMillis,
                answer -> reply.accept(CallCodec.encodeAnswer(answer)));
    }
}
