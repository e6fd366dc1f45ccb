package io.concordkv.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ByteReader;
import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.node.route.Services;
import io.concordkv.shard.peer.BulkFrame;
import io.concordkv.shard.peer.FrameKind;
import io.concordkv.shard.peer.Preface;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.machine.TopologyCommandCodec;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.topology.state.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// A node dies after the replicas of a new keyspace are on its disk and before anybody heard of it.
class LostCreationReportTest {
    private static final String KEYSPACE = "orders";

    private Consumer<NodeId> reports = from -> {};

    @Test
    void theKeyspaceIsFinishedOnceTheNodeIsBack() {
        GoldenWorld calm = GoldenWorld.founded(77, this::sent);
        int leader = calm.leaderOf(ShardId.TOPOLOGY);
        int follower = leader % 3 + 1;
        List<NodeId> lost = new ArrayList<>();
        reports = from -> {
            if (from.value() == follower) {
                lost.add(from);
                for (int other = 1; other <= 3; other++) {
                    calm.world().network().setCut(follower, other, other != follower);
                }
            }
        };

        calm.on(
                leader,
                () -> calm.member(leader)
                        .admin()
                        .execute(
                                new AdminDesk.Operation.CreateKeyspace(KEYSPACE, "memory", 2, KeyspaceMode.HASH, 3),
                                answer -> {}));
        calm.until("the node reports its replicas", () -> !lost.isEmpty());
        calm.world().node(follower).crash(false);
        calm.world().network().heal();
        reports = from -> {};
        assertThat(shards(calm, leader)).isNotEmpty().noneMatch(ShardRecord::isActive);

        calm.world().node(follower).start();
        calm.until("its shards are active", () -> shards(calm, leader).stream().allMatch(ShardRecord::isActive));
        calm.untilCalm();
        calm.end();
    }

    private void sent(NodeId from, NodeId to, int use, byte[] frame) {
        ByteReader in = new ByteReader(frame);
        in.u8();
        if (use == Preface.BULK
                && BulkFrame.decode(FrameKind.of(in.u8()), in) instanceof BulkFrame.Request request
                && request.service() == Services.TOPOLOGY
                && TopologyCommandCodec.decode(request.body()) instanceof TopologyCommand.ReportCreated) {
            reports.accept(from);
        }
    }

    private static List<ShardRecord> shards(GoldenWorld calm, int node) {
        return calm.member(node)
                .desk()
                .state()
                .keyspace(KEYSPACE)
                .map(it -> it.shards().stream()
                        .flatMap(id -> calm.member(node).desk().state().shard(id).stream())
                        .toList())
                .orElse(List.of());
    }
}
