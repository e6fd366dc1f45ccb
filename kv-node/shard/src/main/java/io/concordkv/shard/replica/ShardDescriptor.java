package io.concordkv.shard.replica;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;

/// What a node must know of a replica before it can open it; lies beside its log, in
/// `shards/<shard>/descriptor`, with a checksum behind it.
///
/// | field                 | bytes  | meaning                                    |
/// |-----------------------|-------:|--------------------------------------------|
/// | version               |      1 | 1                                          |
/// | shard, replica, keyspace | varint each | keyspace 0 for the topology group    |
/// | engine                |   blob | its name                                   |
/// | counted               |      1 | 1 = revisions count 1, 2, 3 (mode single)  |
/// | from, to              | 8 each | interval of the hash space, both inclusive |
///
/// @param keyspace 0 for the topology group
/// @param from     first hash of the interval, unsigned
/// @param to       last hash of the interval, unsigned
public record ShardDescriptor(
        ShardId shard, ReplicaId replica, long keyspace, String engine, boolean counted, long from, long to) {
    private static final int VERSION = 1;

    public byte[] encode() {
        return new ByteWriter(64)
                .u8(VERSION)
                .varint(shard.value())
                .varint(replica.value())
                .varint(keyspace)
                .text(engine)
                .u8(counted ? 1 : 0)
                .i64(from)
                .i64(to)
                .toByteArray();
    }

    public static ShardDescriptor decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("shard descriptor version", "1", version);
        }
        ShardId shard = new ShardId(in.varint());
        ReplicaId replica = new ReplicaId(in.varint());
        long keyspace = in.varint();
        String engine = in.text();
        boolean counted = in.u8() == 1;
        ShardDescriptor descriptor = new ShardDescriptor(shard, replica, keyspace, engine, counted, in.i64(), in.i64());
        in.expectEnd();
        return descriptor;
    }
}
