package io.concordkv.shard.call;

import io.concordkv.base.Clock;
import io.concordkv.raft.RaftCore;
import io.concordkv.shard.apply.KvReader;
import io.concordkv.shard.apply.KvStateMachine;
import io.concordkv.shard.command.ApplyResult;
import io.concordkv.shard.command.CommandCodec;
import io.concordkv.shard.command.CommandResult;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.command.Operation;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.replica.Freshness;
import io.concordkv.shard.replica.ProposalListener;
import io.concordkv.shard.replica.ReadListener;
import io.concordkv.shard.replica.Replica;
import io.concordkv.shard.replica.ShardRefusal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// Carries out calls on the replicas of this node. On the loop; every call gets exactly one answer.
public final class ShardCallee {
    private final ShardHost host;
    private final Clock clock;
    private final ReadFigures figures;

    public ShardCallee(ShardHost host) {
        this.host = host;
        this.clock = host.clock();
        this.figures = new ReadFigures(clock);
    }

    public ReadFigures figures() {
        return figures;
    }

    /// @param timeoutMillis from now on; a write that has not been proposed by then is not executed
    public void call(
            Replica replica,
            ShardCall call,
            Consistency consistency,
            long timeoutMillis,
            Consumer<ShardAnswer> answer) {
        long deadline = clock.nanos() + timeoutMillis * 1_000_000;
        if (call instanceof ShardCall.Write(var body, var idempotency)) {
            KvCommand.Body meant = idempotency.isPresent() ? new KvCommand.Keyed(body) : body;
            write(replica, new KvCommand(host.clocks().clampedMillis(), idempotency, meant), deadline, answer);
            return;
        }
        switch (consistency) {
            case Consistency.Linearizable() -> replica.read(deadline, new Reading(replica, call, answer));
            case Consistency.Leader() -> readLeading(replica, call, Long.MAX_VALUE, deadline, answer);
            case Consistency.Bounded(var millis) -> readLeading(replica, call, millis, deadline, answer);
            case Consistency.Any() -> answer.accept(readAnyway(replica, call));
        }
    }

    /// What every read ends with: the state machine is read, if the replica can still be trusted.
    private class Reading implements ReadListener {
        final Replica replica;
        final ShardCall call;
        final Consumer<ShardAnswer> answer;

        Reading(Replica replica, ShardCall call, Consumer<ShardAnswer> answer) {
            this.replica = replica;
            this.call = call;
            this.answer = answer;
        }

        @Override
        public void ready() {
            answer.accept(readTrusted(replica, call));
        }

        @Override
        public void refused(ShardRefusal refusal) {
            answer.accept(new ShardAnswer.Refused(refusal));
        }
    }

    /// Without a round: what this leader had committed when the call came. Where the others were last heard too
    /// long ago, or nothing of this term is committed yet, a round after all.
    ///
    /// @param millisMax so old the answer may be; [Long#MAX_VALUE] when that does not matter
    private void readLeading(
            Replica replica, ShardCall call, long millisMax, long deadline, Consumer<ShardAnswer> answer) {
        RaftCore core = replica.core();
        long asked = clock.nanos();
        OptionalLong then = core.confirmedAt(asked);
        boolean bounded = millisMax != Long.MAX_VALUE;
        if (!replica.isLeader() || !core.hasCommittedInTerm() || bounded && !isWithin(then, asked, millisMax)) {
            replica.read(deadline, upToDate(replica, call, answer));
            return;
        }
        replica.readAt(core.commitIndex(), deadline, new Reading(replica, call, answer) {
            @Override
            public void ready() {
                long now = clock.nanos();
                OptionalLong since = newer(then, replica.freshness().at(now));
                if (bounded && !isWithin(since, now, millisMax)) {
                    replica.read(deadline, upToDate(replica, call, answer));
                } else {
                    answer.accept(aged(readTrusted(replica, call), since, now));
                }
            }
        });
    }

    private static OptionalLong newer(OptionalLong a, OptionalLong b) {
        return a.isEmpty() || b.isPresent() && b.getAsLong() > a.getAsLong() ? b : a;
    }

    /// A read that turned out linearizable: nothing in it is old.
    private ReadListener upToDate(Replica replica, ShardCall call, Consumer<ShardAnswer> answer) {
        return new Reading(replica, call, answer) {
            @Override
            public void ready() {
                long now = clock.nanos();
                answer.accept(aged(readTrusted(replica, call), OptionalLong.of(now), now));
            }
        };
    }

    /// What a read of this replica, wherever the leader is, does once an index confirmed to it is applied.
    ///
    /// @param consistency what was asked for; the read is linearizable
    public ReadListener reading(
            Replica replica, ShardCall call, Consistency consistency, Consumer<ShardAnswer> answer) {
        return consistency instanceof Consistency.Linearizable
                ? new Reading(replica, call, answer)
                : upToDate(replica, call, answer);
    }

    /// The state here is known to be no older than that.
    public boolean isWithin(Replica replica, long millisMax) {
        long now = clock.nanos();
        return replica.damage().isEmpty() && isWithin(replica.freshness().at(now), now, millisMax);
    }

    private static boolean isWithin(OptionalLong since, long now, long millisMax) {
        return since.isPresent() && Freshness.millis(since.getAsLong(), now) <= millisMax;
    }

    /// Reads what is here at once, and says how old it may be.
    public ShardAnswer readAnyway(Replica replica, ShardCall call) {
        long now = clock.nanos();
        return aged(readTrusted(replica, call), replica.freshness().at(now), now);
    }

    private static ShardAnswer aged(ShardAnswer answer, OptionalLong since, long now) {
        if (answer instanceof ShardAnswer.Refused) {
            return answer;
        }
        return new ShardAnswer.Aged(
                answer,
                since.isPresent() ? OptionalLong.of(Freshness.millis(since.getAsLong(), now)) : OptionalLong.empty());
    }

    private ShardAnswer readTrusted(Replica replica, ShardCall call) {
        return replica.damage()
                .<ShardAnswer>map(it -> new ShardAnswer.Refused(new ShardRefusal.Damaged(it)))
                .orElseGet(() -> timedRead(replica, call));
    }

    private void write(Replica replica, KvCommand command, long deadline, Consumer<ShardAnswer> answer) {
        if (host.isStorageExhausted() || storesNothingNow(replica) && stores(command.body())) {
            answer.accept(new ShardAnswer.Refused(new ShardRefusal.StorageFull()));
            return;
        }
        replica.propose(CommandCodec.encode(command), deadline, new ProposalListener() {
            @Override
            public void applied(ApplyResult result) {
                answer.accept(new ShardAnswer.Written((CommandResult) result));
            }

            @Override
            public void refused(ShardRefusal refusal) {
                answer.accept(new ShardAnswer.Refused(refusal));
            }
        });
    }

    /// Puts are refused below the low mark, here or where a quorum would be full (SAFETY L8).
    private boolean storesNothingNow(Replica replica) {
        if (host.isStorageLow()) {
            return true;
        }
        long voters = replica.core().configuration().voterCount();
        long full = replica.core().configuration().members().stream()
                .filter(it -> it.isVoter() && host.isStorageLow(it.node()))
                .count();
        return (voters - full) * 2 <= voters;
    }

    private static boolean stores(KvCommand.Body body) {
        return switch (body) {
            case KvCommand.Single(var operation, var condition) -> operation instanceof Operation.Put;
            case KvCommand.Batch(var operations) ->
                operations.stream().anyMatch(it -> it.operation() instanceof Operation.Put);
            case KvCommand.Transaction(var conditions, var then, var otherwise) ->
                then.stream().anyMatch(Operation.Put.class::isInstance)
                        || otherwise.stream().anyMatch(Operation.Put.class::isInstance);
            case KvCommand.DeleteRange it -> false;
            case KvCommand.ExpireUpTo it -> false;
            case KvCommand.Close it -> false;
            case KvCommand.Keyed(var wrapped) -> stores(wrapped);
        };
    }

    private ShardAnswer timedRead(Replica replica, ShardCall call) {
        if (call instanceof ShardCall.Get) {
            figures.beginGet();
            ShardAnswer answer = read(replica, call);
            figures.endGet();
            return answer;
        }
        figures.beginScan();
        ShardAnswer answer = read(replica, call);
        figures.endScan();
        return answer;
    }

    private static ShardAnswer read(Replica replica, ShardCall call) {
        KvStateMachine machine = (KvStateMachine) replica.machine();
        KvReader reader = machine.reader();
        return switch (call) {
            case ShardCall.Get(var key) -> new ShardAnswer.Value(Optional.ofNullable(reader.get(key)));
            case ShardCall.GetMany(var keys) ->
                new ShardAnswer.Values(reader.getMany(keys, ShardCall.GetMany.ANSWER_BYTES));
            case ShardCall.Page(var start, var end, var reverse, var limit, var bytesMax) ->
                new ShardAnswer.Page(reader.page(start, end.orElse(null), reverse, limit, bytesMax));
            case ShardCall.Count(var start, var end, var max) ->
                new ShardAnswer.Count(reader.count(start, end.orElse(null), max));
            case ShardCall.Write it -> throw new IllegalStateException("a write is not a read");
            case ShardCall.Relaxed it -> throw new IllegalStateException("its read is meant, not " + it);
        };
    }
}
