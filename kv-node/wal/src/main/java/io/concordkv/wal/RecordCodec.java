package io.concordkv.wal;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.EntryKind;
import io.concordkv.base.Invariant;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import io.concordkv.wal.WalRecord.CompactPrefix;
import io.concordkv.wal.WalRecord.Entries;
import io.concordkv.wal.WalRecord.GroupCreated;
import io.concordkv.wal.WalRecord.GroupDamaged;
import io.concordkv.wal.WalRecord.GroupDestroyed;
import io.concordkv.wal.WalRecord.HardState;
import io.concordkv.wal.WalRecord.PeerSeen;
import io.concordkv.wal.WalRecord.SnapshotInstalled;
import io.concordkv.wal.WalRecord.TruncateSuffix;
import java.util.ArrayList;
import java.util.List;

/// Records as bytes: `type (u8) · bytes of the fields (varint) · fields`. `v` is a varint (unsigned
/// LEB128), a blob or text is a varint length and its bytes.
///
/// | type | record            | fields                                                                        |
/// |-----:|-------------------|-------------------------------------------------------------------------------|
/// |    1 | entries           | v group, i64 term of the entry before (−1 unknown), v first index, v count, then per
/// entry: u8 kind, v term − term of the entry before it (the first: v term), blob payload |
/// |    2 | hard state        | v group, v term, v voted for, v commit                                        |
/// |    3 | truncate suffix   | v group, v last kept                                                          |
/// |    4 | compact prefix    | v group, v term, v index, blob configuration, v configuration index           |
/// |    5 | snapshot installed| v group, text id, v term, v index, blob configuration, v configuration index, u8 log
/// reset |
/// |    6 | group created     | v group, v replica, blob configuration                                        |
/// |    7 | group destroyed   | v group, v lowest acceptable replica                                          |
/// |    8 | peer seen         | v node, i64 volume high, i64 volume low, v incarnation, v sequence            |
/// |    9 | group damaged     | v group, text reason                                                          |
/// |   16 | group state       | only in checkpoints: see [GroupState]                                         |
final class RecordCodec {
    static final int ENTRIES = 1;
    static final int HARD_STATE = 2;
    static final int TRUNCATE_SUFFIX = 3;
    static final int COMPACT_PREFIX = 4;
    static final int SNAPSHOT_INSTALLED = 5;
    static final int GROUP_CREATED = 6;
    static final int GROUP_DESTROYED = 7;
    static final int PEER_SEEN = 8;
    static final int GROUP_DAMAGED = 9;
    static final int GROUP_STATE = 16;
    /// In place of the term before, when it is not known.
    static final long UNKNOWN_TERM = -1;

    private RecordCodec() {}

    /// Entries with the term of the entry before them.
    record DecodedEntries(ShardId group, long previousTerm, List<LogEntry> entries) {}

    static int varintBytes(long value) {
        return value == 0 ? 1 : (70 - Long.numberOfLeadingZeros(value)) / 7;
    }

    /// Bytes of the fields of an entries record.
    static int fieldBytes(Entries record) {
        List<LogEntry> entries = record.entries();
        LogEntry first = entries.getFirst();
        long bytes = varintBytes(record.group().value()) + 8 + varintBytes(first.index()) + varintBytes(entries.size());
        long term = 0;
        long index = first.index();
        Invariant.check(index >= 1, "group %s: entry index %d below 1", record.group(), index);
        for (int i = 0; i < entries.size(); i++) {
            LogEntry entry = entries.get(i);
            int length = entry.payload().length;
            if (entry.index() != index || entry.term() < term) {
                throw new IllegalArgumentException("group " + record.group() + ": entries must be contiguous and their"
                        + " terms ascending, found " + entry + " where index " + index + " was due");
            }
            bytes += 1 + varintBytes(entry.term() - term) + varintBytes(length) + length;
            term = entry.term();
            index++;
        }
        if (bytes > Integer.MAX_VALUE - (1 << 20)) {
            throw new IllegalArgumentException("group " + record.group() + ": record of " + bytes + " bytes");
        }
        return (int) bytes;
    }

    static void writeEntries(Entries record, int fieldBytes, long previousTerm, BlockWriter out) {
        List<LogEntry> entries = record.entries();
        out.u8(ENTRIES);
        out.varint(fieldBytes);
        out.varint(record.group().value());
        out.i64(previousTerm);
        out.varint(entries.getFirst().index());
        out.varint(entries.size());
        long term = 0;
        for (int i = 0; i < entries.size(); i++) {
            LogEntry entry = entries.get(i);
            out.u8(entry.kind().code());
            out.varint(entry.term() - term);
            out.varint(entry.payload().length);
            out.raw(entry.payload());
            term = entry.term();
        }
    }

    /// The fields of any record but entries, which are too big to be copied twice.
    static byte[] fields(WalRecord record) {
        ByteWriter out = new ByteWriter(64);
        switch (record) {
            case Entries entries ->
                throw new IllegalArgumentException("entries are written by writeEntries: " + entries.group());
            case HardState r ->
                out.varint(r.group().value())
                        .varint(r.term())
                        .varint(r.votedFor())
                        .varint(r.commit());
            case TruncateSuffix r -> out.varint(r.group().value()).varint(r.lastKept());
            case CompactPrefix r ->
                position(out.varint(r.group().value()), r.upTo())
                        .blob(r.configuration())
                        .varint(r.configurationIndex());
            case SnapshotInstalled r ->
                position(out.varint(r.group().value()).text(r.snapshotId()), r.position())
                        .blob(r.configuration())
                        .varint(r.configurationIndex())
                        .u8(r.logReset() ? 1 : 0);
            case GroupCreated r ->
                out.varint(r.group().value()).varint(r.replica().value()).blob(r.configuration());
            case GroupDestroyed r ->
                out.varint(r.group().value()).varint(r.lowestAcceptable().value());
            case GroupDamaged r -> out.varint(r.group().value()).text(r.reason());
            case PeerSeen r ->
                out.varint(r.node().value())
                        .i64(r.volume().high())
                        .i64(r.volume().low())
                        .varint(r.incarnation())
                        .varint(r.sequence());
        }
        return out.toByteArray();
    }

    static int type(WalRecord record) {
        return switch (record) {
            case Entries r -> ENTRIES;
            case HardState r -> HARD_STATE;
            case TruncateSuffix r -> TRUNCATE_SUFFIX;
            case CompactPrefix r -> COMPACT_PREFIX;
            case SnapshotInstalled r -> SNAPSHOT_INSTALLED;
            case GroupCreated r -> GROUP_CREATED;
            case GroupDestroyed r -> GROUP_DESTROYED;
            case PeerSeen r -> PEER_SEEN;
            case GroupDamaged r -> GROUP_DAMAGED;
        };
    }

    /// Reads the fields of a record that is neither entries nor a group state.
    ///
    /// @throws DecodeException when they cannot be right
    static WalRecord read(int type, ByteReader in) {
        return switch (type) {
            case HARD_STATE -> new HardState(new ShardId(in.varint()), in.varint(), in.varint(), in.varint());
            case TRUNCATE_SUFFIX -> new TruncateSuffix(new ShardId(in.varint()), in.varint());
            case COMPACT_PREFIX -> new CompactPrefix(new ShardId(in.varint()), position(in), in.blob(), in.varint());
            case SNAPSHOT_INSTALLED ->
                new SnapshotInstalled(
                        new ShardId(in.varint()), in.text(), position(in), in.blob(), in.varint(), in.u8() == 1);
            case GROUP_CREATED -> new GroupCreated(new ShardId(in.varint()), new ReplicaId(in.varint()), in.blob());
            case GROUP_DESTROYED -> new GroupDestroyed(new ShardId(in.varint()), new ReplicaId(in.varint()));
            case PEER_SEEN ->
                new PeerSeen(new NodeId(in.varint()), new VolumeId(in.i64(), in.i64()), in.varint(), in.varint());
            case GROUP_DAMAGED -> new GroupDamaged(new ShardId(in.varint()), in.text());
            default -> throw new DecodeException("record type", "1..9, 16", type);
        };
    }

    static DecodedEntries readEntries(ByteReader in) {
        ShardId group = new ShardId(in.varint());
        long previousTerm = in.i64();
        long first = in.varint();
        int count = in.length(Integer.MAX_VALUE);
        List<LogEntry> entries = new ArrayList<>(Math.min(count, in.remaining()));
        long term = 0;
        for (int i = 0; i < count; i++) {
            EntryKind kind = EntryKind.of((byte) in.u8());
            term += in.varint();
            entries.add(new LogEntry(term, first + i, kind, in.blob()));
        }
        return new DecodedEntries(group, previousTerm, entries);
    }

    static ByteWriter position(ByteWriter out, LogPosition position) {
        return out.varint(position.term()).varint(position.index());
    }

    static LogPosition position(ByteReader in) {
        return new LogPosition(in.varint(), in.varint());
    }
}
