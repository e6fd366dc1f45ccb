package io.concordkv.tools.connect;

import io.concordkv.client.ClientOptions;
import io.concordkv.client.ConcordClient;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.nodes.NodeEntry;
import io.concordkv.tools.nodes.NodesFile;
import io.concordkv.wire.Durations;
import io.concordkv.wire.RequestTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where the data ports are, and what is asked of them.
public final class DataOptions {
    private static final String ENDPOINT_DEFAULT = "127.0.0.1:8080";

    @Option(
            names = "--endpoint",
            split = ",",
            paramLabel = "http://HOST:PORT",
            description = "data ports to begin with, default http://" + ENDPOINT_DEFAULT)
    private List<String> endpoints = new ArrayList<>();

    @Option(names = "--dir", paramLabel = "DIR", description = "the nodes of DIR/nodes.json instead of --endpoint")
    private @Nullable Path directory;

    @Option(
            names = {"-k", "--keyspace"},
            defaultValue = RequestTarget.DEFAULT_KEYSPACE,
            paramLabel = "NAME",
            description = "keyspace, default ${DEFAULT-VALUE}")
    private String keyspace = RequestTarget.DEFAULT_KEYSPACE;

    @Option(
            names = "--timeout",
            defaultValue = "3s",
            paramLabel = "DURATION",
            description = "of one call with its retries, default ${DEFAULT-VALUE}")
    private String timeout = "3s";

    public String keyspace() {
        if (!RequestTarget.isKeyspaceName(keyspace)) {
            throw CommandFailure.usage("'" + keyspace + "' is no keyspace name");
        }
        return keyspace;
    }

    public @Nullable Path directory() {
        return directory;
    }

    /// Data ports, `host:port` or as given.
    public List<String> endpoints() {
        if (directory != null && !endpoints.isEmpty()) {
            throw CommandFailure.usage("--endpoint and --dir exclude each other");
        }
        if (directory != null) {
            return new NodesFile(directory).read().stream().map(NodeEntry::http).toList();
        }
        return endpoints.isEmpty() ? List.of(ENDPOINT_DEFAULT) : endpoints;
    }

    /// @param watches keeps the shard map fresh; a command of one call needs none
    public ConcordClient connect(boolean watches) {
        try {
            return ConcordClient.connect(ClientOptions.of(endpoints())
                    .withTimeoutMillis(Durations.parseMillis("--timeout", timeout, 1, 60_000))
                    .withWatchesTopology(watches));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()));
        }
    }
}
