package io.concordkv.wal;

import io.concordkv.base.Crc32c;
import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// What the log must remember, in the simplest possible way, and random records that keep its rules.
final class WalModel {
    final TreeMap<ShardId, Group> groups = new TreeMap<>();
    final TreeMap<ShardId, ReplicaId> tombstones = new TreeMap<>();
    final TreeMap<NodeId, WalRecord.PeerSeen> peers = new TreeMap<>();
    private long replicas;

    static final class Group {
        long replica;
        long term;
        long vote;
        long commit;
        LogPosition compacted = LogPosition.BEFORE_FIRST;
        byte[] configuration = {};
        long configurationIndex;
        String snapshot = "";
        final TreeMap<Long, LogEntry> entries = new TreeMap<>();

        long last() {
            return entries.isEmpty() ? compacted.index() : entries.lastKey();
        }

        long lastTerm() {
            return entries.isEmpty()
                    ? compacted.term()
                    : entries.lastEntry().getValue().term();
        }

        /// Newest configuration at or below an index, as `index → bytes`.
        Map.Entry<Long, byte[]> configurationAt(long index) {
            Map.Entry<Long, byte[]> found = Map.entry(configurationIndex, configuration);
            for (LogEntry entry : entries.headMap(index, true).values()) {
                if (entry.kind() == EntryKind.CONFIGURATION) {
                    found = Map.entry(entry.index(), entry.payload());
                }
            }
            return found;
        }
    }

    /// One call's records; applied to the model at once.
    List<WalRecord> next(RandomGenerator random) {
        List<WalRecord> records = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            WalRecord record = one(random);
            apply(record);
            records.add(record);
        }
        return records;
    }

    private WalRecord one(RandomGenerator random) {
        ShardId id = new ShardId(random.nextInt(4));
        Group group = groups.get(id);
        if (group == null) {
            return new WalRecord.GroupCreated(id, new ReplicaId(++replicas), bytes(random, 20));
        }
        int dice = random.nextInt(100);
        if (dice < 50) {
            return entries(id, group, random);
        } else if (dice < 70) {
            group.term = Math.max(group.term, group.lastTerm()) + random.nextInt(2);
            return new WalRecord.HardState(id, group.term, random.nextInt(4), group.last());
        } else if (dice < 80) {
            long kept = group.compacted.index() + random.nextLong(group.last() - group.compacted.index() + 1);
            return new WalRecord.TruncateSuffix(id, kept);
        } else if (dice < 90) {
            long upTo = group.compacted.index() + random.nextLong(group.last() - group.compacted.index() + 1);
            Map.Entry<Long, byte[]> configuration = group.configurationAt(upTo);
            return new WalRecord.CompactPrefix(
                    id, position(group, upTo), configuration.getValue(), configuration.getKey());
        } else if (dice < 94) {
            boolean reset = random.nextBoolean();
            long ahead = group.last() + random.nextInt(5);
            LogPosition at = reset || ahead > group.last()
                    ? new LogPosition(Math.max(group.lastTerm(), 1), ahead)
                    : position(group, ahead);
            return new WalRecord.SnapshotInstalled(
                    id, "snapshot-" + random.nextInt(100), at, bytes(random, 20), at.index(), reset);
        } else if (dice < 96) {
            return new WalRecord.GroupDestroyed(id, new ReplicaId(group.replica + 1));
        }
        NodeId node = new NodeId(1 + random.nextInt(3));
        return new WalRecord.PeerSeen(node, new VolumeId(7, node.value()), random.nextInt(4), random.nextInt(1000));
    }

    private static LogPosition position(Group group, long index) {
        return index == group.compacted.index()
                ? group.compacted
                : group.entries.get(index).position();
    }

    private static WalRecord.Entries entries(ShardId id, Group group, RandomGenerator random) {
        int count = 1 + random.nextInt(8);
        long term = Math.max(1, group.lastTerm());
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            term += random.nextInt(10) == 0 ? 1 : 0;
            long index = group.last() + 1 + i;
            // As in Raft, replica, term and index say what an entry is.
            SplittableRandom own = new SplittableRandom(group.replica * 31 + term * 1_000_003 + index);
            EntryKind kind = EntryKind.of((byte) (own.nextInt(10) == 0 ? 2 : 0));
            int size = own.nextInt(40) == 0 ? 9_000 : own.nextInt(200);
            entries.add(new LogEntry(term, index, kind, bytes(own, size)));
        }
        return new WalRecord.Entries(id, entries);
    }

    private static byte[] bytes(RandomGenerator random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    void apply(WalRecord record) {
        switch (record) {
            case WalRecord.Entries r ->
                r.entries().forEach(entry -> groups.get(r.group()).entries.put(entry.index(), entry));
            case WalRecord.HardState r -> {
                Group group = groups.get(r.group());
                group.term = r.term();
                group.vote = r.votedFor();
                group.commit = r.commit();
            }
            case WalRecord.TruncateSuffix r ->
                groups.get(r.group()).entries.tailMap(r.lastKept(), false).clear();
            case WalRecord.CompactPrefix r -> {
                Group group = groups.get(r.group());
                group.entries.headMap(r.upTo().index(), true).clear();
                group.compacted = r.upTo();
                group.configuration = r.configuration();
                group.configurationIndex = r.configurationIndex();
            }
            case WalRecord.SnapshotInstalled r -> {
                Group group = groups.get(r.group());
                if (r.logReset() || r.position().index() > group.last()) {
                    group.entries.clear();
                }
                group.entries.headMap(r.position().index(), true).clear();
                group.compacted = r.position();
                group.configuration = r.configuration();
                group.configurationIndex = r.configurationIndex();
                group.snapshot = r.snapshotId();
            }
            case WalRecord.GroupCreated r -> {
                Group group = new Group();
                group.replica = r.replica().value();
                group.configuration = r.configuration();
                groups.put(r.group(), group);
            }
            case WalRecord.GroupDestroyed r -> {
                groups.remove(r.group());
                tombstones.merge(r.group(), r.lowestAcceptable(), (a, b) -> a.compareTo(b) > 0 ? a : b);
            }
            case WalRecord.GroupDamaged r -> throw new IllegalArgumentException("not drawn: " + r);
            case WalRecord.PeerSeen r ->
                peers.merge(r.node(), r, (a, b) -> {
                    boolean later = b.incarnation() > a.incarnation()
                            || (b.incarnation() == a.incarnation() && b.sequence() > a.sequence());
                    return later ? b : a;
                });
        }
    }

    /// The whole state as text.
    String render() {
        StringBuilder text = new StringBuilder();
        groups.forEach((id, group) -> render(
                text,
                id,
                group.replica,
                group.term,
                group.vote,
                group.commit,
                group.compacted,
                group.configuration,
                group.configurationIndex,
                group.snapshot,
                group.entries.values()));
        return text.append(tombstones).append(peers).toString();
    }

    /// The same of what was recovered, entries read back from the files.
    static String render(Wal wal) throws IOException {
        WalRecovery recovery = wal.recovery();
        StringBuilder text = new StringBuilder();
        for (Map.Entry<ShardId, RecoveredGroup> one : recovery.groups().entrySet()) {
            RecoveredGroup group = one.getValue();
            long first = group.compacted().index() + 1;
            List<LogEntry> entries = wal.read(one.getKey(), first, group.lastIndex(), Long.MAX_VALUE);
            render(
                    text,
                    one.getKey(),
                    group.replica().value(),
                    group.term(),
                    group.votedFor(),
                    group.commit(),
                    group.compacted(),
                    group.configuration(),
                    group.configurationIndex(),
                    group.snapshotId().orElse(""),
                    entries);
        }
        return text.append(recovery.tombstones()).append(recovery.peers()).toString();
    }

    private static void render(
            StringBuilder text,
            ShardId id,
            long replica,
            long term,
            long vote,
            long commit,
            LogPosition compacted,
            byte[] configuration,
            long configurationIndex,
            String snapshot,
            Iterable<LogEntry> entries) {
        text.append("group ").append(id).append(" replica ").append(replica);
        text.append(" hard ").append(term).append(' ').append(vote).append(' ').append(commit);
        text.append(" compacted ").append(compacted).append(" configuration ");
        text.append(Crc32c.of(configuration)).append('@').append(configurationIndex);
        text.append(" snapshot ").append(snapshot).append(" entries");
        for (LogEntry entry : entries) {
            text.append(' ').append(entry.index()).append('@').append(entry.term());
            text.append(entry.kind().code()).append(':').append(Integer.toHexString(Crc32c.of(entry.payload())));
        }
        text.append('\n');
    }

    WalModel copy() {
        WalModel copy = new WalModel();
        copy.replicas = replicas;
        groups.forEach((id, group) -> {
            Group other = new Group();
            other.replica = group.replica;
            other.term = group.term;
            other.vote = group.vote;
            other.commit = group.commit;
            other.compacted = group.compacted;
            other.configuration = group.configuration;
            other.configurationIndex = group.configurationIndex;
            other.snapshot = group.snapshot;
            other.entries.putAll(group.entries);
            copy.groups.put(id, other);
        });
        copy.tombstones.putAll(tombstones);
        copy.peers.putAll(peers);
        return copy;
    }
}
