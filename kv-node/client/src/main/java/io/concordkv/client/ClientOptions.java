package io.concordkv.client;

import java.util.List;

/// How a client finds and uses its cluster.
///
/// @param seeds              data ports to ask for the shard map, `host:port`, at least one
/// @param timeoutMillis      total time of one call with all its retries
/// @param connectionsPerNode kept alive; more calls wait in a queue
/// @param leaderRouting      false = every call goes to the next node in turn, which forwards
/// @param watchesTopology    keeps the shard map fresh with a long poll; one-shot programs need none
public record ClientOptions(
        List<String> seeds,
        long timeoutMillis,
        int connectionsPerNode,
        boolean leaderRouting,
        boolean watchesTopology) {
    public static final long TIMEOUT_MILLIS_DEFAULT = 3_000;
    private static final int CONNECTIONS_DEFAULT = 16;

    public ClientOptions {
        seeds = seeds.stream().map(ClientOptions::address).toList();
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException("at least one seed address is needed");
        }
        if (timeoutMillis < 1 || timeoutMillis > 60_000) {
            throw new IllegalArgumentException("timeout of " + timeoutMillis + " ms: 1 to 60000 is allowed");
        }
        if (connectionsPerNode < 1) {
            throw new IllegalArgumentException("at least one connection a node is needed");
        }
    }

    public static ClientOptions of(List<String> seeds) {
        return new ClientOptions(seeds, TIMEOUT_MILLIS_DEFAULT, CONNECTIONS_DEFAULT, true, true);
    }

    public static ClientOptions of(String... seeds) {
        return of(List.of(seeds));
    }

    public ClientOptions withTimeoutMillis(long changed) {
        return new ClientOptions(seeds, changed, connectionsPerNode, leaderRouting, watchesTopology);
    }

    public ClientOptions withConnectionsPerNode(int changed) {
        return new ClientOptions(seeds, timeoutMillis, changed, leaderRouting, watchesTopology);
    }

    public ClientOptions withLeaderRouting(boolean changed) {
        return new ClientOptions(seeds, timeoutMillis, connectionsPerNode, changed, watchesTopology);
    }

    public ClientOptions withWatchesTopology(boolean changed) {
        return new ClientOptions(seeds, timeoutMillis, connectionsPerNode, leaderRouting, changed);
    }

    /// Takes `host:port` and `http://host:port/`.
    private static String address(String seed) {
        String bare = seed.startsWith("http://") ? seed.substring("http://".length()) : seed;
        bare = bare.endsWith("/") ? bare.substring(0, bare.length() - 1) : bare;
        Address.parse(bare);
        return bare;
    }
}
