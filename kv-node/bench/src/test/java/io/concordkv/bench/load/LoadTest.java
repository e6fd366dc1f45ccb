package io.concordkv.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.PartitionHash;
import io.concordkv.wire.ApiCall;
import io.concordkv.wire.KvOperation;
import io.concordkv.wire.Limits;
import io.concordkv.wire.OperationsReader;
import io.concordkv.wire.RequestTarget;
import io.concordkv.wire.TopologyMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The generator against small Vert.x servers that check what arrives.
class LoadTest {
    private record Arrived(String server, String method, String path, Buffer body) {}

    private final Queue<Arrived> arrived = new ConcurrentLinkedQueue<>();
    private final List<HttpServer> servers = new ArrayList<>();
    private Vertx vertx;
    private EventLoop loop;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        loop = new EventLoop();
    }

    @AfterEach
    void stop() {
        loop.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private String serve(BiConsumer<HttpServerRequest, Buffer> answer) {
        String name = "s" + servers.size();
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    arrived.add(new Arrived(name, request.method().name(), request.path(), body));
                    answer.accept(request, body);
                }));
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
        servers.add(server);
        return "127.0.0.1:" + server.actualPort();
    }

    private static void ok(HttpServerRequest request, Buffer body) {
        request.response().end("{\"revision\":\"1\",\"created\":true}");
    }

    private RowResult measure(Target target, Workload.Kind kind, int clients) throws Exception {
        return ClosedLoop.measure(
                loop,
                target,
                Workload.uniform(1_000, 1),
                new Row("test", kind, "", clients, "shared"),
                1,
                List.of(),
                AllocationClock.UNKNOWN);
    }

    @Test
    void putsAreWholeRequests() throws Exception {
        var result = measure(HttpTarget.anyNode(loop, List.of(serve(LoadTest::ok)), "default"), Workload.Kind.PUT, 4);
        assertThat(result.errors()).isZero();
        assertThat(result.operations())
                .isPositive()
                .isEqualTo(result.latencies().getTotalCount());
        assertThat(arrived)
                .hasSizeGreaterThanOrEqualTo((int) result.operations())
                .allSatisfy(each -> {
                    assertThat(each.method()).isEqualTo("PUT");
                    assertThat(each.path()).matches("/v1/keys/bench-key-[0-9]{8}");
                    assertThat(each.body().length()).isEqualTo(Workload.VALUE_BYTES);
                });
    }

    @Test
    void batchesAreReadableAndCountTheirOperations() throws Exception {
        var result = measure(HttpTarget.anyNode(loop, List.of(serve(LoadTest::ok)), "one"), Workload.Kind.BATCH, 2);
        assertThat(result.operations() % Workload.BATCH_PUTS).isZero();
        var first = arrived.element();
        assertThat(RequestTarget.parse(first.method(), first.path(), Limits.DEFAULT))
                .isInstanceOf(ApiCall.Batch.class);
        assertThat(OperationsReader.batch(first.body().getBytes(), Limits.DEFAULT))
                .hasSize(Workload.BATCH_PUTS)
                .hasOnlyElementsOfType(KvOperation.Put.class);
    }

    @Test
    void leaderAwareClientsAskTheLeaderOnly() throws Exception {
        var nodes = List.of(
                new TopologyMap.Node("1", "n1", serve(LoadTest::ok), ""),
                new TopologyMap.Node("2", "n2", serve(LoadTest::ok), ""));
        long half = PartitionHash.intervalStart(1, 2);
        var map = new TopologyMap(
                "",
                1,
                "",
                nodes,
                List.of(
                        new TopologyMap.Shard("1", "default", 0, half - 1, 1, "1", List.of("1", "2")),
                        new TopologyMap.Shard("2", "default", half, -1, 1, "2", List.of("1", "2"))));
        var result = measure(HttpTarget.leaderAware(loop, map, "default", 1_000), Workload.Kind.GET, 3);
        assertThat(result.errors()).isZero();
        assertThat(arrived).allSatisfy(each -> {
            byte[] key = each.path().substring("/v1/keys/".length()).getBytes(StandardCharsets.US_ASCII);
            int interval = PartitionHash.interval(PartitionHash.of(key), 2);
            assertThat(each.server()).isEqualTo("s" + interval);
        });
        assertThat(arrived).extracting(Arrived::server).contains("s0", "s1");
    }

    @Test
    void refusalsAreErrorsAndTheClientGoesOn() throws Exception {
        var address =
                serve((request, _) -> request.response().setStatusCode(503).end("{}"));
        var result = measure(HttpTarget.anyNode(loop, List.of(address), "default"), Workload.Kind.GET, 1);
        assertThat(result.operations()).isZero();
        assertThat(result.errors()).isGreaterThan(10);
    }

    @Test
    void etcdCallsAreGrpc() throws Exception {
        var address = serve((request, body) -> {
            assertThat(request.getHeader("content-type")).isEqualTo("application/grpc");
            assertThat(request.getHeader("te")).isEqualTo("trailers");
            request.response().putHeader("content-type", "application/grpc");
            request.response().putTrailer("grpc-status", "0");
            request.response().end(Buffer.buffer(new byte[5]));
        });
        var result = measure(new EtcdTarget(loop, address, 2, Workload.Kind.PUT), Workload.Kind.PUT, 8);
        assertThat(result.errors()).isZero();
        assertThat(result.operations()).isGreaterThan(1_000);
        assertThat(arrived).allSatisfy(each -> {
            assertThat(each.path()).isEqualTo("/etcdserverpb.KV/Put");
            int message = 2 + Workload.KEY_BYTES + 3 + Workload.VALUE_BYTES;
            assertThat(each.body().length()).isEqualTo(5 + message);
            assertThat(each.body().getInt(1)).isEqualTo(message);
            assertThat(each.body().getString(7, 17)).isEqualTo("bench-key-");
        });
    }

    @Test
    void etcdAnswersWithoutMessageAreErrors() throws Exception {
        var address = serve((request, _) -> {
            request.response().putHeader("grpc-status", "14");
            request.response().end();
        });
        var result = measure(new EtcdTarget(loop, address, 2, Workload.Kind.GET), Workload.Kind.GET, 2);
        assertThat(result.operations()).isZero();
        assertThat(result.errors()).isPositive();
    }

    @Test
    void cpuOfAProcessIsSeen() throws Exception {
        long before = CpuClock.process(ProcessHandle.current().pid());
        long until = System.nanoTime() + 200_000_000;
        long spun = 0;
        while (System.nanoTime() < until) {
            spun++;
        }
        assertThat(CpuClock.process(ProcessHandle.current().pid()) - before)
                .as("spun %d times", spun)
                .isGreaterThan(50_000_000);
    }

    @Test
    void theReportComparesEqualRows() {
        var mine = row("ConcordKV", 2_000, 20_000_000);
        var theirs = row("etcd", 1_000, 40_000_000);
        var out = new ByteArrayOutputStream();
        Report.print(new PrintStream(out, true, StandardCharsets.UTF_8), List.of(mine, theirs));
        assertThat(out.toString(StandardCharsets.UTF_8).lines().toList().get(2))
                .contains("| 10.0 |")
                .endsWith("| 2.00 | 0.25 |");
    }

    private static RowResult row(String system, long operations, long serverNanos) {
        return new RowResult(
                new Row(system, Workload.Kind.PUT, "", 64, "shared"),
                operations,
                0,
                new org.HdrHistogram.Histogram(3),
                new CpuClock.Reading(serverNanos, 1_000_000, serverNanos + 1_000_000, 1_000_000_000),
                -1);
    }
}
