package io.concordkv.node.duty;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.node.route.Services;
import io.concordkv.shard.host.Exchange;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.replica.Replica;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Collects the reports of all leaders, from every node, at the moment of asking. A shard nobody reports
/// is unknown.
public final class ShardReports {
    private static final long CALL_MILLIS = 1_500;

    private final ShardHost host;

    public ShardReports(ShardHost host) {
        this.host = host;
        host.exchange().serve(Services.REPORT, (from, body, timeout, reply) -> reply.accept(ShardReport.encode(own())));
    }

    private List<ShardReport> own() {
        List<ShardReport> reports = new ArrayList<>();
        for (Replica replica : host.replicas()) {
            if (replica.isLeader()) {
                reports.add(ShardReport.of(
                        replica, host.identity().node(), host.clock().nanos()));
            }
        }
        return reports;
    }

    /// @param nodes all nodes of the cluster
    /// @param done  gets the report of the highest term of each shard
    public void collect(Collection<NodeId> nodes, Consumer<SortedMap<ShardId, ShardReport>> done) {
        SortedMap<ShardId, ShardReport> latest = new TreeMap<>();
        take(latest, own());
        List<NodeId> others =
                nodes.stream().filter(it -> !it.equals(host.identity().node())).toList();
        if (others.isEmpty()) {
            done.accept(latest);
            return;
        }
        int[] open = {others.size()};
        Runnable ended = () -> {
            if (--open[0] == 0) {
                done.accept(latest);
            }
        };
        for (NodeId node : others) {
            host.exchange().ask(node, Services.REPORT, new byte[0], CALL_MILLIS, new Exchange.ReplyListener() {
                @Override
                public void replied(byte[] body) {
                    take(latest, ShardReport.decode(body));
                    ended.run();
                }

                @Override
                public void notSent() {
                    ended.run();
                }

                @Override
                public void lost() {
                    ended.run();
                }
            });
        }
    }

    private static void take(SortedMap<ShardId, ShardReport> latest, List<ShardReport> reports) {
        for (ShardReport report : reports) {
            latest.merge(report.shard(), report, (a, b) -> a.term() >= b.term() ? a : b);
        }
    }
}
