package io.concordkv.wal;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.wal.WalRecord.GroupDestroyed;
import io.concordkv.wal.WalRecord.PeerSeen;
import java.util.ArrayList;
import java.util.List;

/// Body of the first frame of every segment (SAFETY L5): i64 log id high, i64 low, varint incarnation,
/// varint count of records, then records as in [RecordCodec]: group states, tombstones (type 7) and
/// peers seen (type 8). Log id and incarnation make up for a rotten [SegmentHeader].
record Checkpoint(
        LogId logId, long incarnation, List<GroupState> groups, List<GroupDestroyed> tombstones, List<PeerSeen> peers) {

    int records() {
        return groups.size() + tombstones.size() + peers.size();
    }

    byte[] encode() {
        ByteWriter out = new ByteWriter(64 * (1 + records()));
        out.i64(logId.high()).i64(logId.low()).varint(incarnation).varint(records());
        groups.forEach(group -> out.u8(RecordCodec.GROUP_STATE).blob(group.encode()));
        tombstones.forEach(record -> out.u8(RecordCodec.type(record)).blob(RecordCodec.fields(record)));
        peers.forEach(record -> out.u8(RecordCodec.type(record)).blob(RecordCodec.fields(record)));
        return out.toByteArray();
    }

    /// @throws DecodeException when the bytes cannot be right
    static Checkpoint of(Found.Good frame) {
        ByteReader in =
                new ByteReader(frame.stream(), frame.bodyAt(), frame.header().bodyBytes());
        LogId logId = new LogId(in.i64(), in.i64());
        long incarnation = in.varint();
        int count = in.length(in.remaining());
        List<GroupState> groups = new ArrayList<>();
        List<GroupDestroyed> tombstones = new ArrayList<>();
        List<PeerSeen> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int type = in.u8();
            byte[] fields = in.blob();
            ByteReader record = new ByteReader(fields);
            if (type == RecordCodec.GROUP_STATE) {
                groups.add(GroupState.decode(record));
            } else {
                switch (RecordCodec.read(type, record)) {
                    case GroupDestroyed tombstone -> tombstones.add(tombstone);
                    case PeerSeen peer -> peers.add(peer);
                    case WalRecord other -> throw new DecodeException(other + " in a checkpoint");
                }
            }
            record.expectEnd();
        }
        in.expectEnd();
        return new Checkpoint(logId, incarnation, groups, tombstones, peers);
    }
}
