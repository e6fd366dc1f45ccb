package io.concordkv.tools;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.concordkv.base.Bytes;
import io.concordkv.wire.ApiCall;
import io.concordkv.wire.Cursor;
import io.concordkv.wire.EntityTag;
import io.concordkv.wire.Headers;
import io.concordkv.wire.KeyJson;
import io.concordkv.wire.KvOperation;
import io.concordkv.wire.Limits;
import io.concordkv.wire.ListItem;
import io.concordkv.wire.ListJson;
import io.concordkv.wire.ListPage;
import io.concordkv.wire.ListParameters;
import io.concordkv.wire.OperationResult;
import io.concordkv.wire.OperationsReader;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemException;
import io.concordkv.wire.RequestTarget;
import io.concordkv.wire.ResultsJson;
import io.concordkv.wire.TopologyJson;
import io.concordkv.wire.TopologyMap;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A data port over a map, and an admin port that plays prepared answers. Enough of a node to run the
/// command line against.
public final class FakeNode implements AutoCloseable {
    public record Played(int status, String body) {}

    public final TreeMap<Bytes, ListItem> rows = new TreeMap<>();
    /// By `METHOD path`.
    public final Map<String, Played> adminAnswers = new ConcurrentHashMap<>();
    public final Map<String, String> adminBodies = new ConcurrentHashMap<>();
    /// When set, every write ends so.
    public volatile Problem writeProblem;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer data;
    private final HttpServer admin;
    private long revision;

    public FakeNode() throws IOException {
        data = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        data.createContext("/", this::serve);
        data.setExecutor(threads);
        data.start();
        admin = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        admin.createContext("/", this::play);
        admin.setExecutor(threads);
        admin.start();
        adminAnswers.put("GET /admin/v1/node", new Played(200, "{}"));
    }

    public String endpoint() {
        return "127.0.0.1:" + data.getAddress().getPort();
    }

    public String adminEndpoint() {
        return "127.0.0.1:" + admin.getAddress().getPort();
    }

    private void play(HttpExchange exchange) throws IOException {
        String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        adminBodies.put(asked, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Played played =
                adminAnswers.getOrDefault(asked, new Played(404, "{\"code\":\"no-such-path\",\"detail\":\"?\"}"));
        answer(exchange, played.status(), played.body().getBytes(StandardCharsets.UTF_8));
    }

    private synchronized void serve(HttpExchange exchange) throws IOException {
        try {
            byte[] body = exchange.getRequestBody().readAllBytes();
            ApiCall call = RequestTarget.parse(
                    exchange.getRequestMethod(), exchange.getRequestURI().toString(), Limits.DEFAULT);
            switch (call) {
                case ApiCall.GetKey get -> get(exchange, get.key());
                case ApiCall.PutKey put -> {
                    refuseWrites();
                    boolean created = store(put.key(), body);
                    exchange.getResponseHeaders().set("ETag", EntityTag.format(revision));
                    answer(exchange, created ? 201 : 200, KeyJson.stored(revision, created));
                }
                case ApiCall.DeleteKey delete -> {
                    refuseWrites();
                    answer(exchange, 200, KeyJson.deleted(remove(delete.key())));
                }
                case ApiCall.ListKeys list -> answer(exchange, 200, list(list));
                case ApiCall.Batch _ -> {
                    List<OperationResult> results = new ArrayList<>();
                    for (KvOperation each : OperationsReader.batch(body, Limits.DEFAULT)) {
                        var put = (KvOperation.Put) each;
                        results.add(new OperationResult.Stored(revision, store(put.key(), put.value())));
                    }
                    answer(exchange, 200, ResultsJson.batch(results));
                }
                case ApiCall.Topology topology
                when topology.after() < 1 -> answer(exchange, 200, TopologyJson.encode(map()));
                case ApiCall.Topology _ -> answer(exchange, 503, new byte[0]);
                case ApiCall.DeleteRange _, ApiCall.Transaction _ -> answer(exchange, 501, new byte[0]);
            }
        } catch (ProblemException e) {
            answer(exchange, e.problem().status(), e.problem().toJson());
        }
    }

    private void refuseWrites() {
        if (writeProblem != null) {
            throw writeProblem.asException();
        }
    }

    private void get(HttpExchange exchange, byte[] key) throws IOException {
        ListItem row = rows.get(Bytes.wrap(key));
        if (row == null) {
            throw Problem.of(ProblemCode.KEY_NOT_FOUND, "no such key").asException();
        }
        exchange.getResponseHeaders().set(Headers.REVISION, Long.toString(row.revision()));
        answer(exchange, 200, row.value());
    }

    private boolean store(byte[] key, byte[] value) {
        revision++;
        return rows.put(Bytes.wrap(key), new ListItem(key, value, revision)) == null;
    }

    private long remove(byte[] key) {
        return rows.remove(Bytes.wrap(key)) == null ? 0 : ++revision;
    }

    private byte[] list(ApiCall.ListKeys call) {
        Cursor cursor = call.cursor() == null ? null : Cursor.decode(call.cursor(), Limits.DEFAULT);
        ListParameters parameters = cursor == null ? call.parameters() : cursor.parameters();
        Bytes lowest = cursor == null ? parameters.lowest() : cursor.lowest();
        List<ListItem> all = rows.tailMap(lowest).entrySet().stream()
                .filter(each -> parameters.beyond() == null || each.getKey().compareTo(parameters.beyond()) < 0)
                .map(Map.Entry::getValue)
                .toList();
        if (parameters.countOnly()) {
            return ListJson.count(all.size());
        }
        List<ListItem> page = all.subList(0, Math.min(all.size(), parameters.limit()));
        String next = page.size() == all.size()
                ? null
                : new Cursor(1, parameters, Bytes.wrap(page.getLast().key())).encode();
        return ListJson.page(new ListPage(page, next), parameters.base64());
    }

    private TopologyMap map() {
        return new TopologyMap(
                "000000000000000000000000000000aa",
                1,
                "",
                List.of(new TopologyMap.Node("1", "n1", endpoint(), "")),
                List.of(new TopologyMap.Shard("1", "default", 0, -1, 1, "1", List.of("1"))));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        data.stop(0);
        admin.stop(0);
        threads.shutdownNow();
    }
}
