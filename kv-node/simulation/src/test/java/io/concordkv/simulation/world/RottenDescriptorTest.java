package io.concordkv.simulation.world;

import static io.concordkv.simulation.world.GoldenScenario.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ShardId;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The descriptor of one replica cannot be read any more: that replica is damaged, the others serve.
class RottenDescriptorTest {
    private static final ShardId SHARD = new ShardId(1);
    private static final ShardId OTHER = new ShardId(2);

    @Test
    void aRottenDescriptorDamagesItsReplicaAlone() throws IOException {
        GoldenWorld calm = GoldenWorld.founded(51, (from, to, use, frame) -> {});
        SimulatedNode node = calm.world().node(calm.leaderOf(SHARD));
        calm.reserve(node.number());
        node.crash(false);
        node.disk().rot("shards/1", 9, 3);
        starts(calm, node, "shards/1 at offset 0: checksum");
        calm.end();
    }

    @Test
    void anUnreadableDescriptorDamagesItsReplicaAlone() {
        GoldenWorld calm = GoldenWorld.founded(52, (from, to, use, frame) -> {});
        SimulatedNode node = calm.world().node(calm.leaderOf(SHARD));
        calm.reserve(node.number());
        node.crash(false);
        node.disk().failReads("shards/1", 0, 1);
        starts(calm, node, "shards/1 at offset 0: unreadable");
        calm.end();
    }

    @Test
    void aDescriptorOfAnotherShardUnderItsNameDamagesItsReplicaAlone() throws IOException {
        GoldenWorld calm = GoldenWorld.founded(53, (from, to, use, frame) -> {});
        SimulatedNode node = calm.world().node(calm.leaderOf(SHARD));
        calm.reserve(node.number());
        node.crash(false);
        try (var from = node.disk().open("shards/2");
                var to = node.disk().open("shards/1")) {
            var content = java.nio.ByteBuffer.allocate((int) from.size());
            from.read(content, 0);
            to.truncate(0);
            to.write(content.flip(), 0);
            to.sync();
        }
        starts(calm, node, "shards/1 at offset 0: shard");
        calm.end();
    }

    private static void starts(GoldenWorld calm, SimulatedNode node, String reason) {
        for (int start = 0; start < 2; start++) {
            node.start();
            calm.until("it is ready", () -> node.node().notReady().isEmpty());
            assertThat(calm.member(node.number()).damagedShards()).containsOnlyKeys(SHARD);
            assertThat(calm.member(node.number()).damagedShards().get(SHARD)).contains(reason);
            assertThat(calm.member(node.number()).host().damaged().reason(SHARD))
                    .hasValueSatisfying(it -> assertThat(it).contains(reason));
            assertThat(calm.member(node.number()).host().find(OTHER)).isPresent();
            for (ShardId shard : new ShardId[] {SHARD, OTHER}) {
                ShardCall put = GoldenScenario.put("key", "start " + start, 0, Optional.empty());
                assertThat(calm.call(node.number(), shard, put)).isInstanceOf(ShardAnswer.Written.class);
                assertThat(calm.call(node.number(), shard, new ShardCall.Get(bytes("key")))
                                .toString())
                        .contains("revision");
            }
            if (start == 0) {
                node.crash(true);
            }
        }
        calm.release(node.number());
        calm.until(
                "the replica is made anew",
                () -> calm.member(node.number()).damagedShards().isEmpty()
                        && calm.member(node.number()).host().find(SHARD).isPresent());
        calm.untilCalm();
    }
}
