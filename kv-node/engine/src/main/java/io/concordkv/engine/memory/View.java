package io.concordkv.engine.memory;

import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.ReadView;
import io.concordkv.engine.ViewExpiredException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A view: the root at one write, and the promise of the writer not to touch what hangs below it. The
/// promise ends when the view expires. A reader therefore reads first and checks afterwards: what it
/// read counts only if the view had not expired by then.
final class View implements ReadView {
    private final Views views;
    private final MemorySegment[] chunks;
    private final int root;
    private final int levels;
    private final long appliedIndex;
    private final String engine;
    /// Number of the last write the view sees.
    final long write;
    final long openedAt;
    // Neighbours in the list of open views, under the engine's write lock.
    @Nullable
    View older;

    @Nullable
    View newer;

    private volatile @Nullable String ended;

    View(Views views, Tree tree, long write, long appliedIndex, long openedAt, String engine) {
        this.views = views;
        this.chunks = tree.nodes.slabs.chunks();
        this.root = tree.path.root();
        this.levels = tree.levels();
        this.write = write;
        this.appliedIndex = appliedIndex;
        this.openedAt = openedAt;
        this.engine = engine;
    }

    MemorySegment[] chunks() {
        return chunks;
    }

    int root() {
        return root;
    }

    int levels() {
        return levels;
    }

    /// After this no reader accepts what it reads.
    void end(String reason) {
        ended = reason;
        VarHandle.fullFence();
    }

    boolean hasEnded() {
        return ended != null;
    }

    void checkBefore() {
        String reason = ended;
        if (reason != null) {
            throw new ViewExpiredException(engine, reason);
        }
    }

    /// To be called after reading and before believing what was read.
    void checkAfter() {
        VarHandle.acquireFence();
        checkBefore();
    }

    /// What a failed read means: the memory went away because the view ended, or the engine is broken.
    RuntimeException failed(RuntimeException cause) {
        checkAfter();
        return cause;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        checkBefore();
        try {
            byte[] value = Tree.get(chunks, root, levels, key);
            checkAfter();
            return value;
        } catch (IndexOutOfBoundsException | IllegalStateException | NullPointerException e) {
            throw failed(e);
        }
    }

    @Override
    public Cursor cursor(KeyRange range, Direction direction) {
        return cursor(range, direction, false);
    }

    Cursor cursor(KeyRange range, Direction direction, boolean closesView) {
        checkBefore();
        return switch (direction) {
            case FORWARD -> new ForwardCursor(this, range, closesView);
            case BACKWARD -> new BackwardCursor(this, range, closesView);
        };
    }

    @Override
    public long count(KeyRange range) {
        checkBefore();
        return new ForwardCursor(this, range, false).countRest();
    }

    @Override
    public long appliedIndex() {
        return appliedIndex;
    }

    @Override
    public void close() {
        views.close(this);
    }
}
