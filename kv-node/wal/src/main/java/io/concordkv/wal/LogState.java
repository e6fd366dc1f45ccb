package io.concordkv.wal;

import io.concordkv.base.Flaw;
import io.concordkv.base.LogEntry;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.wal.WalRecord.CompactPrefix;
import io.concordkv.wal.WalRecord.Entries;
import io.concordkv.wal.WalRecord.GroupCreated;
import io.concordkv.wal.WalRecord.GroupDamaged;
import io.concordkv.wal.WalRecord.GroupDestroyed;
import io.concordkv.wal.WalRecord.HardState;
import io.concordkv.wal.WalRecord.PeerSeen;
import io.concordkv.wal.WalRecord.SnapshotInstalled;
import io.concordkv.wal.WalRecord.TruncateSuffix;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All groups as the records written so far leave them; what the next checkpoint holds. The pump and
/// recovery change it, readers look entries up: all methods are synchronized and short.
final class LogState {
    /// For looking up only; never iterated in its own order.
    private final Map<ShardId, GroupState> groups = new HashMap<>();
    private final TreeMap<ShardId, ReplicaId> tombstones = new TreeMap<>();
    private final TreeMap<NodeId, PeerSeen> peers = new TreeMap<>();
    private boolean shrunk;

    synchronized @Nullable GroupState group(ShardId id) {
        return groups.get(id);
    }

    /// The run that holds this index.
    synchronized Optional<Runs.Run> run(ShardId id, long index) {
        GroupState group = groups.get(id);
        return group == null || index <= group.compacted().index()
                ? Optional.empty()
                : Optional.ofNullable(group.runs().holding(index));
    }

    synchronized Optional<Absence> absence(ShardId id, long index) {
        GroupState group = groups.get(id);
        if (group != null && index <= group.compacted().index()) {
            return Optional.of(Absence.COMPACTED);
        }
        return group != null && group.runs().holding(index) != null
                ? Optional.empty()
                : Optional.of(Absence.UNAVAILABLE);
    }

    synchronized long logBytes(ShardId id) {
        GroupState group = groups.get(id);
        return group == null ? 0 : group.runs().bytes();
    }

    /// Groups by id.
    synchronized TreeMap<ShardId, GroupState> sorted() {
        return new TreeMap<>(groups);
    }

    synchronized TreeMap<ShardId, ReplicaId> tombstones() {
        return new TreeMap<>(tombstones);
    }

    /// Whether a tombstone forbids this replica.
    synchronized boolean isDestroyed(ShardId id, ReplicaId replica) {
        ReplicaId lowest = tombstones.get(id);
        return lowest != null && replica.compareTo(lowest) < 0;
    }

    synchronized TreeMap<NodeId, PeerSeen> peers() {
        return new TreeMap<>(peers);
    }

    /// @return what was wrong with the record, or null; then nothing was changed
    synchronized @Nullable String append(
            ShardId id, List<LogEntry> entries, long previousTerm, Runs.Run run, boolean replay) {
        GroupState group = groups.get(id);
        return group == null ? unknown(id) : group.append(entries, previousTerm, run, replay);
    }

    /// Whether a record since the last call may have let go of entries.
    synchronized boolean takeShrunk() {
        boolean was = shrunk;
        shrunk = false;
        return was;
    }

    /// What [#takeShrunk] will say.
    synchronized boolean hasShrunk() {
        return shrunk;
    }

    /// Any record but entries.
    ///
    /// @return what was wrong with it, or null; then nothing was changed
    synchronized @Nullable String apply(WalRecord record, boolean replay) {
        shrunk |= !(record instanceof HardState || record instanceof PeerSeen);
        return switch (record) {
            case Entries r -> throw new IllegalArgumentException("entries of group " + r.group() + " need a run");
            case HardState r -> {
                GroupState group = groups.get(r.group());
                if (group == null) {
                    yield unknown(r.group());
                }
                group.hardState(r);
                yield null;
            }
            case TruncateSuffix r -> {
                GroupState group = groups.get(r.group());
                if (replay && Flaw.TRUNCATION_LOST_IN_REPLAY.isOn()) {
                    yield null;
                }
                yield group == null ? unknown(r.group()) : group.truncate(r.lastKept());
            }
            case CompactPrefix r -> {
                GroupState group = groups.get(r.group());
                yield group == null
                        ? unknown(r.group())
                        : group.compact(r.upTo(), r.configuration(), r.configurationIndex());
            }
            case SnapshotInstalled r -> {
                GroupState group = groups.get(r.group());
                yield group == null ? unknown(r.group()) : group.install(r);
            }
            case GroupCreated r -> {
                groups.put(r.group(), new GroupState(r.group(), r.replica(), r.configuration()));
                yield null;
            }
            case GroupDestroyed r -> {
                groups.remove(r.group());
                bury(r);
                yield null;
            }
            case GroupDamaged r -> {
                damage(r.group(), r.reason());
                yield null;
            }
            case PeerSeen r -> {
                see(r);
                yield null;
            }
        };
    }

    /// Tombstones only rise.
    private void bury(GroupDestroyed record) {
        tombstones.merge(record.group(), record.lowestAcceptable(), (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }

    private void see(PeerSeen record) {
        peers.merge(record.node(), record, (a, b) -> {
            Comparator<PeerSeen> order =
                    Comparator.comparingLong(PeerSeen::incarnation).thenComparingLong(PeerSeen::sequence);
            // Another volume under the same node id is another history: the newer word counts.
            return !a.volume().equals(b.volume()) || order.compare(b, a) >= 0 ? b : a;
        });
    }

    /// Replaces everything by what a checkpoint says; entries keep their places where both agree.
    ///
    /// @param first  nothing was known before
    /// @param broken why groups may be unknown that should not be
    /// @return what differs although nothing was in doubt: empty when all is well
    synchronized Map<ShardId, String> adopt(Checkpoint checkpoint, boolean first, @Nullable String broken) {
        Map<ShardId, String> differences = new TreeMap<>();
        Map<ShardId, GroupState> before = new HashMap<>(groups);
        groups.clear();
        for (GroupState state : checkpoint.groups()) {
            GroupState known = before.get(state.group);
            boolean same = known != null && known.replica.equals(state.replica);
            String difference = known != null && same ? state.adoptEntries(known) : null;
            if (difference != null && !first) {
                differences.put(state.group, difference);
            }
            if (known != null) {
                state.because(known.brokenBecause());
            }
            state.because(broken);
            groups.put(state.group, state);
        }
        checkpoint.tombstones().forEach(this::bury);
        checkpoint.peers().forEach(this::see);
        return differences;
    }

    synchronized Checkpoint checkpoint(LogId logId, long incarnation) {
        return new Checkpoint(
                logId,
                incarnation,
                List.copyOf(sorted().values()),
                tombstones.entrySet().stream()
                        .map(e -> new GroupDestroyed(e.getKey(), e.getValue()))
                        .toList(),
                List.copyOf(peers.values()));
    }

    /// Number of the oldest segment that still holds live entries, and whose they are. Nobody reads the entries
    /// of a damaged group any more, at the next start neither: they hold no segment. That it is damaged is
    /// in the log behind them, or in a checkpoint.
    synchronized Optional<Map.Entry<Integer, ShardId>> oldest() {
        return groups.values().stream()
                .filter(group -> group.damage() == null && !group.runs().isEmpty())
                .min(Comparator.comparingInt((GroupState group) -> group.runs().oldestSegment())
                        .thenComparing(group -> group.group))
                .map(group -> Map.entry(group.runs().oldestSegment(), group.group));
    }

    /// All groups with live entries in the oldest segment that has any, when it is below `active`.
    synchronized List<ShardId> holdersOfOldest(int active) {
        int oldest = oldest().map(Map.Entry::getKey).orElse(active);
        return oldest >= active
                ? List.of()
                : groups.values().stream()
                        .filter(group -> group.damage() == null
                                && !group.runs().isEmpty()
                                && group.runs().oldestSegment() == oldest)
                        .map(group -> group.group)
                        .sorted()
                        .toList();
    }

    /// Groups that are not damaged and have live entries in this block.
    synchronized List<ShardId> holding(int segment, int block) {
        return groups.values().stream()
                .filter(group -> group.damage() == null && group.runs().touch(segment, block))
                .map(group -> group.group)
                .sorted()
                .toList();
    }

    synchronized void doubt(ShardId id, int bits, String reason) {
        GroupState group = groups.get(id);
        if (group == null) {
            placeholder(id, ReplicaId.NONE, reason);
        } else {
            group.doubt(bits, reason);
        }
    }

    synchronized void damage(ShardId id, String reason) {
        GroupState group = groups.get(id);
        if (group == null) {
            placeholder(id, ReplicaId.NONE, reason);
        } else {
            group.damage(reason);
        }
    }

    /// A group of which only the damage is known.
    synchronized void placeholder(ShardId id, ReplicaId replica, String reason) {
        GroupState group = new GroupState(id, replica, new byte[0]);
        group.damage(reason);
        groups.put(id, group);
    }

    /// Whose record it is; empty for peers.
    static Optional<ShardId> groupOf(WalRecord record) {
        return switch (record) {
            case Entries r -> Optional.of(r.group());
            case HardState r -> Optional.of(r.group());
            case TruncateSuffix r -> Optional.of(r.group());
            case CompactPrefix r -> Optional.of(r.group());
            case SnapshotInstalled r -> Optional.of(r.group());
            case GroupCreated r -> Optional.of(r.group());
            case GroupDestroyed r -> Optional.of(r.group());
            case GroupDamaged r -> Optional.of(r.group());
            case PeerSeen r -> Optional.empty();
        };
    }

    static String unknown(ShardId id) {
        return "a record of group " + id + ", which was never created";
    }
}
