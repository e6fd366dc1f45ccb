package io.concordkv.server.data;

import io.concordkv.base.ShardId;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.StoredValue;
import io.concordkv.wire.Consistency;
import io.concordkv.wire.KvOperation;
import io.concordkv.wire.Limits;
import io.concordkv.wire.OperationResult;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemField;
import java.util.List;
import java.util.Optional;

/// The gets of a batch. A shard answers with so many bytes at a time and is asked again for the rest;
/// what passes the bytes a page may have is not read, and that operation says so.
final class BatchReads {
    private static final int KEY_BYTES_EXPECTED = 1 << 10;

    private final CallScope scope;
    private final Consistency consistency;
    private final Deadline deadline;
    private final List<KvOperation> operations;
    private final OperationResult[] results;
    private final Limits limits;
    private long bytes;

    BatchReads(
            CallScope scope,
            Consistency consistency,
            Deadline deadline,
            List<KvOperation> operations,
            OperationResult[] results,
            Limits limits) {
        this.scope = scope;
        this.consistency = consistency;
        this.deadline = deadline;
        this.operations = operations;
        this.results = results;
        this.limits = limits;
    }

    /// Fills the results at `places`, all of one shard, and runs `ended`.
    void read(ShardId shard, List<Integer> places, Runnable ended) {
        long expected = Math.min(ShardCall.GetMany.ANSWER_BYTES, (long) places.size() * KEY_BYTES_EXPECTED);
        if (!scope.exchange().memory().take(expected)) {
            fail(places, CallScope.memoryShort());
            ended.run();
            return;
        }
        ShardCall call = new ShardCall.GetMany(
                places.stream().map(it -> Operations.key(operations.get(it))).toList());
        scope.send(shard, call, consistency, deadline, answer -> {
            switch (answer) {
                case ShardAnswer.Values(var values) -> {
                    long before = bytes;
                    take(places, values);
                    scope.exchange().memory().correct(expected, bytes - before);
                    List<Integer> rest = places.subList(values.size(), places.size());
                    if (rest.isEmpty()) {
                        ended.run();
                    } else if (values.isEmpty() || bytes >= limits.pageBytesMax()) {
                        fail(rest, tooMuch());
                        ended.run();
                    } else {
                        scope.member().host().loop().execute(() -> read(shard, rest, ended));
                    }
                }
                case ShardAnswer.Refused(var refusal) -> {
                    fail(places, scope.problem(refusal, shard));
                    ended.run();
                }
                default -> throw new IllegalStateException("no answer to gets: " + answer);
            }
        });
    }

    private void take(List<Integer> places, List<Optional<StoredValue>> values) {
        for (int i = 0; i < values.size(); i++) {
            long length = values.get(i).map(it -> it.value().length).orElse(0);
            boolean fits = bytes + length <= limits.pageBytesMax();
            results[places.get(i)] = fits ? Operations.read(values.get(i)) : new OperationResult.Failed(tooMuch());
            bytes += fits ? length : 0;
        }
    }

    private void fail(List<Integer> places, Problem problem) {
        places.forEach(it -> results[it] = new OperationResult.Failed(problem));
    }

    private Problem tooMuch() {
        return Problem.of(
                        ProblemCode.BATCH_TOO_LARGE,
                        "the values read by one batch: at most " + limits.pageBytesMax()
                                + " bytes are answered; this one was not read, ask for it in another batch")
                .with(ProblemField.LIMIT, limits.pageBytesMax());
    }
}
