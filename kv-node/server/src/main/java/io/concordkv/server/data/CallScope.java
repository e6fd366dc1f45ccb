package io.concordkv.server.data;

import io.concordkv.base.PartitionHash;
import io.concordkv.base.ShardId;
import io.concordkv.node.Membership;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.Idempotency;
import io.concordkv.shard.replica.ShardRefusal;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.ShardRecord;
import io.concordkv.wire.Consistency;
import io.concordkv.wire.Headers;
import io.concordkv.wire.IdempotencyKey;
import io.concordkv.wire.Preconditions;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemField;
import io.concordkv.wire.Query;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// What all calls about keys need: the keyspace, its shards, and the way to them.
record CallScope(Exchange exchange, Membership member, ClusterState state) {
    KeyspaceRecord keyspace(String name) {
        KeyspaceRecord keyspace = state.keyspaces().get(name);
        if (keyspace == null || keyspace.deleting()) {
            throw Problem.of(ProblemCode.KEYSPACE_NOT_FOUND, "there is no keyspace " + name)
                    .with(ProblemField.KEYSPACE, name)
                    .asException();
        }
        return keyspace;
    }

    ShardRecord shardOf(KeyspaceRecord keyspace, byte[] key) {
        return state.shardOf(keyspace, PartitionHash.of(key));
    }

    List<ShardRecord> shards(KeyspaceRecord keyspace) {
        return keyspace.shards().stream()
                .map(it -> state.shard(it).orElseThrow())
                .toList();
    }

    /// Tells the client who owns the keys it asked for.
    void name(ShardId shard) {
        exchange.shard(shard.value(), Refusals.address(state, member.host().leaderOf(shard)));
    }

    /// False when the client wants to be told rather than forwarded.
    boolean mayForward() {
        String forward = exchange.request().getHeader(Headers.FORWARD);
        if (forward == null) {
            return true;
        }
        if (!forward.equalsIgnoreCase("never")) {
            throw Problem.invalidArgument(Headers.FORWARD + ": want never, got " + forward)
                    .asException();
        }
        return false;
    }

    /// Sends the call to the shard's leader; the answer is never [ShardAnswer.Refused].
    void call(ShardRecord shard, ShardCall call, Consistency wanted, Deadline deadline, Consumer<ShardAnswer> answer) {
        send(shard.id(), call, wanted, deadline, result -> {
            if (result instanceof ShardAnswer.Refused(var refusal)) {
                name(shard.id());
                exchange.problem(
                        refusal instanceof ShardRefusal.OutcomeUnknown && deadline.isOver()
                                ? Refusals.timedOutWrite(shard.id(), deadline.timeoutMillis())
                                : problem(refusal, shard.id()));
            } else {
                answer.accept(result);
            }
        });
    }

    /// As [#call], for callers that take refusals too. How old an answer may be stands in a header.
    void send(ShardId shard, ShardCall call, Consistency wanted, Deadline deadline, Consumer<ShardAnswer> answer) {
        boolean weak = !(wanted instanceof Consistency.Linearizable) && !call.isWrite();
        member.router()
                .call(
                        shard,
                        call,
                        weak ? consistency(wanted) : io.concordkv.shard.call.Consistency.LINEARIZABLE,
                        deadline.leftMillis(),
                        mayForward(),
                        weak ? result -> answer.accept(told(result)) : answer);
    }

    private static io.concordkv.shard.call.Consistency consistency(Consistency wanted) {
        return switch (wanted) {
            case Consistency.Linearizable() -> io.concordkv.shard.call.Consistency.LINEARIZABLE;
            case Consistency.Leader() -> io.concordkv.shard.call.Consistency.LEADER;
            case Consistency.Bounded(var millis) -> new io.concordkv.shard.call.Consistency.Bounded(millis);
            case Consistency.Any() -> io.concordkv.shard.call.Consistency.ANY;
        };
    }

    /// What was read, its age told; a leader that knows no weaker reads served a linearizable one.
    private ShardAnswer told(ShardAnswer result) {
        return switch (result) {
            case ShardAnswer.Aged(var read, var millisMax) -> {
                exchange.staleness(millisMax);
                yield read;
            }
            case ShardAnswer.Refused refused -> refused;
            default -> {
                exchange.staleness(OptionalLong.of(0));
                yield result;
            }
        };
    }

    /// What a refusal means to this client; one that routes by an old map is told so first.
    Problem problem(ShardRefusal refusal, ShardId shard) {
        if (refusal instanceof ShardRefusal.NotLeader) {
            String epoch = exchange.request().getHeader(Headers.EPOCH);
            long known = epoch == null ? Long.MAX_VALUE : Long.parseLong(epoch);
            if (known < state.epoch()) {
                return Problem.of(
                                ProblemCode.STALE_EPOCH,
                                "the map of epoch " + known + " is old, it is " + state.epoch() + " now; read it again")
                        .with(ProblemField.EPOCH, state.epoch())
                        .with(ProblemField.SHARD, shard.toString());
            }
        }
        return Refusals.of(refusal, shard, state);
    }

    Preconditions writeConditions() {
        return Preconditions.forWrite(
                exchange.request().getHeader(HttpHeaders.IF_MATCH),
                exchange.request().getHeader(HttpHeaders.IF_NONE_MATCH));
    }

    Preconditions readConditions() {
        return Preconditions.forRead(
                exchange.request().getHeader(HttpHeaders.IF_MATCH),
                exchange.request().getHeader(HttpHeaders.IF_NONE_MATCH));
    }

    Optional<Idempotency> idempotency(String keyspace, byte[] key, Query query, Preconditions conditions, byte[] body) {
        String name = exchange.request().getHeader(Headers.IDEMPOTENCY_KEY);
        if (name == null) {
            return Optional.empty();
        }
        byte[] fingerprint =
                IdempotencyKey.fingerprint(exchange.request().method().name(), keyspace, key, query, conditions, body);
        return Optional.of(
                new Idempotency(IdempotencyKey.check(name).getBytes(StandardCharsets.US_ASCII), fingerprint));
    }

    /// Without a keyed request its repetition is not known, so nothing may be remembered for it.
    static Problem mismatch() {
        return Problem.of(
                ProblemCode.IDEMPOTENCY_MISMATCH,
                "this Idempotency-Key was used for another request; nothing was executed");
    }

    /// Too much is in hand; asked for before anything is read or stored.
    static Problem memoryShort() {
        return Problem.of(
                        ProblemCode.OVERLOADED,
                        "the bodies and answers in hand take as much memory as they may; nothing was executed")
                .retryAfter(100);
    }

    static Problem memoryFull(long retryAfterMillis) {
        return Problem.of(
                        ProblemCode.OVERLOADED,
                        "the shard remembers as many idempotency keys as it may; nothing was executed")
                .retryAfter(retryAfterMillis);
    }
}
