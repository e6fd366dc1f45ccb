package io.concordkv.engine.memory;

import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.EngineCapabilities;
import io.concordkv.engine.EngineClosedException;
import io.concordkv.engine.EngineContext;
import io.concordkv.engine.EngineFullException;
import io.concordkv.engine.EngineStats;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.LastWins;
import io.concordkv.engine.ReadView;
import io.concordkv.engine.StorageEngine;
import io.concordkv.engine.ValidationReport;
import io.concordkv.engine.WriteBatch;
import io.concordkv.engine.WriteReport;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/// The engine `memory`: a [Tree] in memory of its own. A write holds the lock; a get reads beside it and
/// tries again when a write came between, taking the read lock after a few vain tries. On the writer's
/// own thread a get never waits. Views need the lock only to open and close.
final class MemoryEngine implements StorageEngine {
    private static final int OPTIMISTIC_TRIES = 4;

    private final EngineContext context;
    private final StampedLock lock = new StampedLock();
    private final LastWins lastWins = new LastWins();
    private final Pages pages;
    private Slabs slabs;
    private Retired retired;
    private Views views;
    private Room room;
    private Tree tree;
    private long writes;
    private long appliedIndex;
    private long batches;
    private long operations;
    private long expiredBefore;
    private volatile boolean closed;
    private volatile @Nullable Throwable broken;

    MemoryEngine(EngineContext context) {
        this.context = context;
        pages = new Pages(context.memory());
        slabs = new Slabs(pages);
        retired = new Retired(slabs);
        views = new Views(lock, retired, context.limits());
        room = new Room(pages, slabs);
        tree = new Tree(slabs, retired);
    }

    @Override
    public EngineCapabilities capabilities() {
        return new EngineCapabilities(true, false);
    }

    @Override
    public WriteReport write(WriteBatch batch, long index) {
        context.limits().check(batch);
        int collapsed = lastWins.mark(batch);
        long stamp = lock.writeLock();
        try {
            checkUsable();
            views.tidy(views.openCount() == 0 ? 0 : context.clock().nanos(), writes);
            ensureRoom(batch);
            long bytes = apply(batch);
            appliedIndex = index;
            batches++;
            operations += batch.size() - collapsed;
            return new WriteReport(batch.size() - collapsed, collapsed, bytes);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private void ensureRoom(WriteBatch batch) {
        if (room.ensure(batch, lastWins, tree.levels())) {
            return;
        }
        retired.release(Integer.MAX_VALUE);
        while (!room.ensure(batch, lastWins, tree.levels())) {
            if (!views.expireOldest("its memory was needed for a write")) {
                throw new EngineFullException(context.name(), room.bytesNeeded(), context.memory());
            }
            retired.release(Integer.MAX_VALUE);
        }
    }

    private long apply(WriteBatch batch) {
        long bytes = 0;
        tree.nodes.write = ++writes;
        try {
            for (int i = 0; i < batch.size(); i++) {
                if (lastWins.isVoid(i)) {
                    continue;
                }
                byte[] key = batch.key(i);
                bytes += key.length;
                switch (batch.kind(i)) {
                    case PUT -> {
                        tree.put(key, batch.value(i));
                        bytes += batch.value(i).length;
                    }
                    case DELETE -> tree.delete(key);
                    case DELETE_RANGE -> tree.deleteRange(batch.range(i));
                }
            }
            return bytes;
        } catch (RuntimeException | Error e) {
            // Half a batch may be in the tree: nobody may read or write it again.
            broken = e;
            views.endAll("the engine failed");
            throw e;
        }
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        for (int i = 0; i < OPTIMISTIC_TRIES; i++) {
            long stamp = lock.tryOptimisticRead();
            if (stamp == 0) {
                Thread.onSpinWait();
                continue;
            }
            try {
                byte[] value = read(key);
                if (lock.validate(stamp)) {
                    return value;
                }
            } catch (IndexOutOfBoundsException | IllegalStateException | NullPointerException e) {
                if (lock.validate(stamp)) {
                    throw e;
                }
            }
        }
        long stamp = lock.readLock();
        try {
            return read(key);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    private byte @Nullable [] read(byte[] key) {
        checkUsable();
        Tree now = tree;
        return Tree.get(pages.chunks(), now.path.root(), now.levels(), key);
    }

    @Override
    public Cursor cursor(KeyRange range, Direction direction) {
        return openView().cursor(range, direction, true);
    }

    @Override
    public ReadView view() {
        return openView();
    }

    private View openView() {
        long now = context.clock().nanos();
        long stamp = lock.writeLock();
        try {
            checkUsable();
            View view = new View(views, tree, writes, appliedIndex, now, context.name());
            views.add(view);
            return view;
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /// Always 0: nothing of this engine survives the process.
    @Override
    public long durableIndex() {
        return 0;
    }

    @Override
    public long appliedIndex() {
        long stamp = lock.readLock();
        try {
            return appliedIndex;
        } finally {
            lock.unlockRead(stamp);
        }
    }

    @Override
    public long count() {
        long stamp = lock.readLock();
        try {
            return tree.count();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    @Override
    public EngineStats stats() {
        long stamp = lock.writeLock();
        try {
            views.dropAbandoned();
            return new EngineStats(
                    tree.count(),
                    tree.keyBytes(),
                    tree.valueBytes(),
                    slabs.usedBytes(),
                    pages.reservedBytes(),
                    views.openCount(),
                    retired.bytes(),
                    expiredBefore + views.expiredCount(),
                    batches,
                    operations,
                    tree.levels());
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /// Returns at once: nothing of this engine survives the process.
    @Override
    public void flush() {
        checkUsable();
    }

    /// Frees what closed views kept and, when no view is open, moves blocks out of sparse slabs.
    @Override
    public void compact() {
        long stamp = lock.writeLock();
        try {
            checkUsable();
            views.dropAbandoned();
            retired.release(Integer.MAX_VALUE);
            if (views.openCount() == 0) {
                new Compactor(tree).run();
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    @Override
    public ValidationReport validate() {
        long stamp = lock.readLock();
        try {
            checkUsable();
            return new TreeCheck(tree, retired.bytes()).run();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    @Override
    public void clear() {
        long stamp = lock.writeLock();
        try {
            checkUsable();
            drop("the engine was cleared");
            slabs = new Slabs(pages);
            retired = new Retired(slabs);
            views = new Views(lock, retired, context.limits());
            room = new Room(pages, slabs);
            tree = new Tree(slabs, retired);
            appliedIndex = 0;
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    @Override
    public void close() {
        long stamp = lock.writeLock();
        try {
            if (!closed) {
                closed = true;
                drop("the engine was closed");
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private void drop(String reason) {
        views.endAll(reason);
        expiredBefore += views.expiredCount();
        pages.close();
    }

    private void checkUsable() {
        if (closed) {
            throw new EngineClosedException(context.name());
        }
        Throwable cause = broken;
        if (cause != null) {
            throw new IllegalStateException("engine " + context.name() + " failed in the middle of a write", cause);
        }
    }
}
