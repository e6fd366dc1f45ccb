package io.concordkv.operator.world;

import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What lies on a volume: guarded by the lock of its [FakeCluster].
final class FakeVolume {
    final String volumeId;

    @Nullable
    String clusterId;

    @Nullable
    String nodeId;

    boolean activated;
    boolean damaged;
    /// Shards whose copy is damaged.
    final SortedSet<Integer> damagedShards = new TreeSet<>();
    long incarnation;

    FakeVolume(String volumeId) {
        this.volumeId = volumeId;
    }
}
