package io.concordkv.wal;

import io.concordkv.disk.DiskFullException;
import io.concordkv.wal.FrameBuilder.Place;
import io.concordkv.wal.WalQueue.Call;
import io.concordkv.wal.WalQueue.Item;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Takes what is queued to the device. The pump turns: [#encode], [#writeEncoded], [#syncWritten], [#housekeep].
/// While a turn's frames are on their way to the device, one other thread may encode the next frame
/// ([#encodeAhead]), as long as its place is certain: behind them in the same segment, which has the room, with
/// them as what was durable before it. It is handed to the file in the next turn, after their sync returned.
final class WalWriter {
    private static final int SPINS_BEFORE_WAIT = 1_000;

    private final WalOptions options;
    private final SegmentStore store;
    private final LogState state;
    private final FrameBuilder builder;
    private final WalRecovery recovery;
    private final WalQueue queue;
    private final ConcurrentSkipListMap<Integer, Segment> segments;

    /// Guards where the next frame goes, and what is encoded but not written.
    private final ReentrantLock encoding = new ReentrantLock();

    private FrameBuffer encoded = new FrameBuffer();
    /// What `encoded` holds came from [#encodeAhead].
    private boolean ahead;
    /// Taken from the queue, not encoded yet.
    private List<Frame> taken = List.of();
    /// Of the last frame encoded, checkpoints included.
    private long lastFrame;
    /// Where the next frame begins in the active segment.
    private long end;
    /// What will be durable when the frames of this turn are handed to the file (SAFETY L2).
    private long turnDurable;
    /// Taken from the queue, not written yet.
    private volatile boolean holding;

    // Pump only, but for the volatile ones.
    private FrameBuffer leaving = new FrameBuffer();
    private volatile Segment active;
    private long lastWritten;
    private boolean unsynced;
    private volatile long durable;
    private volatile boolean failed;
    private volatile LongConsumer durableListener = sequence -> {};
    /// The segment that follows, once it is made ready. Guarded by `encoding`, as the next one.
    private @Nullable Segment next;
    /// Something was compacted or cut since the oldest segment was last found alive.
    private boolean mayHaveDied = true;

    private final LongAdder frames = new LongAdder();
    private final LongAdder syncs = new LongAdder();
    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder rotations = new LongAdder();

    WalWriter(
            WalOptions options,
            WalOpening.Opened opened,
            WalQueue queue,
            ConcurrentSkipListMap<Integer, Segment> segments) {
        this.options = options;
        this.store = opened.store();
        this.state = opened.state();
        this.builder = opened.builder();
        this.recovery = opened.recovery();
        this.queue = queue;
        this.segments = segments;
        this.active = opened.active();
        this.end = active.end;
        this.lastFrame = recovery.durableSequence();
        this.lastWritten = lastFrame;
        this.durable = lastFrame;
    }

    /// The calls of one frame.
    private record Frame(FrameBuilder.Batch batch, long sequence) {
        long bytes() {
            return (long) batch.blocks() * Block.BYTES;
        }
    }

    Segment active() {
        return active;
    }

    long durable() {
        return durable;
    }

    void onDurable(LongConsumer listener) {
        durableListener = listener;
    }

    /// Whether anything that was taken from the queue waits to be written.
    boolean isHolding() {
        return holding;
    }

    /// Pump: encodes what is queued, behind what was encoded ahead.
    ///
    /// @return false when there was nothing, or when what was written before is not synced yet
    boolean encode() throws IOException {
        if (failed || unsynced) {
            return false;
        }
        // Who encodes ahead is done in a moment, but to be woken up takes longer.
        for (int i = 0; !encoding.tryLock(); i++) {
            if (i == SPINS_BEFORE_WAIT) {
                encoding.lock();
                break;
            }
            Thread.onSpinWait();
        }
        try {
            return !failed && encodeTurn();
        } catch (IOException e) {
            throw fail("write", e);
        } finally {
            encoding.unlock();
        }
    }

    private boolean encodeTurn() throws IOException {
        List<Frame> more = taken.isEmpty() ? frames(queue.take(Wal.BATCH_BYTES_SOFT)) : taken;
        taken = List.of();
        long size = 0;
        for (Frame frame : more) {
            size += frame.bytes();
        }
        if (!ahead) {
            if (more.isEmpty()) {
                return false;
            }
            turnDurable = durable;
            if (active.hasFrames && end + size > options.segmentBytes()) {
                rotate();
            }
        } else if (end + size > Math.min(active.room, options.segmentBytes())) {
            taken = more;
            more = List.of();
        }
        for (Frame frame : more) {
            if (encoded.used() > 0 && encoded.used() + frame.bytes() > Wal.FRAME_BYTES_SOFT) {
                flush(encoded);
            }
            if (end + frame.bytes() > active.room) {
                flush(encoded);
                makeRoom(frame.bytes());
            }
            add(frame);
        }
        FrameBuffer empty = leaving;
        leaving = encoded;
        encoded = empty;
        ahead = false;
        holding = !taken.isEmpty();
        return true;
    }

    /// Any thread but the pump: encodes the next frame, if its place is certain.
    ///
    /// @return whether it did
    boolean encodeAhead() {
        if (failed || !encoding.tryLock()) {
            return false;
        }
        try {
            if (failed || ahead || !taken.isEmpty() || isTidyingDue()) {
                return false;
            }
            List<Frame> frames = frames(queue.take(Wal.FRAME_BYTES_SOFT));
            if (frames.isEmpty()) {
                return false;
            }
            holding = true;
            Frame first = frames.getFirst();
            if (frames.size() > 1 || end + first.bytes() > Math.min(active.room, options.segmentBytes())) {
                taken = frames;
                return false;
            }
            turnDurable = lastFrame;
            add(first);
            ahead = true;
            return true;
        } catch (RuntimeException | Error e) {
            // What was taken is lost: nothing behind it may become durable.
            failed = true;
            queue.close();
            throw e;
        } finally {
            encoding.unlock();
        }
    }

    /// Tidying must not see what is not durable, so nothing is encoded ahead of it.
    private boolean isTidyingDue() {
        boolean dead = (mayHaveDied || state.hasShrunk()) && segments.firstKey() < active.number;
        return dead || (next == null && end > options.segmentBytes() / 2);
    }

    private void add(Frame frame) {
        builder.records(frame.batch(), place(frame.sequence()), false, encoded);
        end += frame.bytes();
        lastFrame = frame.sequence();
        active.hasFrames = true;
    }

    private Place place(long sequence) {
        return new Place(active.number, active.salt, end, sequence, lastFrame, turnDurable);
    }

    private List<Frame> frames(List<Call> calls) {
        if (calls.isEmpty()) {
            return List.of();
        }
        List<Frame> frames = new ArrayList<>(1);
        List<Item> items = new ArrayList<>(calls.size());
        int bytes = 0;
        long sequence = 0;
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            if (!items.isEmpty() && (long) bytes + call.bytes() > Wal.FRAME_BYTES_SOFT) {
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

    /// Begins a new segment, when everything written is synced and nothing else is encoded. Its checkpoint takes
    /// the odd sequence behind the last frame, so that every frame before it is durable and every frame behind it
    /// is not.
    private void rotate() throws IOException {
        Segment ready =
                next != null ? next : store.prepare(active.number + 1, recovery.logId(), recovery.incarnation(), true);
        next = null;
        segments.put(ready.number, ready);
        active = ready;
        end = ready.end;
        mayHaveDied = true;
        rotations.increment();
        long sequence = lastFrame + 1;
        builder.checkpoint(state.checkpoint(recovery.logId(), recovery.incarnation()), place(sequence), encoded);
        end += encoded.used();
        lastFrame = sequence;
        flush(encoded);
    }

    /// Sees to it that the next frame needs no room of the volume: lets the file grow, or, on a full
    /// disk, goes on in a segment that was held for that. Nothing is encoded and not written.
    private void makeRoom(long bytes) throws IOException {
        while (end + bytes > active.room) {
            try {
                active.room = store.held().grow(active.file, active.room, end + bytes);
            } catch (DiskFullException full) {
                HeldSpace held = store.held();
                if (next != null || held.reserves() > 0) {
                    syncAndRotate();
                } else if (!held.releaseBallast()) {
                    if (!held.hasLast()) {
                        throw full;
                    }
                    syncAndRotate();
                }
            }
        }
    }

    private void syncAndRotate() throws IOException {
        syncWritten();
        turnDurable = durable;
        rotate();
    }

    /// Pump: hands what [#encode] left to the file.
    void writeEncoded() throws IOException {
        try {
            flush(leaving);
            store.held().spend(active.room - active.end);
        } catch (IOException e) {
            throw fail("write", e);
        }
    }

    private void flush(FrameBuffer buffer) throws IOException {
        if (buffer.used() == 0) {
            return;
        }
        int size = buffer.used();
        active.room = store.held().growAnyhow(active.file, active.room, active.end + size);
        active.file.write(buffer.written(), active.end);
        active.end = active.end + size;
        frames.add(buffer.frames());
        records.add(buffer.records());
        bytes.add(size);
        lastWritten = buffer.lastSequence();
        unsynced = true;
        buffer.clear();
    }

    /// Pump: returns when everything written is durable.
    long syncWritten() throws IOException {
        if (unsynced && !failed) {
            try {
                active.file.sync();
            } catch (IOException e) {
                throw fail("sync", e);
            }
            syncs.increment();
            unsynced = false;
            durable = lastWritten;
            durableListener.accept(durable);
        }
        return durable;
    }

    /// Pump: see [Wal#housekeep].
    boolean housekeep() throws IOException {
        encoding.lock();
        try {
            return housekeepUnderLoad() || (isQuiet() && store.held().growHeld());
        } finally {
            encoding.unlock();
        }
    }

    /// Pump: the part of [#housekeep] that must not wait for an idle moment.
    boolean housekeepUnderLoad() throws IOException {
        encoding.lock();
        try {
            return isQuiet() && housekeepNow();
        } finally {
            encoding.unlock();
        }
    }

    /// Whether everything that `state` knows is durable.
    private boolean isQuiet() {
        return !failed && !unsynced && !ahead;
    }

    private boolean housekeepNow() throws IOException {
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

    WalStats stats(long segmentBytes) {
        return new WalStats(
                frames.sum(),
                syncs.sum(),
                records.sum(),
                bytes.sum(),
                rotations.sum(),
                segments.size(),
                store.held().reserves(),
                segmentBytes,
                store.held().ballastBytes());
    }

    /// Closes the segment made ready, if there is one.
    void close() throws IOException {
        encoding.lock();
        try {
            if (next != null) {
                next.retire();
            }
        } finally {
            encoding.unlock();
        }
    }
}
