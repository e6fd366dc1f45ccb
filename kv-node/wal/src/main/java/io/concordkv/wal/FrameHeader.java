package io.concordkv.wal;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.Crc32c;
import io.concordkv.base.DecodeException;
import io.concordkv.base.ShardId;
import java.util.ArrayList;
import java.util.List;

/// Head of a frame. A frame's stream, cut into the payloads of its blocks, is
/// `header · body · zeros · header again · bytes of the header (4)`, the copy ending with the last block, so that
/// damage to either end leaves the other (SAFETY L6). Little-endian.
///
/// | offset | bytes | field     | meaning                                                        |
/// |-------:|------:|-----------|----------------------------------------------------------------|
/// |      0 |     4 | magic     | `CKFR`                                                         |
/// |      4 |     4 | bytes     | of this header, checksum included                              |
/// |      8 |     8 | sequence  | of the frame: even for records, odd for a checkpoint           |
/// |     16 |     8 | previous  | sequence of the frame before; what lies between never was      |
/// |     24 |     8 | durable   | D: the highest sequence synced when this was written (L2)      |
/// |     32 |     4 | records   | in the body                                                    |
/// |     36 |     4 | body      | bytes of the body                                              |
/// |     40 |     4 | crc32c    | of the body                                                    |
/// |     44 |     4 | groups    | entries of the list                                            |
/// |     48 |     … | list      | per group: varint group, varint first index, varint last index (0, 0 = no entries),
/// u8 has-state bits |
/// |    end |     4 | crc32c    | of all bytes of the header before                              |
///
/// @param touched groups with records in the body, each once; empty in a checkpoint, which repeats
///     what is known already
record FrameHeader(
        long sequence, long previous, long durable, int records, int bodyBytes, int bodyCrc, List<Touched> touched) {
    static final int MAGIC = 0x5246_4b43;
    static final int FIXED_BYTES = 48;
    /// The copy's length behind the copy.
    static final int FOOTER_BYTES = 4;

    /// What a frame does to one group.
    ///
    /// @param first first index of entries, 0 for none
    /// @param last  highest index of entries
    /// @param state bits [#HARD_STATE] and [#SHAPE]
    record Touched(ShardId group, long first, long last, int state) {
        /// Term, vote or commit.
        static final int HARD_STATE = 1;
        /// Truncation, compaction, snapshot, creation or destruction.
        static final int SHAPE = 2;

        boolean hasEntries() {
            return last > 0;
        }

        Touched and(Touched other) {
            return new Touched(
                    group,
                    !hasEntries() ? other.first : !other.hasEntries() ? first : Math.min(first, other.first),
                    Math.max(last, other.last),
                    state | other.state);
        }
    }

    /// Blocks of the whole frame.
    int blocks() {
        return Block.count(streamBytes(bytes(touched), bodyBytes));
    }

    boolean isCheckpoint() {
        return (sequence & 1) == 1;
    }

    static int bytes(Iterable<Touched> touched) {
        int bytes = FIXED_BYTES + 4;
        for (Touched one : touched) {
            bytes += RecordCodec.varintBytes(one.group.value())
                    + RecordCodec.varintBytes(one.first)
                    + RecordCodec.varintBytes(one.last)
                    + 1;
        }
        return bytes;
    }

    /// Bytes of a frame's whole stream.
    static int streamBytes(int headerBytes, int bodyBytes) {
        return 2 * headerBytes + bodyBytes + FOOTER_BYTES;
    }

    byte[] encode() {
        int bytes = bytes(touched);
        ByteWriter out = new ByteWriter(bytes);
        out.i32(MAGIC).i32(bytes).i64(sequence).i64(previous).i64(durable);
        out.i32(records).i32(bodyBytes).i32(bodyCrc).i32(touched.size());
        for (Touched one : touched) {
            out.varint(one.group.value()).varint(one.first).varint(one.last).u8(one.state);
        }
        out.i32(Crc32c.of(out.array(), 0, out.size()));
        return out.toByteArray();
    }

    /// @param at where the header begins in `stream`
    /// @throws DecodeException when there is no header there, or its checksum is wrong
    static FrameHeader decode(byte[] stream, int at) {
        ByteReader in = new ByteReader(stream, at, stream.length - at);
        if (in.i32() != MAGIC) {
            throw new DecodeException("no frame header");
        }
        int bytes = in.i32();
        if (bytes < FIXED_BYTES + 4 || bytes > stream.length - at) {
            throw new DecodeException("frame header bytes", (FIXED_BYTES + 4) + ".." + (stream.length - at), bytes);
        }
        int end = at + bytes - 4;
        if (new ByteReader(stream, end, 4).i32() != Crc32c.of(stream, at, bytes - 4)) {
            throw new DecodeException("checksum of the frame header is wrong");
        }
        long sequence = in.i64();
        long previous = in.i64();
        long durable = in.i64();
        int records = in.i32();
        int bodyBytes = in.i32();
        int bodyCrc = in.i32();
        int groups = in.i32();
        List<Touched> touched = new ArrayList<>();
        for (int i = 0; i < groups; i++) {
            touched.add(new Touched(new ShardId(in.varint()), in.varint(), in.varint(), in.u8()));
        }
        return new FrameHeader(sequence, previous, durable, records, bodyBytes, bodyCrc, touched);
    }

    /// The copy at the end of a stream.
    ///
    /// @throws DecodeException when it is not there, or its checksum is wrong
    static FrameHeader decodeCopy(byte[] stream) {
        int bytes = new ByteReader(stream, stream.length - FOOTER_BYTES, FOOTER_BYTES).i32();
        int at = stream.length - FOOTER_BYTES - bytes;
        if (bytes < FIXED_BYTES + 4 || at < 0) {
            throw new DecodeException("no copy of a frame header");
        }
        return decode(stream, at);
    }
}
