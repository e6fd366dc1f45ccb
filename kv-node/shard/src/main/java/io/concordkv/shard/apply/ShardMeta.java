package io.concordkv.shard.apply;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.LogPosition;

/// State of a shard beside its keys (SAFETY S1); row `m`.
///
/// | field        | bytes  | meaning                                                     |
/// |--------------|-------:|-------------------------------------------------------------|
/// | version      |      1 | 1                                                           |
/// | applied term | varint | of the last applied entry                                   |
/// | applied      | varint | its index                                                   |
/// | revision     |      8 | last one given                                              |
/// | shard time   | varint | milliseconds since 1970; never goes back                    |
/// | expired up to| varint | deadlines at or below are gone                              |
/// | closed       |      1 | 1 = keyspace is being deleted                               |
/// | remembered   | varint | number the next remembered answer gets                      |
final class ShardMeta {
    private static final int VERSION = 1;
    LogPosition applied = LogPosition.BEFORE_FIRST;
    long lastRevision;
    long shardTime;
    long expiredUpTo;
    boolean closed;
    long nextRemembered;

    byte[] encode() {
        return new ByteWriter(40)
                .u8(VERSION)
                .varint(applied.term())
                .varint(applied.index())
                .i64(lastRevision)
                .varint(shardTime)
                .varint(expiredUpTo)
                .u8(closed ? 1 : 0)
                .varint(nextRemembered)
                .toByteArray();
    }

    static ShardMeta decode(byte[] row) {
        ByteReader in = new ByteReader(row);
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("shard meta version", "1", version);
        }
        ShardMeta meta = new ShardMeta();
        meta.applied = new LogPosition(in.varint(), in.varint());
        meta.lastRevision = in.i64();
        meta.shardTime = in.varint();
        meta.expiredUpTo = in.varint();
        meta.closed = in.u8() == 1;
        meta.nextRemembered = in.varint();
        in.expectEnd();
        return meta;
    }
}
