package io.concordkv.shard.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ShardId;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ShardIndexTest {
    @Test
    void itFindsWhatAMapFinds() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            ShardIndex<String> index = new ShardIndex<>();
            Map<ShardId, String> map = new TreeMap<>();
            for (int i = 0; i < 2_000; i++) {
                ShardId shard = new ShardId(random.nextInt(300));
                if (random.nextInt(3) == 0) {
                    index.remove(shard);
                    map.remove(shard);
                } else {
                    index.put(shard, "of " + shard + " " + i);
                    map.put(shard, "of " + shard + " " + i);
                }
            }
            for (int i = 0; i < 300; i++) {
                assertThat(index.get(new ShardId(i))).isEqualTo(map.get(new ShardId(i)));
            }
        }
    }
}
