package io.concordkv.server.metric;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.node.Membership;
import io.concordkv.server.NodeHost;
import io.concordkv.shard.call.ReadFigures;
import io.concordkv.shard.replica.Replica;
import io.concordkv.shard.replica.ReplicaFigures;
import io.concordkv.shard.replica.SnapshotTraffic;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.wal.WalStats;
import io.prometheus.client.Collector;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// The metrics of API §7. Every scrape is one look on the node's loop, so that its figures fit together;
/// nothing is counted twice. While the node is not open, or its loop does not answer, there are none.
public final class NodeMetrics extends Collector {
    private static final String MEMORY = "Memory in use, by owner";
    private static final Logger LOG = Logger.getLogger(NodeMetrics.class);

    private final Supplier<Optional<NodeHost>> host;

    public NodeMetrics(Supplier<Optional<NodeHost>> host) {
        this.host = host;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Optional<NodeHost> open = host.get();
        if (open.isEmpty()) {
            return List.of();
        }
        try {
            return open.get().onLoop(() -> look(open.get()));
        } catch (CompletionException e) {
            LOG.warnf("no metrics, the loop does not answer: %s", e.getMessage());
            return List.of();
        }
    }

    private static List<MetricFamilySamples> look(NodeHost host) {
        Families families = new Families();
        requests(families, host);
        wal(families, host);
        peers(families, host);
        families.counter(
                "raft_leader_changes",
                "Changes of leaders this node has seen",
                host.leaderChanges().count());
        host.node().membership().ifPresent(member -> {
            replicas(families, member);
            work(families, member);
            families.gauge("memory_bytes", MEMORY, member.memoryBytes(), "owner", "engines");
            DamageMetrics.write(families, member);
        });
        return families.toList();
    }

    private static void requests(Families to, NodeHost host) {
        host.data()
                .figures()
                .cells()
                .forEach((operation, byOutcome) -> byOutcome.forEach((outcome, cell) -> to.summary(
                        "http_requests_seconds",
                        "Answered calls of the data port",
                        cell.count(),
                        cell.seconds(),
                        "op",
                        operation.name().toLowerCase(Locale.ROOT),
                        "outcome",
                        outcome.name().toLowerCase(Locale.ROOT))));
        to.gauge("http_connections", "Connections of clients", host.data().connections());
        to.gauge("memory_bytes", MEMORY, host.data().memory().used(), "owner", "calls");
        to.gauge("http_calls_in_flight", "Calls without an answer", host.data().callsInFlight());
    }

    private static void wal(Families to, NodeHost host) {
        WalStats stats = host.node().wal().stats();
        for (int percent : new int[] {50, 99}) {
            to.gauge(
                    "wal_sync_seconds",
                    "Upper bound of the time that this share of syncs since the start took",
                    host.walThread().syncMicros(percent) / 1e6,
                    "quantile",
                    percent == 50 ? "0.5" : "0.99");
        }
        to.counter("wal_syncs", "Syncs of the log", stats.syncs());
        to.summary("wal_batch_records", "Records a sync made durable", stats.syncs(), stats.records());
        to.gauge("wal_bytes", "Bytes of all segments", stats.segmentBytes());
        to.gauge("wal_segments", "Segments by state", stats.segments(), "state", "live");
        to.gauge("wal_segments", "Segments by state", stats.reserves(), "state", "reserve");
    }

    private static void peers(Families to, NodeHost host) {
        host.network()
                .queuedBytes()
                .forEach((name, bytes) ->
                        to.gauge("peer_queue_bytes", "Bytes waiting to be written to a peer", bytes, "peer", name));
        to.counter(
                "peer_reconnects", "Connections made with peers", host.network().reconnects());
    }

    private static void replicas(Families to, Membership member) {
        long keys = 0;
        long bytes = 0;
        long snapshotBytes = 0;
        for (Replica replica : member.host().replicas()) {
            String shard = replica.shard().toString();
            to.gauge("raft_leader", "1 when this node leads the shard", replica.isLeader() ? 1 : 0, "shard", shard);
            to.gauge(
                    "raft_term",
                    "Term of the shard's replica here",
                    replica.core().term(),
                    "shard",
                    shard);
            to.gauge(
                    "raft_leaderless",
                    "1 when no leader of the shard is known here",
                    replica.leaderNode().equals(NodeId.NONE) ? 1 : 0,
                    "shard",
                    shard);
            to.gauge(
                    "shard_applied_lag_entries",
                    "Committed entries that are not applied here yet",
                    replica.applyLag(),
                    "shard",
                    shard);
            bytes += replica.machine().bytes();
            if (replica.machine() instanceof io.concordkv.shard.apply.KvStateMachine machine) {
                keys += machine.rows();
            }
            snapshotBytes += replica.snapshots().bytesSent();
        }
        to.gauge("engine_keys", "Keys in the engines of all shards here", keys);
        to.gauge("engine_bytes", "Bytes the state of all shards takes here", bytes);
        to.counter("shard_snapshot_bytes", "Bytes of snapshots sent", snapshotBytes, "direction", "out");
        SnapshotTraffic traffic = member.host().snapshotTraffic();
        to.gauge("snapshot_transfers", "Snapshots this node is sending", traffic.transfers());
        to.counter("snapshots_resumed", "Transfers to this node that went on where one broke", traffic.resumed());
        to.counter("snapshot_chunks_delayed", "Chunks of snapshots that waited for the quota", traffic.delayed());
        to.counter(
                "peer_frames_dropped",
                "Frames of peers that could not be used",
                member.host().droppedFrames());
    }

    /// What the replicas did since they were opened.
    private static void work(Families to, Membership member) {
        Map<String, long[]> proposals = new TreeMap<>();
        long elections = 0;
        long rounds = 0;
        long slices = 0;
        double applySeconds = 0;
        double writeSeconds = 0;
        for (Replica replica : member.host().replicas()) {
            ReplicaFigures figures = replica.figures();
            long[] outcomes = proposals.computeIfAbsent(keyspace(member, replica), it -> new long[3]);
            outcomes[0] += figures.proposalsApplied();
            outcomes[1] += figures.proposalsRefused();
            outcomes[2] += figures.proposalsUnknown();
            elections += figures.elections();
            rounds += figures.readRounds();
            slices += figures.slices();
            applySeconds += figures.applySeconds();
            writeSeconds += figures.writeSeconds();
        }
        proposals.forEach((keyspace, outcomes) -> {
            proposals(to, keyspace, "applied", outcomes[0]);
            proposals(to, keyspace, "refused", outcomes[1]);
            proposals(to, keyspace, "unknown", outcomes[2]);
        });
        to.counter("raft_elections", "Times a replica here asked for votes", elections);
        to.counter("raft_read_rounds", "Rounds in which a quorum confirmed a leader here for reads", rounds);
        to.summary("shard_apply_seconds", "Slices of committed entries applied", slices, applySeconds);
        ReadFigures reads = member.router().reads();
        engine(to, "get", reads.gets(), reads.getSeconds());
        engine(to, "scan", reads.scans(), reads.scanSeconds());
        engine(to, "write", slices, writeSeconds);
    }

    private static void proposals(Families to, String keyspace, String outcome, long count) {
        to.counter(
                "shard_proposals",
                "Commands proposed to shards led here",
                count,
                "keyspace",
                keyspace,
                "outcome",
                outcome);
    }

    private static void engine(Families to, String operation, long count, double seconds) {
        to.summary(
                "engine_ops_seconds",
                "Calls of the engines: gets (timed by samples), scans and gets of many, batches written",
                count,
                seconds,
                "op",
                operation);
    }

    private static String keyspace(Membership member, Replica replica) {
        if (replica.shard().equals(ShardId.TOPOLOGY)) {
            return "topology";
        }
        return member.desk().state().keyspaces().values().stream()
                .filter(it -> it.id().value() == replica.descriptor().keyspace())
                .map(KeyspaceRecord::name)
                .findFirst()
                .orElse("unknown");
    }
}
