package io.concordkv.wal;

import io.concordkv.base.ByteReader;
import io.concordkv.base.CorruptionException;
import io.concordkv.base.DecodeException;
import io.concordkv.base.Flaw;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.disk.DiskFile;
import io.concordkv.wal.FrameHeader.Touched;
import io.concordkv.wal.RecordCodec.DecodedEntries;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads the whole log, oldest segment first, and decides what counts (SAFETY L1–L6). Frames up to D,
/// the highest sequence that anything says was synced, must verify: a broken one is rot, and the groups
/// it touched are in doubt until a later checkpoint or record settles them. Above D the log ends at
/// the first torn frame; what is whole there is handed to [Wal#open] to be written again.
///
/// Changes nothing on disk. Used once.
final class Recovery {
    final LogState state = new LogState();
    /// Open segments whose frames count, by number.
    final TreeMap<Integer, Segment> segments = new TreeMap<>();
    /// Segments that hold nothing any more: of an aborted rotation, or replaced by a later start.
    final List<Integer> worthless = new ArrayList<>();
    /// Whole frames above [#durable], to be written again.
    final List<Found.Good> rewrite = new ArrayList<>();

    /// Rotten frames above [#durable]: what they touched must be marked behind `rewrite`.
    private final List<Found.Bad> rottenTail = new ArrayList<>();

    private final List<String> events = new ArrayList<>();
    private final WalDirectory directory;
    private final BlockWindow window = new BlockWindow();
    private final ArrayDeque<Found> pending = new ArrayDeque<>();
    private @Nullable LogId logId;
    private @Nullable FailedSync failedSync;
    private long incarnation;
    private int numberMax;
    private long durable;
    private long sequenceMax;
    /// What the last start had synced before it named its segment.
    private long durableAtStart;
    /// Sequence of the last frame that counts; −1 when a broken frame hides it.
    private long last = -1;
    /// As `last`, but the last one that was known.
    private long lastKnown;
    private boolean sawCheckpoint;
    /// Why records of unknown groups may turn up; null when they may not.
    private @Nullable String unknownGroups;

    /// Records that do not fit what is left of the log of a group of which is known why it broke.
    private long misfits;
    private String firstMisfit = "";

    Recovery(WalDirectory directory) {
        this.directory = directory;
    }

    @Nullable
    LogId logId() {
        return logId;
    }

    /// What was cut, repaired or found broken, for people.
    List<String> events() {
        List<String> all = new ArrayList<>(events);
        if (misfits > 0) {
            all.add(misfits + " records behind the damage do not fit what is left of the logs of their groups; the"
                    + " first: " + firstMisfit);
        }
        return List.copyOf(all);
    }

    long incarnation() {
        return incarnation;
    }

    /// D: everything up to here is in `state`.
    long durable() {
        return durable;
    }

    long sequenceMax() {
        return sequenceMax;
    }

    /// Highest sequence that this log acknowledged or may have: what was cut as torn does not count.
    long known() {
        long known = Math.max(durable, durableAtStart);
        for (Found.Good good : rewrite) {
            known = Math.max(known, good.header().sequence());
        }
        for (Found.Bad bad : rottenTail) {
            known = Math.max(known, bad.sequence());
        }
        return known;
    }

    /// Highest number of a segment, 0 when there is none.
    int numberMax() {
        return numberMax;
    }

    /// One segment before its frames are read.
    ///
    /// @param header     null when the segment cannot be read at all
    /// @param checkpoint null when it is not whole
    /// @param limit      frames above it were cut or written again by a later start
    private record Opened(
            int number,
            DiskFile file,
            @Nullable SegmentHeader header,
            Found.@Nullable Good checkpoint,
            String rot,
            long limit) {

        long checkpointSequence() {
            return checkpoint == null ? -1 : checkpoint.header().sequence();
        }

        Opened with(long known) {
            return new Opened(number, file, header, checkpoint, rot, known);
        }
    }

    void run() throws IOException {
        List<Opened> opened = openAll();
        failedSync = FailedSync.read(directory)
                .filter(marker -> marker.logId().equals(logId))
                .orElse(null);
        for (int i = 0; i < opened.size(); i++) {
            read(opened.get(i), i == opened.size() - 1);
        }
        finish();
    }

    private List<Opened> openAll() throws IOException {
        List<Opened> opened = new ArrayList<>();
        for (int number : directory.segments()) {
            numberMax = Math.max(numberMax, number);
            Opened one = open(number, directory.open(WalDirectory.segment(number)));
            opened.add(one);
            SegmentHeader header = one.header;
            if (header != null) {
                identify(header, one.file.path());
            }
        }
        long limit = Long.MAX_VALUE;
        for (int i = opened.size() - 1; i >= 0; i--) {
            Opened one = opened.get(i).with(limit);
            opened.set(i, one);
            if (one.checkpoint != null && one.checkpointSequence() <= limit) {
                limit = Math.min(limit, one.checkpoint.header().previous());
            }
        }
        return opened;
    }

    private void identify(SegmentHeader header, String file) throws WalIdentityException {
        if (logId != null && !logId.equals(header.logId())) {
            throw new WalIdentityException(file + " belongs to log " + header.logId()
                    + ", the segments before it to log " + logId + ". Nothing was changed");
        }
        logId = header.logId();
        incarnation = Math.max(incarnation, header.incarnation());
    }

    /// A rotten header is made up for by the first frame: its blocks repeat the salt, the checkpoint the rest.
    private Opened open(int number, DiskFile file) throws IOException {
        try {
            SegmentHeader header = SegmentHeader.decode(BlockWindow.read(file, 0, 1), file.path());
            Found.Good first = SegmentScan.frameAt(number, file, header.salt(), 1);
            return new Opened(number, file, header, first, "", Long.MAX_VALUE);
        } catch (CorruptionException rot) {
            int salt = Block.salt(BlockWindow.read(file, 1, 1), 0);
            Found.Good first = salt == 0 ? null : SegmentScan.frameAt(number, file, salt, 1);
            if (first == null || !first.header().isCheckpoint()) {
                events.add(rot.getMessage() + "; its first frame is broken too, so none of it can be read");
                return new Opened(number, file, null, null, String.valueOf(rot.getMessage()), Long.MAX_VALUE);
            }
            events.add(rot.getMessage() + "; its first frame makes up for it");
            Checkpoint checkpoint = Checkpoint.of(first);
            SegmentHeader header = new SegmentHeader(number, checkpoint.logId(), checkpoint.incarnation(), salt, 0);
            return new Opened(number, file, header, first, "", Long.MAX_VALUE);
        }
    }

    private void read(Opened segment, boolean newest) throws IOException {
        SegmentHeader segmentHeader = segment.header;
        if (segmentHeader == null) {
            doubtAll(segment.rot);
            last = -1;
            segment.file.close();
            return;
        }
        SegmentScan scan = SegmentScan.of(segment.number, segment.file, window, segmentHeader.salt());
        sequenceMax = Math.max(sequenceMax, scan.sequenceMax());
        Found.Good checkpoint = segment.checkpoint;
        boolean replaced = segment.checkpointSequence() > segment.limit;
        if (replaced || scan.isEmpty()) {
            worthless.add(segment.number);
            segment.file.close();
            return;
        }
        Segment known = new Segment(segment.number, segmentHeader.salt(), segment.file, !scan.sawBad());
        known.room = segment.file.size();
        known.end = Math.min(known.room, scan.usedBytes());
        segments.put(segment.number, known);
        durableAtStart = Math.max(durableAtStart, segmentHeader.durable());
        boolean onlyRewritten = newest && checkpoint != null && scan.sequenceMax() <= segmentHeader.durable();
        if (checkpoint != null) {
            adopt(checkpoint, segment.file.path());
            if (!onlyRewritten) {
                durable = Math.max(durable, segmentHeader.durable());
            }
        }
        scan.frames(found -> accept(found, segment));
        if (onlyRewritten) {
            // Written again by this start, as L8 allows; until that is synced the file stays.
            worthless.add(segment.number);
        }
    }

    private void adopt(Found.Good frame, String file) {
        FrameHeader header = frame.header();
        long limit = header.previous();
        durable = Math.max(durable, limit);
        settlePending();
        pending.clear();
        if (sawCheckpoint && last >= 0 && last < limit) {
            String reason = file + ": frames after sequence " + last + " up to " + limit + " are missing before it";
            events.add(reason);
            doubtAll(reason);
        }
        Checkpoint checkpoint = Checkpoint.of(frame);
        incarnation = Math.max(incarnation, checkpoint.incarnation());
        Map<ShardId, String> differences = state.adopt(checkpoint, !sawCheckpoint, unknownGroups);
        differences.forEach((group, difference) -> {
            events.add(file + ": group " + group + ": " + difference);
            state.damage(group, file + ": " + difference);
        });
        sawCheckpoint = true;
        unknownGroups = null;
        see(header.sequence());
    }

    private void accept(Found found, Opened segment) {
        switch (found) {
            case Found.Good good -> {
                FrameHeader header = good.header();
                if (header.isCheckpoint() || header.sequence() > segment.limit) {
                    return;
                }
                if (last >= 0 && header.previous() != last) {
                    pending.add(new Found.Bad(
                            segment.number,
                            segment.file.path(),
                            good.offset(),
                            true,
                            header.previous(),
                            null,
                            "before it, frames after sequence " + last + " up to " + header.previous()
                                    + " are missing"));
                }
                see(header.sequence());
                durable = Math.max(durable, header.durable());
                pending.add(good);
            }
            case Found.Bad bad -> {
                if (bad.sequence() > segment.limit || segment.limit <= last) {
                    return;
                }
                if (bad.offset() == Block.BYTES) {
                    brokenCheckpoint(bad);
                    return;
                }
                // Without a sequence: a sync of anything behind the frame before it covers it too.
                pending.add(bad.sequence() >= 0 ? bad : bad.withSequence(lastKnown + 1));
                see(bad.sequence());
            }
        }
        settlePending();
    }

    /// A checkpoint repeats what the segments before it say, unless there are none.
    private void brokenCheckpoint(Found.Bad bad) {
        if (sawCheckpoint) {
            events.add(bad + "; a checkpoint, which the segments before it make up for");
        } else {
            events.add("rot in the oldest checkpoint, " + bad);
            doubtAll("rot in the oldest checkpoint, " + bad);
        }
        last = -1;
    }

    private void see(long sequence) {
        last = sequence;
        lastKnown = Math.max(lastKnown, sequence);
    }

    /// Takes what is known to have been synced.
    private void settlePending() {
        while (!pending.isEmpty() && isDurable(pending.getFirst())) {
            switch (pending.removeFirst()) {
                case Found.Good good -> replay(good);
                case Found.Bad bad -> rot(bad);
            }
        }
    }

    private boolean isDurable(Found found) {
        return switch (found) {
            case Found.Good good -> good.header().sequence() <= durable;
            case Found.Bad bad -> bad.sequence() <= durable;
        };
    }

    private void finish() {
        FailedSync marker = failedSync;
        if (marker != null && segments.containsKey((int) marker.segment())) {
            durable = Math.max(durable, marker.durable());
            settlePending();
            boolean later = segments.lastKey() > marker.segment();
            if (!later && !pending.isEmpty()) {
                events.add("cut " + pending.size() + " frames above sequence " + marker.durable()
                        + ": their sync failed" + " and they were never acknowledged");
                pending.clear();
            }
        }
        while (!pending.isEmpty()) {
            switch (pending.removeFirst()) {
                case Found.Good good -> rewrite.add(good);
                case Found.Bad bad -> {
                    if (bad.torn() || Flaw.ROTTEN_LAST_FRAME_CUT_AS_TORN.isOn()) {
                        events.add("cut a torn frame that was never acknowledged: " + bad);
                        pending.clear();
                    } else {
                        events.add("rot in " + bad);
                        rottenTail.add(bad);
                    }
                }
            }
        }
        for (GroupState group : state.sorted().values()) {
            group.settleDoubt();
        }
    }

    private void rot(Found.Bad bad) {
        String reason = "rot in " + bad;
        events.add(reason);
        FrameHeader header = bad.header();
        if (header == null) {
            doubtAll(reason);
            return;
        }
        for (Touched touched : header.touched()) {
            int bits = touched.state() | (touched.hasEntries() ? GroupState.ENTRIES : 0);
            state.doubt(touched.group(), bits, reason);
        }
    }

    /// Takes `rewrite` and its damage into `state` without writing anything: for those who only look.
    void replayTail() {
        rewrite.forEach(this::replay);
        tailDamage().forEach(mark -> state.apply(mark, true));
        state.sorted().values().forEach(GroupState::settleHoles);
    }

    void close() throws IOException {
        for (Segment segment : segments.values()) {
            segment.retire();
        }
    }

    boolean hasRottenTail() {
        return !rottenTail.isEmpty();
    }

    /// Marks for the groups that a rotten frame above D touched; asked when `state` holds `rewrite` too.
    List<WalRecord> tailDamage() {
        TreeMap<ShardId, WalRecord> marks = new TreeMap<>();
        for (Found.Bad bad : rottenTail) {
            FrameHeader header = bad.header();
            List<ShardId> touched = header == null
                    ? List.copyOf(state.sorted().keySet())
                    : header.touched().stream().map(Touched::group).toList();
            touched.forEach(group -> marks.putIfAbsent(group, new WalRecord.GroupDamaged(group, "rot in " + bad)));
        }
        return List.copyOf(marks.values());
    }

    private void doubtAll(String reason) {
        unknownGroups = reason;
        for (ShardId group : state.sorted().keySet()) {
            state.doubt(group, GroupState.ENTRIES | Touched.HARD_STATE | Touched.SHAPE, reason);
        }
    }

    private void replay(Found.Good frame) {
        for (Replayed one : records(frame)) {
            apply(one, frame);
        }
    }

    /// A record as it lies in a frame.
    ///
    /// @param entries or null
    /// @param record  or null
    /// @param at      stream offset
    /// @param bytes   of the record
    record Replayed(
            @Nullable DecodedEntries entries, @Nullable WalRecord record, int at, int bytes) {}

    static List<Replayed> records(Found.Good frame) {
        int bodyAt = frame.bodyAt();
        ByteReader in = new ByteReader(frame.stream(), bodyAt, frame.header().bodyBytes());
        List<Replayed> records = new ArrayList<>();
        while (in.hasMore()) {
            int at = in.position();
            int type = in.u8();
            int length = in.length(in.remaining());
            ByteReader fields = new ByteReader(frame.stream(), in.position(), length);
            in.skip(length);
            int bytes = in.position() - at;
            if (type == RecordCodec.ENTRIES) {
                records.add(new Replayed(RecordCodec.readEntries(fields), null, at, bytes));
            } else {
                records.add(new Replayed(null, RecordCodec.read(type, fields), at, bytes));
            }
            fields.expectEnd();
        }
        if (records.size() != frame.header().records()) {
            throw new DecodeException(
                    "records in a frame", Integer.toString(frame.header().records()), records.size());
        }
        return records;
    }

    private void apply(Replayed one, Found.Good frame) {
        DecodedEntries entries = one.entries();
        WalRecord record = one.record();
        ShardId group = entries != null
                ? entries.group()
                : Optional.ofNullable(record).flatMap(LogState::groupOf).orElse(null);
        if (group != null
                && unknownGroups != null
                && state.group(group) == null
                && !(record instanceof WalRecord.GroupCreated)
                && !(record instanceof WalRecord.GroupDestroyed)) {
            state.placeholder(group, ReplicaId.NONE, unknownGroups);
        }
        String problem;
        if (entries != null) {
            Runs.Run run = new Runs.Run(
                    entries.entries().getFirst().index(),
                    entries.entries().size(),
                    frame.segment(),
                    frame.position(one.at()),
                    one.bytes());
            problem = state.append(entries.group(), entries.entries(), entries.previousTerm(), run, true);
        } else {
            problem = record == null ? null : state.apply(record, true);
        }
        if (problem != null && group != null) {
            String reason = WalDirectory.segment(frame.segment()) + " at offset " + frame.offset() + ": " + problem;
            misfit(group, reason);
        }
    }

    /// What follows from damage that is known is only counted: else it would bury the place of the damage.
    private void misfit(ShardId group, String reason) {
        GroupState known = state.group(group);
        if (known == null || !known.isBroken()) {
            events.add("group " + group + ": " + reason);
            state.damage(group, reason);
            return;
        }
        known.settleDoubt();
        if (misfits == 0) {
            firstMisfit = "group " + group + ": " + reason;
        }
        misfits++;
    }
}
