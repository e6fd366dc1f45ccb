package io.concordkv.bench.load;

import io.concordkv.wire.RequestTarget;
import io.concordkv.wire.TopologyMap;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// ConcordKV and etcd in one run: both are started and filled, then each row is measured in rounds, in which the
/// systems take turns in being first. While one is measured the other one idles. Leader-aware clients, the
/// keyspace `default`.
final class Duel {
    static final String PINNED = "pinned";
    private static final int ETCD_CONNECTIONS = 64;

    private final EventLoop loop;
    private final Workload workload;
    private final int seconds;
    private final PrintStream progress;
    private final ConcordServers ours;
    private final EtcdServers theirs;
    private final AllocationClock allocation;
    private final List<DuelRow> rows = new ArrayList<>();

    Duel(
            EventLoop loop,
            Workload workload,
            int seconds,
            PrintStream progress,
            ConcordServers ours,
            EtcdServers theirs,
            AllocationClock allocation) {
        this.loop = loop;
        this.workload = workload;
        this.seconds = seconds;
        this.progress = progress;
        this.ours = ours;
        this.theirs = theirs;
        this.allocation = allocation;
    }

    List<DuelRow> rows() {
        return List.copyOf(rows);
    }

    void run(List<Integer> clients, String mode, int rounds) throws IOException {
        for (Workload.Kind kind : List.of(Workload.Kind.PUT, Workload.Kind.GET)) {
            for (int count : clients) {
                rows.add(row(kind, count, mode, rounds));
            }
        }
    }

    private DuelRow row(Workload.Kind kind, int clients, String mode, int rounds) throws IOException {
        DuelRow row = new DuelRow(kind, clients, mode, new ArrayList<>(), new ArrayList<>());
        for (int round = 1; round <= rounds; round++) {
            boolean first = round % 2 == 1;
            for (boolean own : List.of(first, !first)) {
                RowResult result = own ? ours(row) : theirs(row);
                (own ? row.ours() : row.theirs()).add(result);
                progress.printf(
                        "round %d  %-9s %-4s %-6s %3d clients  %8.0f ops/s  p99 %6.2f ms  server %6.1f µs/op"
                                + "  generator %3.0f %%  others %2.0f %%%n",
                        round,
                        result.row().system(),
                        kind.label(),
                        mode,
                        clients,
                        result.operationsPerSecond(),
                        result.p99Millis(),
                        result.serverMicros(),
                        result.loadCorePercent(),
                        result.otherPercent());
            }
        }
        return row;
    }

    private RowResult ours(DuelRow row) throws IOException {
        TopologyMap map = ours.topologyWithLeaders(RequestTarget.DEFAULT_KEYSPACE);
        return measure(
                HttpTarget.leaderAware(loop, map, RequestTarget.DEFAULT_KEYSPACE, workload.keys()),
                row,
                ours,
                allocation);
    }

    private RowResult theirs(DuelRow row) throws IOException {
        return measure(
                new EtcdTarget(loop, theirs.leader(), ETCD_CONNECTIONS, row.kind()),
                row,
                theirs,
                AllocationClock.UNKNOWN);
    }

    private RowResult measure(Target target, DuelRow row, ServerGroup servers, AllocationClock clock)
            throws IOException {
        Row one = new Row(servers.name(), row.kind(), "leader", row.clients(), row.mode());
        return ClosedLoop.measure(loop, target, workload, one, seconds, servers.pids(), clock);
    }
}
