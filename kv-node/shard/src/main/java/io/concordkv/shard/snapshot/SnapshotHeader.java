package io.concordkv.shard.snapshot;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;

/// What a snapshot stands for.
///
/// | field               | bytes  |
/// |---------------------|-------:|
/// | version             |      1 |
/// | shard, source       | varint each |
/// | term, index         | varint each |
/// | configuration index | varint |
/// | configuration       |   blob |
///
/// @param shard              whose state it is
/// @param source             replica that wrote it
/// @param position           last entry inside
/// @param configuration      in force at the position, encoded
/// @param configurationIndex where that configuration stands in the log
public record SnapshotHeader(
        ShardId shard, ReplicaId source, LogPosition position, byte[] configuration, long configurationIndex) {
    static final int VERSION = 1;

    /// Names the snapshot: equal names of one shard are equal bytes.
    public String id() {
        return position.index() + "-" + position.term() + "-" + source;
    }

    public byte[] encode() {
        return new ByteWriter(64)
                .u8(VERSION)
                .varint(shard.value())
                .varint(source.value())
                .varint(position.term())
                .varint(position.index())
                .varint(configurationIndex)
                .blob(configuration)
                .toByteArray();
    }

    public static SnapshotHeader decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("snapshot version", "1", version);
        }
        ShardId shard = new ShardId(in.varint());
        ReplicaId source = new ReplicaId(in.varint());
        LogPosition position = new LogPosition(in.varint(), in.varint());
        long configurationIndex = in.varint();
        SnapshotHeader header = new SnapshotHeader(shard, source, position, in.blob(), configurationIndex);
        in.expectEnd();
        return header;
    }
}
