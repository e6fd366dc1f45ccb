package io.concordkv.wal;

import io.concordkv.base.LogEntry;
import io.concordkv.base.ShardId;
import io.concordkv.disk.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The write-ahead log of a node: one append-only stream of frames for all its groups, in segments.
///
/// Any thread enqueues and reads. One pump at a time writes, syncs and tidies: [#writeQueued],
/// [#syncWritten], [#housekeep]; in a process that is [WalThread]. One more thread may encode the next frame
/// meanwhile: [#encodeAhead]. At most one sync is in flight, and no
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
    private final WalRecovery recovery;
    private final WalQueue queue;
    private final ConcurrentSkipListMap<Integer, Segment> segments;

    private final WalWriter writer;
    private volatile Runnable queuedListener = () -> {};

    private Wal(WalOptions options, WalOpening.Opened opened) {
        this.options = options;
        this.store = opened.store();
        this.state = opened.state();
        this.recovery = opened.recovery();
        this.segments = new ConcurrentSkipListMap<>(opened.segments());
        this.queue = new WalQueue((recovery.durableSequence() | 1) + 1, options.queueBytesMax());
        this.writer = new WalWriter(options, opened, queue, segments);
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
        return writer.durable();
    }

    /// Called by the pump after each sync with the new durable sequence.
    public void onDurable(LongConsumer listener) {
        writer.onDurable(listener);
    }

    /// Called by [#enqueue] in the caller's thread: how [WalThread] wakes up. Must be cheap.
    void onQueued(Runnable listener) {
        queuedListener = listener;
    }

    /// Whether anything waits to be written.
    public boolean hasQueued() {
        return !queue.isEmpty() || writer.isHolding();
    }

    /// Whether a frame waits to be written that is complete, or was too large to be encoded ahead.
    boolean isHolding() {
        return writer.isHolding();
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
        if (!encodeQueued()) {
            return false;
        }
        writeEncoded();
        return true;
    }

    /// Pump: the first half of [#writeQueued].
    boolean encodeQueued() throws IOException {
        return writer.encode();
    }

    /// Pump: the second half.
    void writeEncoded() throws IOException {
        writer.writeEncoded();
    }

    /// Any thread, for a pump that waits for the device: takes what is queued and encodes it as the frame that
    /// [#writeQueued] will hand to the file next, in front of what is queued by then. Nothing waits for it: when
    /// the pump is at work itself, or the frame's place is not certain, it does nothing.
    ///
    /// @return whether a frame was encoded
    public boolean encodeAhead() {
        return writer.encodeAhead();
    }

    /// Pump: returns when everything written is durable.
    ///
    /// @return the new durable sequence
    /// @throws WalFailedException when the sync failed: a marker was tried (L4), the log takes nothing
    ///     afterwards and the process must end
    public long syncWritten() throws IOException {
        return writer.syncWritten();
    }

    /// Pump: one slice of tidying; call it when there is time. Lets dead segments go, makes the next one
    /// ready, and makes reserves and ballast.
    ///
    /// @return whether there may be more to do now
    public boolean housekeep() throws IOException {
        return writer.housekeep();
    }

    /// Pump: the part of [#housekeep] that must not wait for an idle moment.
    boolean housekeepUnderLoad() throws IOException {
        return writer.housekeepUnderLoad();
    }

    /// Pump: looks at the free space; about once a second is enough.
    public void checkSpace() throws IOException {
        Segment active = writer.active();
        store.held().check(active.room - active.end);
    }

    /// Whether leaders may admit puts, as of the last [#checkSpace] or of a file that could not grow. Any
    /// thread.
    public WalSpace space() {
        return store.held().space();
    }

    /// Reads live entries, blocking. Those that are not handed to the file are not there yet.
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
            if (run.isEmpty() || segment == null || !segment.holds(run.get()) || !segment.acquire()) {
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
        Optional<Absence> absence = state.absence(group, index);
        Optional<Runs.Run> run = absence.isEmpty() ? state.run(group, index) : Optional.empty();
        Segment segment = run.map(r -> segments.get(r.segment())).orElse(null);
        boolean unwritten = segment != null && !segment.holds(run.orElseThrow());
        return unwritten ? Optional.of(Absence.UNAVAILABLE) : absence;
    }

    /// A reader of all blocks, for whoever searches for rot (SAFETY S10).
    public WalScrub scrub() {
        return new WalScrub(segments, state, () -> writer.active().number);
    }

    /// Bytes of a group's live entries in the log.
    public long logBytes(ShardId group) {
        return state.logBytes(group);
    }

    /// The group with entries in the oldest segment, when that is not the active one.
    public Optional<ShardId> holderOfOldestSegment() {
        return state.oldest()
                .filter(oldest -> oldest.getKey() < writer.active().number)
                .map(Map.Entry::getValue);
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
        return this.segments.size() > segments ? state.holdersOfOldest(writer.active().number) : List.of();
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
        return writer.stats(segmentBytes());
    }

    /// Closes the files; what is queued or not synced is lost as in a crash.
    @Override
    public void close() throws IOException {
        queue.close();
        for (Segment segment : segments.values()) {
            segment.retire();
        }
        writer.close();
    }
}
