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
import java.util.function.IntSupplier;

/// Brings a call to the leader of its shard: here, or over one forward. A forwarded call is never
/// forwarded again (SAFETY F1). Reads are served here where they may be: linearizable ones behind a read index of
/// the leader ([FollowerReads]), bounded ones while the state is known to be young enough, any as it is. While nobody
/// leads it waits and tries again, as long as it is certain
/// that nothing was executed and time is left.
public final class ShardRouter {
    /// The cluster's level from which on replicas ask for read indexes, and leaders for relaxed reads.
    static final int LEVEL = 5;

    private static final long RETRY_NANOS = 20_000_000;
    private static final long DAMAGED_NANOS = 1_000_000_000;

    private final ShardHost host;
    private final ShardCallee callee;
    private final IntSupplier level;
    private final FollowerReads followers;

    /// @param level the cluster's, as far as it is known here (SAFETY S9)
    public ShardRouter(ShardHost host, IntSupplier level) {
        this.host = host;
        this.level = level;
        this.followers = new FollowerReads(host, level);
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
                new Attempt(shard, call, consistency, now, now + timeoutMillis * 1_000_000, mayForward, false, answer),
                new ShardRefusal.TimedOut());
    }

    /// @param atLeader a replica that does not lead was tried, in vain
    private record Attempt(
            ShardId shard,
            ShardCall call,
            Consistency consistency,
            long started,
            long deadline,
            boolean mayForward,
            boolean atLeader,
            Consumer<ShardAnswer> answer) {
        Attempt leaderOnly() {
            return new Attempt(shard, call, consistency, started, deadline, mayForward, true, answer);
        }
    }

    /// @param last what the attempt before was refused with; the answer when no time is left
    private void attempt(Attempt attempt, ShardRefusal last) {
        long left = (attempt.deadline - host.clock().nanos()) / 1_000_000;
        if (left <= 0) {
            attempt.answer.accept(new ShardAnswer.Refused(last));
            return;
        }
        Optional<Replica> replica = host.find(attempt.shard);
        if (replica.isPresent() && replica.get().isLeader()) {
            callee.call(replica.get(), attempt.call, attempt.consistency, left, answer -> answered(attempt, answer));
            return;
        }
        if (replica.isPresent() && !attempt.call.isWrite() && isServedHere(attempt, replica.get())) {
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

    /// Begins to serve a read from a replica that does not lead; false when only the leader can.
    private boolean isServedHere(Attempt attempt, Replica replica) {
        return switch (attempt.consistency) {
            case Consistency.Any() -> {
                answered(attempt, callee.readAnyway(replica, attempt.call));
                yield true;
            }
            case Consistency.Bounded(var millis) -> {
                if (callee.isWithin(replica, millis)) {
                    answered(attempt, callee.readAnyway(replica, attempt.call));
                    yield true;
                }
                yield !attempt.atLeader && followers.mayAsk(replica) && follow(attempt, replica);
            }
            case Consistency.Linearizable() ->
                attempt.mayForward && !attempt.atLeader && followers.mayServe(replica) && follow(attempt, replica);
            case Consistency.Leader() -> false;
        };
    }

    /// What this replica cannot serve in time the leader is asked to.
    private boolean follow(Attempt attempt, Replica replica) {
        followers.read(replica, attempt.deadline, callee.reading(replica, attempt.call, attempt.consistency, answer -> {
            if (!(answer instanceof ShardAnswer.Refused(var refusal))) {
                attempt.answer.accept(answer);
            } else if (attempt.deadline - host.clock().nanos() <= 0) {
                attempt.answer.accept(new ShardAnswer.Refused(new ShardRefusal.TimedOut()));
            } else {
                host.loop().execute(() -> attempt(attempt.leaderOnly(), refusal));
            }
        }));
        return true;
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
        byte[] body = CallCodec.encode(attempt.shard, asSent(attempt));
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

    /// Leaders of a lower level serve every read as a linearizable one.
    private ShardCall asSent(Attempt attempt) {
        boolean relaxed =
                attempt.consistency instanceof Consistency.Leader || attempt.consistency instanceof Consistency.Bounded;
        return relaxed && !attempt.call.isWrite() && level.getAsInt() >= LEVEL
                ? new ShardCall.Relaxed(attempt.consistency, attempt.call)
                : attempt.call;
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
        ShardCall.Relaxed asked = addressed.call() instanceof ShardCall.Relaxed it
                ? it
                : new ShardCall.Relaxed(Consistency.LINEARIZABLE, addressed.call());
        callee.call(
                replica.get(),
                asked.read(),
                asked.consistency(),
                timeoutMillis,
                answer -> reply.accept(CallCodec.encodeAnswer(answer)));
    }
}
