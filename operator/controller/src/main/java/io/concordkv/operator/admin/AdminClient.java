package io.concordkv.operator.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Speaks the admin API of API §4 to one node at a time. Every call ends within its timeout.
public final class AdminClient implements AutoCloseable {
    public static final int PORT = 9000;
    static final Duration CONNECT_WITHIN = Duration.ofSeconds(1);
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);

    /// Longer than a node waits for a leader (10 s): a request given up earlier could still be granted.
    static final Duration RESERVE_WITHIN = Duration.ofSeconds(11);

    /// Founding syncs every listed node twice.
    static final Duration FOUND_WITHIN = Duration.ofSeconds(15);

    private final ObjectMapper json = new ObjectMapper();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .executor(threads)
            .build();
    private final int port;

    public AdminClient() {
        this(PORT);
    }

    /// @param port admin port of every node
    public AdminClient(int port) {
        this.port = port;
    }

    public CompletableFuture<AdminReply> node(String host) {
        return send(request(host, "/node").GET().timeout(ANSWER_WITHIN).build());
    }

    public AdminReply cluster(String host) {
        return send(request(host, "/cluster").GET().timeout(ANSWER_WITHIN).build())
                .join();
    }

    public AdminReply bootstrap(String host, Object body) {
        return post(host, "/bootstrap", body, FOUND_WITHIN);
    }

    /// @param verb `reserve` or `release`
    public AdminReply reservation(String host, String nodeId, String verb, Object body) {
        return post(host, "/nodes/" + nodeId + ":" + verb, body, RESERVE_WITHIN);
    }

    private AdminReply post(String host, String path, Object body, Duration within) {
        try {
            var request = request(host, path)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
                    .timeout(within)
                    .build();
            return send(request).join();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + body, e);
        }
    }

    private HttpRequest.Builder request(String host, String path) {
        String literal = host.contains(":") ? "[" + host + "]" : host;
        return HttpRequest.newBuilder(URI.create("http://" + literal + ":" + port + "/admin/v1" + path))
                .header("Accept", "application/json")
                .header("Concord-Request", "1");
    }

    /// The client's own timeout ends when the head of an answer has come; a node that stops in the
    /// middle of a body would hold the caller for ever, so the whole call is bound as well.
    private CompletableFuture<AdminReply> send(HttpRequest request) {
        var call = http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        long millis = request.timeout().orElse(ANSWER_WITHIN).toMillis();
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, threads)
                .execute(() -> call.cancel(true));
        return call.<AdminReply>thenApply(
                        response -> new AdminReply.Answer(response.statusCode(), parse(response.body())))
                .exceptionally(failure -> new AdminReply.NoAnswer(describe(failure)));
    }

    private JsonNode parse(byte[] body) {
        try {
            return body.length == 0 ? MissingNode.getInstance() : json.readTree(body);
        } catch (IOException e) {
            throw new CompletionException("not JSON", e);
        }
    }

    private static String describe(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case ConnectException _ -> "connection refused";
            case HttpTimeoutException _, CancellationException _ -> "no answer in time";
            default -> cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
        };
    }

    @Override
    public void close() {
        http.close();
        threads.close();
    }
}
