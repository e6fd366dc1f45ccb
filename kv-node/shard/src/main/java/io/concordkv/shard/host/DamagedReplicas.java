package io.concordkv.shard.host;

import io.concordkv.base.ShardId;
import io.concordkv.shard.replica.Replica;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which replicas of this node cannot be trusted, whether they are open or not. On the loop.
public final class DamagedReplicas {
    private final ShardHost host;
    private final SortedMap<ShardId, String> notOpened;

    DamagedReplicas(ShardHost host, Map<ShardId, String> inTheLog) {
        this.host = host;
        this.notOpened = new TreeMap<>(inTheLog);
    }

    /// There is a replica of the shard here, but it cannot be opened.
    public void add(ShardId shard, String reason) {
        notOpened.put(shard, reason);
    }

    /// What was found when the log was read. It goes with the replica: the next one of the shard has another past.
    Optional<String> inTheLog(ShardId shard) {
        return Optional.ofNullable(notOpened.get(shard));
    }

    /// Nothing of the shard is here any more.
    void forget(ShardId shard) {
        notOpened.remove(shard);
    }

    /// Why the replica of the shard here cannot be trusted; empty when it can, or when there is none.
    public Optional<String> reason(ShardId shard) {
        Optional<Replica> open = host.find(shard);
        return open.isEmpty()
                ? Optional.ofNullable(notOpened.get(shard))
                : open.get().damage();
    }

    /// All of them by shard; a copy.
    public SortedMap<ShardId, String> all() {
        SortedMap<ShardId, String> all = new TreeMap<>(notOpened);
        for (Replica replica : host.replicas()) {
            replica.damage().ifPresent(it -> all.put(replica.shard(), it));
        }
        return all;
    }
}
