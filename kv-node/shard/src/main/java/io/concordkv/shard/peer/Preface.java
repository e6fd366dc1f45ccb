package io.concordkv.shard.peer;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.ClusterId;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;

/// The first frame each side sends on a connection.
///
/// | field   | bytes  | meaning                            |
/// |---------|-------:|------------------------------------|
/// | magic   |      4 | `CKPR`                             |
/// | version |      1 | 1                                  |
/// | use     |      1 | 0 Raft lane, 1 bulk lane, 2 founding |
/// | cluster |     16 | zeros when founding                |
/// | node    | varint | who is speaking; 0 when founding   |
public record Preface(int use, ClusterId cluster, NodeId node) {
    public static final int RAFT = 0;
    public static final int BULK = 1;
    public static final int FOUNDING = 2;
    private static final int MAGIC = 0x52504b43;
    private static final int VERSION = 1;

    public byte[] encode() {
        return new ByteWriter(32)
                .i32(MAGIC)
                .u8(VERSION)
                .u8(use)
                .i64(cluster.high())
                .i64(cluster.low())
                .varint(node.value())
                .toByteArray();
    }

    /// @throws DecodeException when the frame is no preface of a known version
    public static Preface decode(byte[] frame) {
        ByteReader in = new ByteReader(frame);
        if (in.i32() != MAGIC) {
            throw new DecodeException("the connection does not begin with the magic of a peer");
        }
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("peer protocol version", "1", version);
        }
        int use = in.u8();
        if (use > FOUNDING) {
            throw new DecodeException("peer connection use", "0..2", use);
        }
        Preface preface = new Preface(use, new ClusterId(in.i64(), in.i64()), new NodeId(in.varint()));
        in.expectEnd();
        return preface;
    }
}
