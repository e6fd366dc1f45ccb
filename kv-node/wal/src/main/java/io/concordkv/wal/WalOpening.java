package io.concordkv.wal;

import io.concordkv.base.Flaw;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.DiskFullException;
import io.concordkv.wal.FrameBuilder.Place;
import io.concordkv.wal.Recovery.Replayed;
import io.concordkv.wal.WalQueue.Item;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The start of a log: recover, write what is not known to be durable again into a fresh segment, sync,
/// and only then name the segment (SAFETY L3). A crash in between leaves the log as it was. When nothing is
/// held any more and the disk is full, earlier segments give up the room behind their frames.
final class WalOpening {
    private final SegmentStore store;
    private final Recovery recovery;
    private final FrameBuilder builder;
    private boolean cut;

    private WalOpening(SegmentStore store, Recovery recovery) {
        this.store = store;
        this.recovery = recovery;
        this.builder = new FrameBuilder(recovery.state);
    }

    /// What [Wal] goes on with.
    record Opened(
            SegmentStore store,
            LogState state,
            FrameBuilder builder,
            WalRecovery recovery,
            TreeMap<Integer, Segment> segments,
            Segment active) {}

    static Opened open(
            WalDirectory directory, WalOptions options, RandomGenerator random, @Nullable LogId expectedLogId)
            throws IOException {
        boolean exists = !directory.segments().isEmpty();
        if (expectedLogId != null && !exists) {
            throw new WalIdentityException("this node's identity names write-ahead log " + expectedLogId
                    + ", but there is none in " + directory.path("")
                    + ": the log was deleted or another volume is mounted. Nothing was changed");
        }
        Recovery recovery = new Recovery(directory);
        recovery.run();
        LogId found = recovery.logId();
        if (exists && found == null) {
            throw new WalIdentityException("no segment in " + directory.path("")
                    + " can be told to belong to a log: " + String.join("; ", recovery.events())
                    + ". Nothing was changed");
        }
        if (expectedLogId != null && !expectedLogId.equals(found)) {
            throw new WalIdentityException("this node's identity names write-ahead log " + expectedLogId + ", but "
                    + directory.path("") + " holds log " + found + ". Nothing was changed");
        }
        LogId logId = found == null ? LogId.random(random) : found;
        directory.create();
        HeldSpace held = new HeldSpace(directory, options);
        return new WalOpening(new SegmentStore(directory, held, random), recovery).begin(logId, !exists);
    }

    private Opened begin(LogId logId, boolean created) throws IOException {
        WalDirectory directory = store.directory();
        long incarnation = recovery.incarnation() + 1;
        // Odd and above everything seen, also above what was cut.
        long checkpointSequence = (recovery.sequenceMax() + 1) | 1;
        boolean flawed = Flaw.RECOVERED_FRAME_ACKED_BEFORE_SYNC.isOn();
        int repairs = recovery.rewrite.size() + (recovery.hasRottenTail() ? 1 : 0);
        long last = checkpointSequence + Math.max(0, 2L * repairs - 1);
        SegmentHeader header = new SegmentHeader(
                recovery.numberMax() + 1L, logId, incarnation, store.newSalt(), flawed ? checkpointSequence : last);

        long end = Block.BYTES;
        FrameBuffer frame = new FrameBuffer();
        builder.checkpoint(
                recovery.state.checkpoint(logId, incarnation),
                new Place(
                        (int) header.number(),
                        header.salt(),
                        end,
                        checkpointSequence,
                        recovery.durable(),
                        recovery.durable()),
                frame);
        DiskFile file = obtain(Block.BYTES + frame.used() + repairBytes());
        file.write(header.encode(), 0);
        end += write(file, end, frame);
        if (flawed) {
            file.sync();
        }
        for (int i = 0; i < repairs; i++) {
            long sequence = checkpointSequence + 1 + 2L * i;
            Place place = new Place(
                    (int) header.number(),
                    header.salt(),
                    end,
                    sequence,
                    i == 0 ? checkpointSequence : sequence - 2,
                    recovery.durable());
            List<Item> items = i < recovery.rewrite.size()
                    ? items(recovery.rewrite.get(i))
                    : recovery.tailDamage().stream().map(Item::of).toList();
            builder.records(builder.batch(items), place, true, frame);
            end += write(file, end, frame);
        }
        if (!flawed) {
            file.sync();
        }
        Segment active = store.name(file, header, end);
        active.hasFrames = repairs > 0;
        recovery.state.sorted().values().forEach(GroupState::settleHoles);

        // What the new segment made worthless; the marker last, it explains what those hold.
        for (int number : recovery.worthless) {
            Segment old = recovery.segments.remove(number);
            store.held().take(WalDirectory.segment(number), old == null || old.retire());
        }
        if (directory.exists(WalDirectory.FAILED_SYNC)) {
            directory.delete(WalDirectory.FAILED_SYNC);
            directory.sync();
        }
        recovery.segments.put(active.number, active);
        store.held().holdLast();
        if (cut && !store.held().hasLast()) {
            // The room the next start will need, and votes until then.
            active.room = store.held().growAsFarAsPossible(active.file, active.room);
            active.file.sync();
        }
        return new Opened(
                store, recovery.state, builder, report(logId, created, incarnation, last), recovery.segments, active);
    }

    private long repairBytes() {
        long blocks = 0;
        for (Found.Good frame : recovery.rewrite) {
            blocks += builder.batch(items(frame)).blocks();
        }
        if (recovery.hasRottenTail()) {
            List<Item> marks = recovery.tailDamage().stream().map(Item::of).toList();
            blocks += builder.batch(marks).blocks();
        }
        return blocks * Block.BYTES;
    }

    /// A file with this much room.
    ///
    /// @throws DiskFullException when there is none; every record is as it was, and the message says what
    ///     was given up for room
    private DiskFile obtain(long bytes) throws IOException {
        HeldSpace held = store.held();
        long reserves = held.reserves() + (held.hasLast() ? 1 : 0);
        long ballast = held.ballastBytes();
        long cutBytes;
        try {
            return obtainNow(bytes);
        } catch (DiskFullException full) {
            cutBytes = cutRoom();
        }
        try {
            return obtainNow(bytes);
        } catch (DiskFullException full) {
            store.directory().deleteIfExists(WalDirectory.PREPARING);
            throw new DiskFullException(
                    "the volume is full, and the write-ahead log needs " + bytes + " bytes in "
                            + store.directory().path("") + " to start: make room. "
                            + givenUp(reserves, ballast, cutBytes),
                    full);
        }
    }

    /// @param reserves and `ballast`: what was held before
    private String givenUp(long reserves, long ballast, long cutBytes) {
        HeldSpace held = store.held();
        long reservesGone = reserves - held.reserves() - (held.hasLast() ? 1 : 0);
        List<String> gone = new ArrayList<>();
        if (reservesGone > 0) {
            gone.add(reservesGone + (reservesGone == 1 ? " reserve" : " reserves"));
        }
        if (ballast > held.ballastBytes()) {
            gone.add("the ballast of " + ballast + " bytes");
        }
        if (cutBytes > 0) {
            gone.add(cutBytes + " bytes behind the frames of earlier segments");
        }
        return gone.isEmpty()
                ? "Nothing was changed"
                : "No record was changed; to find room was given up: " + String.join(", ", gone);
    }

    private DiskFile obtainNow(long bytes) throws IOException {
        DiskFile file = store.held().obtain(true);
        try {
            store.held().growAnyhow(file, file.size(), bytes);
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /// Nothing is ever appended to a segment of an earlier start: what it has behind its frames, zeros and
    /// blocks of another use, is room for this one.
    ///
    /// @return bytes it gave up
    private long cutRoom() throws IOException {
        long bytes = 0;
        store.directory().deleteIfExists(WalDirectory.PREPARING);
        for (Segment segment : recovery.segments.values()) {
            if (segment.end < segment.room) {
                segment.file.truncate(segment.end);
                bytes += segment.room - segment.end;
                segment.room = segment.end;
            }
        }
        cut = true;
        return bytes;
    }

    private long write(DiskFile file, long at, FrameBuffer frame) throws IOException {
        int bytes = frame.used();
        store.held().growAnyhow(file, file.size(), at + bytes);
        file.write(frame.written(), at);
        frame.clear();
        return bytes;
    }

    private static List<Item> items(Found.Good frame) {
        List<Item> items = new ArrayList<>();
        for (Replayed one : Recovery.records(frame)) {
            if (one.entries() != null) {
                items.add(Item.of(new WalRecord.Entries(
                        one.entries().group(), one.entries().entries())));
            } else if (one.record() != null) {
                items.add(Item.of(one.record()));
            }
        }
        return items;
    }

    private WalRecovery report(LogId logId, boolean created, long incarnation, long durable) {
        TreeMap<ShardId, RecoveredGroup> groups = new TreeMap<>();
        TreeMap<ShardId, String> damaged = new TreeMap<>();
        sort(recovery, groups, damaged);
        TreeMap<ShardId, ReplicaId> tombstones = recovery.state.tombstones();
        return new WalRecovery(
                logId,
                created,
                incarnation,
                incarnation - 1,
                recovery.known(),
                durable,
                groups,
                recovery.state.peers(),
                tombstones,
                damaged,
                recovery.events());
    }

    static void sort(Recovery recovery, TreeMap<ShardId, RecoveredGroup> groups, TreeMap<ShardId, String> damaged) {
        recovery.state.sorted().forEach((id, group) -> {
            String damage = group.damage();
            if (damage == null) {
                groups.put(id, group.recovered());
            } else {
                damaged.put(id, damage);
            }
        });
    }
}
