package io.concordkv.engine.memory;

import io.concordkv.engine.KeyRange;
import org.jspecify.annotations.Nullable;

/// Walks up. The range's end is looked for once a leaf, not once an entry.
final class ForwardCursor extends LeafCursor {
    private final KeyRange range;
    /// Next place in the leaf, and the place behind the last that belongs to the range.
    private int place;

    private int limit;
    private boolean started;
    private boolean isLastLeaf;

    ForwardCursor(View view, KeyRange range, boolean closesView) {
        super(view, closesView);
        this.range = range;
    }

    @Override
    public boolean next() {
        view.checkBefore();
        if (place >= limit && !toNextItems()) {
            standNowhere();
            return false;
        }
        standOnUp(place++, limit);
        return true;
    }

    /// Number of entries from here on.
    long countRest() {
        long count = 0;
        while (toNextItems()) {
            count += limit - place;
            place = limit;
        }
        return count;
    }

    private boolean toNextItems() {
        try {
            boolean found = advance();
            view.checkAfter();
            return found;
        } catch (IndexOutOfBoundsException | IllegalStateException | NullPointerException e) {
            throw view.failed(e);
        }
    }

    private boolean advance() {
        if (!started) {
            started = true;
            isLastLeaf = view.levels() == 0 || range.isEmpty();
            if (!isLastLeaf) {
                enterLeaf(start());
            }
        }
        while (place >= limit) {
            if (isLastLeaf || !nextLeaf()) {
                isLastLeaf = true;
                return false;
            }
            enterLeaf(0);
        }
        loadItems();
        return true;
    }

    private int start() {
        if (range.start().length == 0) {
            seekFirst();
            return 0;
        }
        return seek(range.start());
    }

    private void enterLeaf(int from) {
        byte @Nullable [] end = range.end();
        int count = leafCount();
        place = from;
        limit = end == null ? count : place(end);
        isLastLeaf = limit < count;
    }
}
