package io.concordkv.client;

import io.concordkv.wire.Executed;
import io.concordkv.wire.Headers;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemField;
import io.concordkv.wire.TopologyMap;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Carries one call through its attempts until it is answered, refused for good, or out of time. The
/// first attempt goes to the leader that the map names and must not be forwarded; when that fails
/// without a hint, later ones go to nodes in turn, which forward.
final class Caller {
    /// A repeatable call leaves a silent node after this share of its time, but not sooner than
    /// [#ATTEMPT_MILLIS_MIN].
    private static final int ATTEMPT_SHARE = 3;

    private static final long ATTEMPT_MILLIS_MIN = 300;

    private final Vertx vertx;
    private final Transport transport;
    private final TopologyCache topology;
    private final ClientOptions options;

    Caller(Vertx vertx, Transport transport, TopologyCache topology, ClientOptions options) {
        this.vertx = vertx;
        this.transport = transport;
        this.topology = topology;
        this.options = options;
    }

    /// Fails with [ConcordException].
    Future<Answer.Done> call(Call call) {
        Attempts attempts = new Attempts(call);
        boolean wantsMap = options.leaderRouting() && call.routingKey() != null && topology.current() == null;
        if (wantsMap) {
            topology.refresh().onComplete(_ -> attempts.next(null));
        } else {
            attempts.next(null);
        }
        return attempts.promise.future();
    }

    /// Where an attempt goes.
    ///
    /// @param mayForward the node may pass it on to the leader
    private record Target(Address address, boolean mayForward) {}

    private final class Attempts {
        private final Call call;
        private final long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.timeoutMillis());
        private final Promise<Answer.Done> promise = Promise.promise();
        private int attempt;
        private boolean elsewhere;
        private boolean mayHaveHappened;

        Attempts(Call call) {
            this.call = call;
        }

        /// @param hint address of the leader as the last answer named it
        void next(@Nullable String hint) {
            long left = leftMillis();
            attempt++;
            Target target = target(hint);
            Map<String, String> headers = new LinkedHashMap<>(call.headers());
            if (!target.mayForward()) {
                headers.put(Headers.FORWARD, "never");
                TopologyMap map = topology.current();
                if (map != null) {
                    headers.put(Headers.EPOCH, Long.toString(map.epoch()));
                }
            }
            long limit = call.repeatable()
                    ? Math.min(left, Math.max(ATTEMPT_MILLIS_MIN, options.timeoutMillis() / ATTEMPT_SHARE))
                    : left;
            transport
                    .send(target.address(), call.method(), call.uri(limit), headers, call.body(), limit)
                    .onSuccess(this::judge);
        }

        private Target target(@Nullable String hint) {
            if (hint != null) {
                return new Target(Address.parse(hint), false);
            }
            TopologyMap map = topology.current();
            byte[] key = call.routingKey();
            if (options.leaderRouting() && !elsewhere && key != null && map != null) {
                return map.leaderOf(call.keyspace(), key)
                        .map(node -> new Target(Address.parse(node.http()), false))
                        .orElseGet(() -> new Target(topology.any(), true));
            }
            return new Target(topology.any(), true);
        }

        private void judge(Answer answer) {
            switch (answer) {
                case Answer.Done done -> promise.complete(done);
                case Answer.Refused refused -> decide(Retry.after(refused, call.repeatable(), attempt));
                case Answer.NotSent notSent -> decide(Retry.after(notSent, attempt));
                case Answer.Lost lost -> decide(Retry.after(lost, call.repeatable(), attempt));
            }
        }

        private void decide(Retry retry) {
            switch (retry) {
                case Retry.Stop(Problem problem) -> promise.fail(new ConcordException(problem));
                case Retry.Again again -> {
                    // A read that was lost did nothing.
                    mayHaveHappened |= again.mayHaveHappened() && call.method() != HttpMethod.GET;
                    if (leftMillis() <= again.delayMillis()) {
                        promise.fail(new ConcordException(outOfTime(again.problem())));
                    } else {
                        goOn(again);
                    }
                }
            }
        }

        private void goOn(Retry.Again again) {
            String hint = again.elsewhere() ? null : again.problem().text(ProblemField.LEADER);
            boolean follow = hint != null && attempt == 1;
            elsewhere = !follow;
            if (again.problem().code() == ProblemCode.STALE_EPOCH
                    || again.problem().code() == ProblemCode.NOT_LEADER
                    || again.elsewhere()) {
                var unused = topology.refresh();
            }
            if (again.delayMillis() == 0) {
                next(follow ? hint : null);
            } else {
                vertx.setTimer(again.delayMillis(), _ -> next(follow ? hint : null));
            }
        }

        private Problem outOfTime(Problem last) {
            Problem problem = Problem.of(
                    ProblemCode.TIMEOUT,
                    "not answered within " + options.timeoutMillis() + " ms and " + attempt + " attempts; the last: "
                            + last.code().text() + ", " + last.detail());
            return problem.executed(mayHaveHappened ? Executed.UNKNOWN : Executed.NO);
        }

        private long leftMillis() {
            return Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()));
        }
    }
}
