package io.concordkv.operator.observe;

/// One shard as the cluster reports it; shard 0 is the topology group.
///
/// @param led     it has a leader in the present term
/// @param quorate a majority of its voters is caught up
public record ShardFacts(long id, boolean led, boolean quorate, boolean underReplicated) {
    public boolean isTopology() {
        return id == 0;
    }
}
