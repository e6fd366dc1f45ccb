package io.concordkv.server.data;

import io.concordkv.base.ShardId;
import io.concordkv.node.ConcordNode;
import io.concordkv.node.Membership;
import io.concordkv.server.loop.NettyLoop;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.wire.Accept;
import io.concordkv.wire.ApiCall;
import io.concordkv.wire.Executed;
import io.concordkv.wire.Headers;
import io.concordkv.wire.Limits;
import io.concordkv.wire.ListJson;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemException;
import io.concordkv.wire.ProblemField;
import io.concordkv.wire.RequestTarget;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// From a request to the class that answers it: checks what holds for all of them, reads the body, and
/// turns whatever is thrown into a problem.
final class Dispatcher {
    private static final Logger LOG = Logger.getLogger(Dispatcher.class);

    private static final List<String> JSON = List.of("application/json");
    private static final List<String> LIST = List.of("application/json", ListJson.STREAM_MEDIA_TYPE);
    private static final List<String> TOPOLOGY = List.of("application/json", TopologyWatch.EVENT_STREAM);
    private static final Pattern EPOCH = Pattern.compile("[0-9]{1,18}");

    private final ConcordNode node;
    private final Limits limits;
    private final TopologyWatch topology;
    private final CallFigures figures = new CallFigures();
    private final KeyCalls keys;
    private final ListCalls lists;
    private final RangeDelete rangeDelete;
    private final BatchCalls batches;
    private final TransactionCalls transactions;

    Dispatcher(ConcordNode node, NettyLoop loop, Limits limits, TopologyWatch topology) {
        this.node = node;
        this.limits = limits;
        this.topology = topology;
        this.keys = new KeyCalls(limits);
        this.lists = new ListCalls(limits);
        this.rangeDelete = new RangeDelete();
        this.batches = new BatchCalls(limits);
        this.transactions = new TransactionCalls(limits);
    }

    CallFigures figures() {
        return figures;
    }

    void dispatch(Exchange exchange) {
        guarded(exchange, () -> {
            HttpServerRequest request = exchange.request();
            checkHeaders(request);
            ApiCall call = RequestTarget.parse(request.method().name(), request.uri(), limits);
            if (!(call instanceof ApiCall.GetKey)) { // a value is of whatever type its reader knows it to be
                Accept.check(request.getHeader(HttpHeaders.ACCEPT), offered(call));
            }
            exchange.timer(figures.timer(operation(call)));
            RequestBody.read(
                    exchange, limits, wantsBody(call), body -> guarded(exchange, () -> call(exchange, call, body)));
        });
    }

    private void guarded(Exchange exchange, Runnable step) {
        try {
            step.run();
        } catch (ProblemException e) {
            RequestBody.refuse(exchange, e.problem());
        } catch (RuntimeException e) {
            String id = UUID.randomUUID().toString();
            LOG.errorf(e, "internal error %s", id);
            exchange.problem(Problem.of(ProblemCode.INTERNAL, "internal error " + id)
                    .with(ProblemField.ID, id)
                    .executed(Executed.UNKNOWN));
        }
    }

    private void checkHeaders(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null && !isSameHost(origin, request.getHeader(HttpHeaders.HOST))) {
            throw Problem.of(ProblemCode.FORBIDDEN, "the Origin " + origin + " is not this host")
                    .asException();
        }
        String epoch = request.getHeader(Headers.EPOCH);
        if (epoch != null && !EPOCH.matcher(epoch).matches()) {
            throw Problem.invalidArgument(Headers.EPOCH + ": want a decimal number, got " + epoch)
                    .asException();
        }
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw Problem.of(
                            ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                            "Content-Encoding: want identity or none, got " + encoding)
                    .asException();
        }
    }

    private static boolean isSameHost(String origin, @Nullable String host) {
        int slashes = origin.indexOf("//");
        return host != null && slashes >= 0 && origin.substring(slashes + 2).equalsIgnoreCase(host);
    }

    private static List<String> offered(ApiCall call) {
        return switch (call) {
            case ApiCall.GetKey it -> List.of("application/octet-stream");
            case ApiCall.ListKeys it -> LIST;
            case ApiCall.Topology it -> TOPOLOGY;
            case ApiCall.PutKey it -> JSON;
            case ApiCall.DeleteKey it -> JSON;
            case ApiCall.DeleteRange it -> JSON;
            case ApiCall.Batch it -> JSON;
            case ApiCall.Transaction it -> JSON;
        };
    }

    private static boolean wantsBody(ApiCall call) {
        return switch (call) {
            case ApiCall.PutKey it -> true;
            case ApiCall.Batch it -> true;
            case ApiCall.Transaction it -> true;
            case ApiCall.GetKey it -> false;
            case ApiCall.DeleteKey it -> false;
            case ApiCall.ListKeys it -> false;
            case ApiCall.DeleteRange it -> false;
            case ApiCall.Topology it -> false;
        };
    }

    private void call(Exchange exchange, ApiCall call, byte[] body) {
        if (call instanceof ApiCall.Topology(var after, var wait, var timeout)) {
            topology.answer(exchange, after, wait);
            return;
        }
        Membership member = node.membership().orElseThrow(Dispatcher::notBootstrapped);
        ClusterState state = member.desk().state();
        if (!state.isFounded()) {
            String damage = member.damagedShards().get(ShardId.TOPOLOGY);
            if (damage != null) {
                throw Problem.of(ProblemCode.REPLICA_DAMAGED, "the topology group is damaged on this node: " + damage)
                        .asException();
            }
            throw Problem.of(ProblemCode.NO_LEADER, "the topology is not known on this node yet")
                    .retryAfter(200)
                    .asException();
        }
        CallScope scope = new CallScope(exchange, member, state);
        switch (call) {
            case ApiCall.PutKey put -> keys.put(scope, put, body);
            case ApiCall.GetKey get -> keys.get(scope, get);
            case ApiCall.DeleteKey delete -> keys.delete(scope, delete);
            case ApiCall.ListKeys list -> lists.list(scope, list);
            case ApiCall.DeleteRange delete -> rangeDelete.delete(scope, delete);
            case ApiCall.Batch batch -> batches.batch(scope, batch, json(exchange, body));
            case ApiCall.Transaction transaction -> transactions.transaction(scope, transaction, json(exchange, body));
            case ApiCall.Topology it -> throw new IllegalStateException("answered above");
        }
    }

    private static byte[] json(Exchange exchange, byte[] body) {
        String type = exchange.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw Problem.of(
                            ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                            "Content-Type: want application/json, got " + (type == null ? "none" : type))
                    .asException();
        }
        return body;
    }

    private static ProblemException notBootstrapped() {
        return Problem.of(ProblemCode.NOT_BOOTSTRAPPED, "this node does not belong to a cluster yet")
                .retryAfter(1_000)
                .asException();
    }

    private static CallFigures.Operation operation(ApiCall call) {
        return switch (call) {
            case ApiCall.PutKey it -> CallFigures.Operation.PUT;
            case ApiCall.GetKey it -> CallFigures.Operation.GET;
            case ApiCall.DeleteKey it -> CallFigures.Operation.DELETE;
            case ApiCall.ListKeys it -> CallFigures.Operation.LIST;
            case ApiCall.DeleteRange it -> CallFigures.Operation.DELETE_RANGE;
            case ApiCall.Batch it -> CallFigures.Operation.BATCH;
            case ApiCall.Transaction it -> CallFigures.Operation.TRANSACTION;
            case ApiCall.Topology it -> CallFigures.Operation.TOPOLOGY;
        };
    }
}
