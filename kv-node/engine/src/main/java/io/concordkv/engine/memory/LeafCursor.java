package io.concordkv.engine.memory;

import io.concordkv.engine.Cursor;
import java.lang.foreign.MemorySegment;

/// What both directions share: the path within a view, a copy of the current leaf's references, and
/// reading of the entry the cursor stands on.
abstract class LeafCursor implements Cursor {
    final View view;
    private final boolean closesView;
    /// Entries lie where there was room, so each one is a cache miss of its own. Asking for many at a time
    /// lets the misses overlap; a short scan asks for few.
    private static final int AHEAD_FIRST = 4;

    private static final int AHEAD_MAX = 32;
    private static final int CACHE_LINE = 64;

    private final int[] nodes = new int[Path.LEVELS_MAX];
    private final int[] places = new int[Path.LEVELS_MAX];
    private final int[] items = new int[Node.ITEMS_MAX];
    private int current = Ref.NONE;
    /// Places of the leaf whose entries have been asked for ahead, and how many to ask for next.
    private int aheadFrom;

    private int aheadTo;
    private int aheadNext = AHEAD_FIRST;
    private long touched;

    LeafCursor(View view, boolean closesView) {
        this.view = view;
        this.closesView = closesView;
    }

    /// Follows a key to its leaf.
    ///
    /// @return place of the first item not below the key
    final int seek(byte[] key) {
        return descend(view.root(), view.levels() - 1, key);
    }

    private int descend(int from, int height, byte[] key) {
        int node = from;
        for (int h = height; ; h--) {
            nodes[h] = node;
            if (h == 0) {
                return place(key);
            }
            places[h] = Node.childIndex(Node.search(view.chunks(), segment(node), Ref.offset(node), key));
            node = Node.child(segment(node), Ref.offset(node), places[h]);
        }
    }

    /// Goes to the first leaf.
    final void seekFirst() {
        goDown(view.root(), view.levels() - 1, false);
    }

    /// Goes to the last leaf.
    final void seekLast() {
        goDown(view.root(), view.levels() - 1, true);
    }

    private void goDown(int from, int height, boolean toLast) {
        int node = from;
        for (int h = height; ; h--) {
            nodes[h] = node;
            if (h == 0) {
                return;
            }
            places[h] = toLast ? count(node) : 0;
            node = Node.child(segment(node), Ref.offset(node), places[h]);
        }
    }

    /// Goes to the leaf behind the current one.
    final boolean nextLeaf() {
        for (int h = 1; h < view.levels(); h++) {
            if (places[h] < count(nodes[h])) {
                places[h]++;
                goDown(child(h), h - 1, false);
                return true;
            }
        }
        return false;
    }

    /// Goes to the leaf before the current one.
    final boolean previousLeaf() {
        for (int h = 1; h < view.levels(); h++) {
            if (places[h] > 0) {
                places[h]--;
                goDown(child(h), h - 1, true);
                return true;
            }
        }
        return false;
    }

    private int child(int h) {
        return Node.child(segment(nodes[h]), Ref.offset(nodes[h]), places[h]);
    }

    /// Place of the first item of the current leaf that is not below the key.
    final int place(byte[] key) {
        int leaf = nodes[0];
        int found = Node.search(view.chunks(), segment(leaf), Ref.offset(leaf), key);
        return found >= 0 ? found : -1 - found;
    }

    /// Items of the current leaf.
    final int leafCount() {
        return count(nodes[0]);
    }

    /// Takes the current leaf's references over.
    final void loadItems() {
        Node.readItems(segment(nodes[0]), Ref.offset(nodes[0]), items, leafCount());
        aheadFrom = 0;
        aheadTo = 0;
    }

    /// Reads two cache lines of each entry from `from` to `to`, for nothing but to have them nearer.
    private void touch(int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            MemorySegment segment = segment(items[i]);
            long at = Ref.offset(items[i]);
            sum += Entry.byteAt(segment, at) + Entry.byteAt(segment, Math.min(at + CACHE_LINE, segment.byteSize() - 1));
        }
        touched += sum;
        aheadFrom = from;
        aheadTo = to;
        aheadNext = Math.min(aheadNext * 2, AHEAD_MAX);
    }

    /// Stands on a place of the leaf on the way up to `limit`.
    final void standOnUp(int place, int limit) {
        if (place >= aheadTo) {
            touch(place, Math.min(place + aheadNext, limit));
        }
        current = items[place];
    }

    /// Stands on a place of the leaf on the way down to `limit`.
    final void standOnDown(int place, int limit) {
        if (place < aheadFrom || place >= aheadTo) {
            touch(Math.max(place + 1 - aheadNext, limit), place + 1);
        }
        current = items[place];
    }

    final void standNowhere() {
        current = Ref.NONE;
    }

    private int count(int node) {
        return Node.count(segment(node), Ref.offset(node));
    }

    private MemorySegment segment(int ref) {
        return Ref.segment(view.chunks(), ref);
    }

    @Override
    public final byte[] key() {
        int ref = current();
        try {
            byte[] key = Entry.key(segment(ref), Ref.offset(ref));
            view.checkAfter();
            return key;
        } catch (IndexOutOfBoundsException | IllegalStateException | NullPointerException e) {
            throw view.failed(e);
        }
    }

    @Override
    public final byte[] value() {
        int ref = current();
        try {
            byte[] value = Entry.value(segment(ref), Ref.offset(ref));
            view.checkAfter();
            return value;
        } catch (IndexOutOfBoundsException | IllegalStateException | NullPointerException e) {
            throw view.failed(e);
        }
    }

    private int current() {
        if (current == Ref.NONE) {
            throw new IllegalStateException("the cursor stands on no entry");
        }
        return current;
    }

    @Override
    public final void close() {
        standNowhere();
        if (closesView) {
            view.close();
        }
    }
}
