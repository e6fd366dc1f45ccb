package io.concordkv.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.PartitionHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopologyMapTest {
    private static TopologyMap map(int count) {
        var shards = new ArrayList<TopologyMap.Shard>();
        for (int i = 0; i < count; i++) {
            long to = i + 1 == count ? -1 : PartitionHash.intervalStart(i + 1, count) - 1;
            shards.add(new TopologyMap.Shard(
                    Integer.toString(i + 1),
                    "default",
                    PartitionHash.intervalStart(i, count),
                    to,
                    3,
                    i == 1 ? null : Integer.toString(1 + i % 3),
                    List.of("1", "2", "3")));
        }
        shards.add(new TopologyMap.Shard("9", "one", 0, -1, 1, "2", List.of("2")));
        var nodes = List.of(
                new TopologyMap.Node("1", "n1", "127.0.0.1:8080", "a"),
                new TopologyMap.Node("2", "n2", "127.0.0.1:8090", ""),
                new TopologyMap.Node("3", "n3", "127.0.0.1:8100", ""));
        return new TopologyMap("0123456789abcdef0123456789abcdef", 7, "00000000000000ff", nodes, shards);
    }

    @Test
    void everyKeyBelongsToTheShardOfItsInterval() {
        var map = map(8);
        for (int i = 0; i < 1000; i++) {
            byte[] key = Golden.utf8("key-" + i);
            int interval = PartitionHash.interval(PartitionHash.of(key), 8);
            assertThat(map.shardOf("default", key).orElseThrow().id()).isEqualTo(Integer.toString(interval + 1));
            assertThat(map.shardOf("one", key).orElseThrow().id()).isEqualTo("9");
        }
        assertThat(map.shardOf("absent", Golden.utf8("k"))).isEmpty();
    }

    @Test
    void anUnknownLeaderIsEmpty() {
        var map = map(8);
        assertThat(map.leaderOf(map.shards().get(1))).isEmpty();
        assertThat(map.leaderOf(map.shards().get(2)))
                .hasValueSatisfying(node -> assertThat(node.name()).isEqualTo("n3"));
    }

    @Test
    void isWrittenAsCommittedAndReadBack() throws IOException {
        byte[] json = TopologyJson.encode(map(3));
        assertThat(Golden.text(json)).isEqualTo(Golden.text("topology.json"));
        var again = TopologyJson.decode(json);
        assertThat(again.shards()).isEqualTo(map(3).shards());
        assertThat(again.nodes()).isEqualTo(map(3).nodes());
        assertThat(again.epoch()).isEqualTo(7);
        assertThat(again.hash()).isEqualTo("00000000000000ff");
    }
}
