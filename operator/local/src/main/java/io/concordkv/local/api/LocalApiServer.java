package io.concordkv.local.api;

import io.concordkv.local.builtin.BuiltinTypes;
import io.concordkv.local.builtin.ModelSchemas;
import io.concordkv.local.custom.DefinedTypes;
import io.concordkv.local.store.ObjectStore;
import io.concordkv.local.type.TypeRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A Kubernetes API endpoint on loopback for unmodified clients, with its state in a directory.
/// It owns its event loop, its threads and its files until it is closed.
public final class LocalApiServer implements AutoCloseable {
    static final int LOG_ENTRIES_MAX = 2_000;
    private static final long EXPIRY_INTERVAL_MILLIS = 600_000;

    private final Options options;
    private final Vertx vertx;
    private final ExecutorService workers;
    private final HttpServer http;
    private final ObjectStore store;

    /// @param host     a loopback address
    /// @param port     0 takes a free one
    /// @param stateDir objects are kept here; created when absent
    /// @param token    whoever knows it may do everything
    /// @param servicePrefix Services get the addresses `<prefix>1` to `<prefix>254`
    public record Options(String host, int port, Path stateDir, String token, PodRuntime pods, String servicePrefix) {
        /// With addresses that nobody serves.
        public Options(String host, int port, Path stateDir, String token, PodRuntime pods) {
            this(host, port, stateDir, token, pods, "10.96.0.");
        }
    }

    private LocalApiServer(Options options, Vertx vertx, ExecutorService workers, HttpServer http, ObjectStore store) {
        this.options = options;
        this.vertx = vertx;
        this.workers = workers;
        this.http = http;
        this.store = store;
    }

    /// Reads the state and listens.
    ///
    /// @throws IOException when the address cannot be used, for example because the port is taken
    public static LocalApiServer start(Options options) throws IOException {
        ObjectStore store = new ObjectStore(options.stateDir(), LOG_ENTRIES_MAX);
        ModelSchemas schemas = new ModelSchemas();
        TypeRegistry types = new TypeRegistry(BuiltinTypes.all(schemas));
        Clock clock = Clock.systemUTC();
        Definitions definitions = new Definitions(store, types, new DefinedTypes(schemas));
        definitions.load();
        ObjectReader reader = new ObjectReader(store);
        ObjectWriter writer =
                new ObjectWriter(store, new Admission(store, clock, options.servicePrefix()), definitions, clock);
        Deletion deletion = new Deletion(store, definitions, clock);
        Subresources subresources = new Subresources(
                store,
                reader,
                writer,
                new Eviction(store, deletion, clock),
                new Scales(reader, writer),
                options.pods(),
                options.token(),
                clock);
        Dispatcher dispatcher = new Dispatcher(
                types, new Discovery(types), new OpenApi(types, schemas), reader, writer, deletion, subresources);
        new InitialObjects(store, clock).create();

        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setPreferNativeTransport(true));
        ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
        var access = new Access(options.token(), LoopbackPeer.ofThisUser());
        HttpConnectionHandler handler = new HttpConnectionHandler(vertx, workers, access, dispatcher, store);
        HttpServer http = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(options.host())
                        .setPort(options.port())
                        .setMaxInitialLineLength(16 * 1024)
                        .setMaxHeaderSize(32 * 1024))
                .requestHandler(handler);
        try {
            http.listen().toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            workers.shutdownNow();
            vertx.close().toCompletionStage().toCompletableFuture().join();
            throw new IOException("cannot listen on " + options.host() + ":" + options.port() + ": " + e.getCause(), e);
        }
        EventExpiry expiry = new EventExpiry(store, clock);
        vertx.setPeriodic(EXPIRY_INTERVAL_MILLIS, timer -> workers.execute(expiry::removeOld));
        return new LocalApiServer(options, vertx, workers, http, store);
    }

    public int port() {
        return http.actualPort();
    }

    /// Base URL for every client. It contains the token, so keep it as private as the kubeconfig.
    public String url() {
        return "http://" + options.host() + ":" + port() + "/" + options.token();
    }

    /// Text of a kubeconfig for this endpoint; write it readable for its owner only.
    public String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: concordkv-local
                  cluster:
                    server: %s
                users:
                - name: local
                  user:
                    token: %s
                contexts:
                - name: concordkv-local
                  context:
                    cluster: concordkv-local
                    user: local
                    namespace: default
                current-context: concordkv-local
                """.formatted(url(), options.token());
    }

    /// Forgets what happened before now, so that older watches get 410 (for tests of clients).
    public void compact() {
        store.compact();
    }

    @Override
    public void close() {
        http.close().toCompletionStage().toCompletableFuture().join();
        workers.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
