package io.concordkv.topology.state;

import io.concordkv.base.KeyspaceId;
import io.concordkv.base.ShardId;
import java.util.List;

/// One keyspace.
///
/// @param shards   by interval, ascending
/// @param deleting its shards are being closed; nothing is served any more
public record KeyspaceRecord(
        KeyspaceId id,
        String name,
        String engine,
        KeyspaceMode mode,
        String durability,
        int replicationFactor,
        List<ShardId> shards,
        boolean deleting) {
    public KeyspaceRecord {
        shards = List.copyOf(shards);
    }

    public KeyspaceRecord beingDeleted() {
        return new KeyspaceRecord(id, name, engine, mode, durability, replicationFactor, shards, true);
    }
}
