package io.concordkv.bench.load;

import io.concordkv.wire.RequestTarget;
import io.concordkv.wire.TopologyMap;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Which rows are measured, in which order. A keyspace is filled before its first row; puts come before
/// gets, so that gets read what puts wrote.
final class LoadPlan {
    private static final int BATCH_CLIENTS_MAX = 64;
    private static final int FILL_CLIENTS = 16;
    private static final int ETCD_CONNECTIONS = 64;
    private static final int ETCD_FILL_CLIENTS = 256;
    private static final int WARM_UP_CLIENTS = 64;

    private final EventLoop loop;
    private final Workload workload;
    private final List<Integer> clients;
    private final int seconds;
    private final int warmUpSeconds;
    private final PrintStream progress;
    private AllocationClock allocation = AllocationClock.UNKNOWN;
    private final List<RowResult> results = new ArrayList<>();

    LoadPlan(
            EventLoop loop,
            Workload workload,
            List<Integer> clients,
            int seconds,
            int warmUpSeconds,
            PrintStream progress) {
        this.loop = loop;
        this.workload = workload;
        this.clients = List.copyOf(clients);
        this.seconds = seconds;
        this.warmUpSeconds = warmUpSeconds;
        this.progress = progress;
    }

    /// Whom to ask what the nodes of ConcordKV allocate.
    void allocation(AllocationClock clock) {
        allocation = clock;
    }

    List<RowResult> results() {
        return List.copyOf(results);
    }

    /// Servers and generator on a Java machine are compiled while they run: before anything is measured
    /// every kind of operation has run for a while, both ways.
    void warmUp(ConcordServers servers) throws IOException {
        String keyspace = RequestTarget.DEFAULT_KEYSPACE;
        fill(servers, keyspace);
        progress.println("warming up for " + warmUpSeconds + " s");
        TopologyMap map = servers.topologyWithLeaders(keyspace);
        int each = Math.max(1, warmUpSeconds / (2 * Workload.Kind.values().length));
        for (Workload.Kind kind : Workload.Kind.values()) {
            Row row = new Row(servers.name(), kind, "warm-up", WARM_UP_CLIENTS, "");
            for (Target target : List.of(
                    HttpTarget.leaderAware(loop, map, keyspace, workload.keys()),
                    HttpTarget.anyNode(loop, servers.addresses(), keyspace))) {
                ClosedLoop.measure(loop, target, workload, row, each, servers.pids(), AllocationClock.UNKNOWN);
            }
        }
    }

    void warmUp(EtcdServers servers) throws IOException {
        fill(servers);
        progress.println("warming up for " + warmUpSeconds + " s");
        for (Workload.Kind kind : List.of(Workload.Kind.PUT, Workload.Kind.GET)) {
            Row row = new Row(servers.name(), kind, "warm-up", WARM_UP_CLIENTS, "");
            Target target = new EtcdTarget(loop, servers.leader(), ETCD_CONNECTIONS, kind);
            int each = Math.max(1, warmUpSeconds / 2);
            ClosedLoop.measure(loop, target, workload, row, each, servers.pids(), AllocationClock.UNKNOWN);
        }
    }

    void run(ConcordServers servers, String mode) throws IOException {
        keyspace(servers, RequestTarget.DEFAULT_KEYSPACE, mode);
        if (servers.ensureSingle()) {
            keyspace(servers, ConcordServers.SINGLE, mode);
        } else {
            progress.println("no admin port known: rows of a single keyspace are left out");
        }
    }

    private void keyspace(ConcordServers servers, String keyspace, String mode) throws IOException {
        TopologyMap map = servers.topologyWithLeaders(keyspace);
        String label = keyspace.equals(ConcordServers.SINGLE) ? "single" : keyspace;
        fill(servers, keyspace);
        for (Workload.Kind kind : Workload.Kind.values()) {
            for (int count : clients) {
                if (kind == Workload.Kind.BATCH && count > BATCH_CLIENTS_MAX) {
                    continue;
                }
                measure(
                        HttpTarget.leaderAware(loop, map, keyspace, workload.keys()),
                        new Row(servers.name(), kind, label + ", leader", count, mode),
                        servers);
                measure(
                        HttpTarget.anyNode(loop, servers.addresses(), keyspace),
                        new Row(servers.name(), kind, label + ", any node", count, mode),
                        servers);
            }
        }
    }

    void run(EtcdServers servers, String mode) throws IOException {
        String leader = servers.leader();
        for (Workload.Kind kind : List.of(Workload.Kind.PUT, Workload.Kind.GET)) {
            for (int count : clients) {
                measure(
                        new EtcdTarget(loop, leader, ETCD_CONNECTIONS, kind),
                        new Row(servers.name(), kind, "leader", count, mode),
                        servers);
            }
        }
    }

    private void fill(EtcdServers servers) throws IOException {
        progress.println("filling etcd");
        try (Target target = new EtcdTarget(loop, servers.leader(), ETCD_CONNECTIONS, Workload.Kind.PUT)) {
            Fill.run(loop, target, workload.sequential(), Workload.Kind.PUT, ETCD_FILL_CLIENTS, workload.keys());
        }
    }

    private void fill(ConcordServers servers, String keyspace) throws IOException {
        progress.println("filling keyspace " + keyspace);
        int batches = (workload.keys() + Workload.BATCH_PUTS - 1) / Workload.BATCH_PUTS;
        try (Target target = HttpTarget.anyNode(loop, servers.addresses(), keyspace)) {
            Fill.run(loop, target, workload.sequential(), Workload.Kind.BATCH, FILL_CLIENTS, batches);
        }
    }

    private void measure(Target target, Row row, ServerGroup servers) throws IOException {
        AllocationClock clock = servers instanceof ConcordServers ? allocation : AllocationClock.UNKNOWN;
        RowResult result = ClosedLoop.measure(loop, target, workload, row, seconds, servers.pids(), clock);
        results.add(result);
        progress.printf(
                "%-9s %-17s %-22s %-6s %3d clients  %8.0f ops/s  server %6.1f µs/op  load %5.1f µs/op  errors %d%n",
                row.system(),
                row.kind().label(),
                row.setting(),
                row.mode(),
                row.clients(),
                result.operationsPerSecond(),
                result.serverMicros(),
                result.loadMicros(),
                result.errors());
    }
}
