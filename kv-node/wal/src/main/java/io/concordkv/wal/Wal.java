package io.concordkv.wal;

import io.concordkv.base.LogEntry;
import io.concordkv.base.ShardId;
import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFullException;
import io.concordkv.wal.FrameBuilder.Place;
import io.concordkv.wal.WalQueue.Call;
import io.concordkv.wal.WalQueue.Item;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The write-ahead log of a node: one append-only stream of frames for all its groups, in segments.
///
/// Any thread enqueues and reads. One pump at a time writes, syncs and tidies: [#writeQueued],
/// [#syncWritten], [#housekeep]; in a process that is [WalThread]. At most one sync is in flight, and no
/// frame is handed to a file before the sync of the frames before it returned (SAFETY L5), so that only
/// the last batch can be torn.
public final class Wal implements AutoCloseable {
    /// A frame is closed when it holds this much; one larger call still fits.
    static final int FRAME_BYTES_SOFT = 1 << 20;
    /// What one turn of the pump takes from the queue at most, one larger call excepted.
    static final int BATCH_BYTES_SOFT = 4 << 20;

    private final WalOptions options;
    private final SegmentStore store;
    private final LogState state;
    private final FrameBuilder builder;
    private final WalRecovery recovery;
    private final WalQueue queue;
    private final ConcurrentSkipListMap<Integer, Segment> segments;

    // Pump only, but for the volatile ones.
    private volatile Segment active;
    /// Sequence of the last frame, checkpoints included.
    private long lastFrame;
    private boolean unsynced;
    /// The segment that follows, once it is made ready.
    private @Nullable Segment next;
    /// Something was compacted or cut since the oldest segment was last found alive.
    private boolean mayHaveDied = true;
    private volatile long durable;
    private volatile boolean failed;
    private volatile LongConsumer durableListener = sequence -> {};
    private volatile Runnable queuedListener = () -> {};
    private final LongAdder frames = new LongAdder();
    private final LongAdder syncs = new LongAdder();
    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder rotations = new LongAdder();

    private Wal(WalOptions options, WalOpening.Opened opened) {
        this.options = options;
        this.store = opened.store();
        this.state = opened.state();
        this.builder = opened.builder();
        this.recovery = opened.recovery();
        this.segments = new ConcurrentSkipListMap<>(opened.segments());
        this.active = opened.active();
        this.lastFrame = recovery.durableSequence();
        this.durable = lastFrame;
        this.queue = new WalQueue((lastFrame | 1) + 1, options.queueBytesMax());
    }

    /// Recovers (L1–L6), repairs (L3), starts a new segment with a checkpoint and the next incarnation,
    /// and syncs it. A folder without a log gets a new one; see [#exists].
    ///
    /// @param random draws log id and salts
    /// @throws WalIdentityException when segments of different logs or formats lie together
    public static Wal open(Disk disk, String directory, WalOptions options, RandomGenerator random) throws IOException {
        return open(disk, directory, options, random, null);
    }

    /// As above, but the log must be the one the node's identity names (I5).
    ///
    /// @throws WalIdentityException when there is no log, or another; nothing is changed
    public static Wal open(
            Disk disk, String directory, WalOptions options, RandomGenerator random, @Nullable LogId expectedLogId)
            throws IOException {
        return new Wal(options, WalOpening.open(new WalDirectory(disk, directory), options, random, expectedLogId));
    }

    /// Whether the folder holds segments of a log.
    public static boolean exists(Disk disk, String directory) throws IOException {
        return !new WalDirectory(disk, directory).segments().isEmpty();
    }

    /// What [#open] found.
    public WalRecovery recovery() {
        return recovery;
    }

    /// Takes records from any thread, without I/O. Those of one call are in one frame: all or nothing.
    ///
    /// @return the sequence that must be durable for them
    /// @throws WalQueueFullException    when too much waits; nothing was taken
    /// @throws IllegalStateException    when the log has failed or is closed; nothing was taken
    /// @throws IllegalArgumentException when entries are not contiguous, or a replica is to be created below
    ///     the tombstone of its group that is in the log (SAFETY R1); nothing was taken
    public long enqueue(List<WalRecord> records) {
        for (WalRecord record : records) {
            if (record instanceof WalRecord.GroupCreated created
                    && state.isDestroyed(created.group(), created.replica())) {
                throw new IllegalArgumentException("replica " + created.replica() + " of group " + created.group()
                        + " was destroyed and must not be created again; nothing was taken");
            }
        }
        long sequence = queue.add(records);
        queuedListener.run();
        return sequence;
    }

    /// Everything up to here is on the device.
    public long durableSequence() {
        return durable;
    }

    /// Called by the pump after each sync with the new durable sequence.
    public void onDurable(LongConsumer listener) {
        durableListener = listener;
    }

    /// Called by [#enqueue] in the caller's thread: how [WalThread] wakes up. Must be cheap.
    void onQueued(Runnable listener) {
        queuedListener = listener;
    }

    public boolean hasQueued() {
        return !queue.isEmpty();
    }

    public long queuedBytes() {
        return queue.bytes();
    }

    public int queuedRecords() {
        return queue.records();
    }

    /// Pump: takes what is queued, encodes it and hands it to the file.
    ///
    /// @return false when nothing was queued, or when what was written before is not synced yet
    /// @throws WalFailedException when the file refused; the log takes nothing afterwards
    public boolean writeQueued() throws IOException {
        if (failed || unsynced) {
            return false;
        }
        List<Call> calls = queue.take(BATCH_BYTES_SOFT);
        if (calls.isEmpty()) {
            return false;
        }
        List<Frame> batches = frames(calls);
        try {
            long blocks = 0;
            for (Frame frame : batches) {
                blocks += frame.batch().blocks();
            }
            if (active.hasFrames && active.end + blocks * Block.BYTES > options.segmentBytes()) {
                rotate();
            }
            for (Frame frame : batches) {
                makeRoom((long) frame.batch().blocks() * Block.BYTES);
                write(builder.records(frame.batch(), place(frame.sequence()), false), frame.sequence());
                active.hasFrames = true;
                records.add(frame.batch().items().size());
            }
            store.held().spend(active.room - active.end);
        } catch (IOException e) {
            throw fail("write", e);
        }
        return true;
    }

    /// The calls of one frame.
    private record Frame(FrameBuilder.Batch batch, long sequence) {}

    private List<Frame> frames(List<Call> calls) {
        List<Frame> frames = new ArrayList<>(1);
        List<Item> items = new ArrayList<>(calls.size());
        int bytes = 0;
        long sequence = 0;
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            if (!items.isEmpty() && (long) bytes + call.bytes() > FRAME_BYTES_SOFT) {
                frames.add(new Frame(builder.batch(items, bytes), sequence));
                items = new ArrayList<>(calls.size() - i);
                bytes = 0;
            }
            for (int j = 0; j < call.items().size(); j++) {
                items.add(call.items().get(j));
            }
            bytes += call.bytes();
            sequence = call.sequence();
        }
        frames.add(new Frame(builder.batch(items, bytes), sequence));
        return frames;
    }

    /// Begins a new segment; its checkpoint takes the odd sequence behind the last frame, so that every
    /// frame before it is durable and every frame behind it is not.
    private void rotate() throws IOException {
        Segment ready =
                next != null ? next : store.prepare(active.number + 1, recovery.logId(), recovery.incarnation(), true);
        next = null;
        segments.put(ready.number, ready);
        active = ready;
        mayHaveDied = true;
        rotations.increment();
        long sequence = lastFrame + 1;
        write(
                builder.checkpoint(state.checkpoint(recovery.logId(), recovery.incarnation()), place(sequence)),
                sequence);
    }

    private Place place(long sequence) {
        return new Place(active.number, active.salt, active.end, sequence, lastFrame, durable);
    }

    /// Sees to it that the next frame needs no room of the volume: lets the file grow, or, on a full
    /// disk, goes on in a segment that was held for that.
    private void makeRoom(long bytes) throws IOException {
        while (active.end + bytes > active.room) {
            try {
                active.room = store.held().grow(active.file, active.room, active.end + bytes);
            } catch (DiskFullException full) {
                HeldSpace held = store.held();
                if (next != null || held.reserves() > 0) {
                    syncWritten();
                    rotate();
                } else if (!held.releaseBallast()) {
                    if (!held.hasLast()) {
                        throw full;
                    }
                    syncWritten();
                    rotate();
                }
            }
        }
    }

    private void write(ByteBuffer frame, long sequence) throws IOException {
        int size = frame.remaining();
        active.room = store.held().growAnyhow(active.file, active.room, active.end + size);
        active.file.write(frame, active.end);
        active.end = active.end + size;
        frames.increment();
        bytes.add(size);
        lastFrame = sequence;
        unsynced = true;
    }

    /// Pump: returns when everything written is durable.
    ///
    /// @return the new durable sequence
    /// @throws WalFailedException when the sync failed: a marker was tried (L4), the log takes nothing
    ///     afterwards and the process must end
    public long syncWritten() throws IOException {
        if (unsynced && !failed) {
            try {
                active.file.sync();
            } catch (IOException e) {
                throw fail("sync", e);
            }
            syncs.increment();
            unsynced = false;
            durable = lastFrame;
            durableListener.accept(durable);
        }
        return durable;
    }

    /// Pump: one slice of tidying; call it when there is time. Lets dead segments go, makes the next one
    /// ready, and makes reserves and ballast.
    ///
    /// @return whether there may be more to do now
    public boolean housekeep() throws IOException {
        return housekeepUnderLoad() || (!failed && !unsynced && store.held().growHeld());
    }

    /// Pump: the part of [#housekeep] that must not wait for an idle moment.
    boolean housekeepUnderLoad() throws IOException {
        if (failed || unsynced) {
            return false;
        }
        Segment oldest = segments.firstEntry().getValue();
        mayHaveDied |= state.takeShrunk();
        if (mayHaveDied && oldest.number < active.number) {
            if (state.oldest().map(Map.Entry::getKey).orElse(Integer.MAX_VALUE) > oldest.number) {
                // Strictly oldest first: each is durably gone before the next one goes.
                segments.remove(oldest.number);
                store.retire(oldest);
                return true;
            }
            mayHaveDied = false;
        }
        if (next == null && active.end > options.segmentBytes() / 2) {
            try {
                next = store.prepare(active.number + 1, recovery.logId(), recovery.incarnation(), false);
                return true;
            } catch (DiskFullException full) {
                store.held().check(active.room - active.end);
            }
        }
        return false;
    }

    /// Pump: looks at the free space; about once a second is enough.
    public void checkSpace() throws IOException {
        store.held().check(active.room - active.end);
    }

    /// Whether leaders may admit puts, as of the last [#checkSpace] or of a file that could not grow. Any
    /// thread.
    public WalSpace space() {
        return store.held().space();
    }

    private WalFailedException fail(String what, IOException cause) {
        failed = true;
        queue.close();
        WalFailedException failure = new WalFailedException(
                what + " of the write-ahead log failed: " + active.file.path() + ", durable up to sequence " + durable
                        + "; the process must end and start again",
                cause);
        try {
            new FailedSync(recovery.logId(), active.number, durable).write(store.directory());
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    /// Reads live entries, blocking. Those that wait in the queue are not there yet.
    ///
    /// @param to       last index wanted
    /// @param bytesMax stops behind the entry that passes it; at least one entry is returned
    /// @return contiguous entries from `from` on; empty when `from` is not held, and [#absence] says why
    public List<LogEntry> read(ShardId group, long from, long to, long bytesMax) throws IOException {
        List<LogEntry> entries = new ArrayList<>();
        EntryReader reader = new EntryReader();
        long next = from;
        long bytes = 0;
        while (next <= to && (entries.isEmpty() || bytes < bytesMax)) {
            Optional<Runs.Run> run = state.run(group, next);
            Segment segment = run.map(r -> segments.get(r.segment())).orElse(null);
            if (run.isEmpty() || segment == null || !segment.acquire()) {
                break;
            }
            try {
                for (LogEntry entry : reader.read(segment, run.get())) {
                    if (entry.index() == next
                            && next <= to
                            && next <= run.get().last()
                            && (entries.isEmpty() || bytes < bytesMax)) {
                        entries.add(entry);
                        bytes += entry.bytes();
                        next++;
                    }
                }
            } finally {
                segment.release();
            }
        }
        return entries;
    }

    /// Why [#read] gives nothing from this index on; empty when the log holds the entry.
    public Optional<Absence> absence(ShardId group, long index) {
        return state.absence(group, index);
    }

    /// Bytes of a group's live entries in the log.
    public long logBytes(ShardId group) {
        return state.logBytes(group);
    }

    /// The group with entries in the oldest segment, when that is not the active one.
    public Optional<ShardId> holderOfOldestSegment() {
        return state.oldest().filter(oldest -> oldest.getKey() < active.number).map(Map.Entry::getValue);
    }

    /// Whom to snapshot because the log has become too large for its volume, or the volume too full: the
    /// group without which the oldest segment could go (SAFETY S6).
    public Optional<ShardId> dueForSnapshot() {
        boolean due = space() != WalSpace.OK || segmentBytes() > store.held().logBytesMax();
        return due ? holderOfOldestSegment() : Optional.empty();
    }

    /// Whose snapshots together would free the oldest segment, when the log has more than `segments` of
    /// them; empty while it has fewer, or nobody holds the oldest.
    public List<ShardId> holdersOfOldestSegment(int segments) {
        return this.segments.size() > segments ? state.holdersOfOldest(active.number) : List.of();
    }

    /// What a segment takes on disk, bytes.
    public int segmentBytesMax() {
        return options.segmentBytes();
    }

    private long segmentBytes() {
        long bytes = 0;
        for (Segment segment : segments.values()) {
            bytes += segment.end;
        }
        return bytes;
    }

    /// Any thread.
    public WalStats stats() {
        return new WalStats(
                frames.sum(),
                syncs.sum(),
                records.sum(),
                bytes.sum(),
                rotations.sum(),
                segments.size(),
                store.held().reserves(),
                segmentBytes(),
                store.held().ballastBytes());
    }

    /// Closes the files; what is queued or not synced is lost as in a crash.
    @Override
    public void close() throws IOException {
        queue.close();
        for (Segment segment : segments.values()) {
            segment.retire();
        }
        if (next != null) {
            next.retire();
        }
    }
}
