package io.concordkv.wal;

import io.concordkv.base.CorruptionException;
import io.concordkv.base.LogEntry;
import io.concordkv.base.ShardId;
import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import io.concordkv.wal.Recovery.Replayed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Looks at a log without changing it: what `concord wal dump|verify` print. Of the log of a running
/// node the end may look torn.
public final class WalInspector {
    private WalInspector() {}

    /// What [#dump] comes across, in the order of the files.
    public sealed interface Sight {
        /// A segment begins.
        ///
        /// @param durable frames of it up to here were written again by a start, and synced before it was named
        record SegmentBegins(String file, long number, LogId logId, long incarnation, long bytes, long durable)
                implements Sight {}

        /// A whole frame.
        ///
        /// @param previous   sequence of the frame before
        /// @param durable    highest sequence known to be synced when it was written
        /// @param checkpoint whether it repeats the state of all groups
        /// @param records    one line for each record
        record Frame(
                String file,
                long offset,
                int blocks,
                long sequence,
                long previous,
                long durable,
                boolean checkpoint,
                List<String> records)
                implements Sight {}

        /// A frame or header that does not verify.
        ///
        /// @param torn never written whole; not damage when it is the end of the log
        record Broken(String file, long offset, boolean torn, String what) implements Sight {}
    }

    /// What a start would find.
    ///
    /// @param logId           empty when there is no log, or none of its headers can be read
    /// @param incarnation     of the last start, 0 for none
    /// @param durableSequence everything up to here is known to be synced (D)
    /// @param framesAbove     whole frames above it, which a start would write again
    /// @param groups          healthy groups
    /// @param damaged         the others, each with file, offset and reason
    /// @param events          what a start would cut, repair or report
    public record Verdict(
            Optional<LogId> logId,
            long incarnation,
            long durableSequence,
            int framesAbove,
            Map<ShardId, RecoveredGroup> groups,
            Map<ShardId, String> damaged,
            List<String> events) {
        /// No damage; a torn end is not damage.
        public boolean isSound() {
            return damaged.isEmpty() && events.stream().noneMatch(event -> event.contains("rot"));
        }
    }

    /// Reads the log as a start would, without its repairs.
    public static Verdict verify(Disk disk, String directory) throws IOException {
        Recovery recovery = new Recovery(new WalDirectory(disk, directory));
        try {
            recovery.run();
            TreeMap<ShardId, RecoveredGroup> groups = new TreeMap<>();
            TreeMap<ShardId, String> damaged = new TreeMap<>();
            recovery.replayTail();
            WalOpening.sort(recovery, groups, damaged);
            return new Verdict(
                    Optional.ofNullable(recovery.logId()),
                    recovery.incarnation(),
                    recovery.durable(),
                    recovery.rewrite.size(),
                    groups,
                    damaged,
                    recovery.events());
        } finally {
            recovery.close();
        }
    }

    /// Tells everything that lies in the segments, also what a start would leave aside.
    public static void dump(Disk disk, String directory, Consumer<Sight> sink) throws IOException {
        WalDirectory wal = new WalDirectory(disk, directory);
        for (int number : wal.segments()) {
            try (DiskFile file = wal.open(WalDirectory.segment(number))) {
                dump(number, file, sink);
            }
        }
    }

    private static void dump(int number, DiskFile file, Consumer<Sight> sink) throws IOException {
        int salt;
        try {
            SegmentHeader header = SegmentHeader.decode(BlockWindow.read(file, 0, 1), file.path());
            sink.accept(new Sight.SegmentBegins(
                    file.path(), header.number(), header.logId(), header.incarnation(), file.size(), header.durable()));
            salt = header.salt();
        } catch (CorruptionException rot) {
            sink.accept(new Sight.Broken(file.path(), 0, false, String.valueOf(rot.getMessage())));
            salt = Block.salt(BlockWindow.read(file, 1, 1), 0);
        }
        if (salt != 0) {
            SegmentScan.of(number, file, new BlockWindow(), salt)
                    .frames(found -> sink.accept(sight(file.path(), found)));
        }
    }

    private static Sight sight(String file, Found found) {
        return switch (found) {
            case Found.Bad bad -> new Sight.Broken(file, bad.offset(), bad.torn(), bad.what());
            case Found.Good good -> {
                FrameHeader header = good.header();
                yield new Sight.Frame(
                        file,
                        good.offset(),
                        good.blocks(),
                        header.sequence(),
                        header.previous(),
                        header.durable(),
                        header.isCheckpoint(),
                        header.isCheckpoint() ? describe(Checkpoint.of(good)) : describe(good));
            }
        };
    }

    private static List<String> describe(Checkpoint checkpoint) {
        List<String> lines = new ArrayList<>();
        checkpoint.groups().forEach(group -> lines.add("group " + group.group + ": " + group));
        checkpoint.tombstones().forEach(tombstone -> lines.add(tombstone.toString()));
        checkpoint.peers().forEach(peer -> lines.add(peer.toString()));
        return lines;
    }

    private static List<String> describe(Found.Good frame) {
        List<String> lines = new ArrayList<>();
        for (Replayed one : Recovery.records(frame)) {
            if (one.entries() != null) {
                lines.add(describe(one.entries().group(), one.entries().entries(), one.bytes()));
            } else if (one.record() != null) {
                lines.add(describe(one.record()));
            }
        }
        return lines;
    }

    private static String describe(ShardId group, List<LogEntry> entries, int bytes) {
        LogEntry first = entries.getFirst();
        LogEntry last = entries.getLast();
        return "Entries[group=" + group + ", " + first.index() + "@" + first.term() + ".." + last.index() + "@"
                + last.term() + ", bytes=" + bytes + "]";
    }

    /// Configurations are opaque here: only their size is told.
    private static String describe(WalRecord record) {
        return switch (record) {
            case WalRecord.Entries r -> describe(r.group(), r.entries(), 0);
            case WalRecord.CompactPrefix r ->
                "CompactPrefix[group=" + r.group() + ", upTo=" + r.upTo() + ", configuration="
                        + r.configuration().length + " bytes of index " + r.configurationIndex() + "]";
            case WalRecord.SnapshotInstalled r ->
                "SnapshotInstalled[group=" + r.group() + ", id=" + r.snapshotId() + ", position=" + r.position()
                        + ", logReset=" + r.logReset() + "]";
            case WalRecord.GroupCreated r ->
                "GroupCreated[group=" + r.group() + ", replica=" + r.replica() + ", configuration="
                        + r.configuration().length + " bytes]";
            case WalRecord.HardState r -> r.toString();
            case WalRecord.TruncateSuffix r -> r.toString();
            case WalRecord.GroupDestroyed r -> r.toString();
            case WalRecord.GroupDamaged r -> r.toString();
            case WalRecord.PeerSeen r -> r.toString();
        };
    }
}
