package io.concordkv.engine.memory;

import io.concordkv.engine.KeyRange;
import org.jspecify.annotations.Nullable;

/// Walks down. The range's start is looked for once a leaf, not once an entry.
final class BackwardCursor extends LeafCursor {
    private final KeyRange range;
    /// Place behind the next one in the leaf, and the first that belongs to the range.
    private int place;

    private int limit;
    private boolean started;
    private boolean isLastLeaf;

    BackwardCursor(View view, KeyRange range, boolean closesView) {
        super(view, closesView);
        this.range = range;
    }

    @Override
    public boolean next() {
        view.checkBefore();
        if (place <= limit && !toNextItems()) {
            standNowhere();
            return false;
        }
        standOnDown(--place, limit);
        return true;
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
        while (place <= limit) {
            if (isLastLeaf || !previousLeaf()) {
                isLastLeaf = true;
                return false;
            }
            enterLeaf(leafCount());
        }
        loadItems();
        return true;
    }

    private int start() {
        byte @Nullable [] end = range.end();
        if (end == null) {
            seekLast();
            return leafCount();
        }
        return seek(end);
    }

    private void enterLeaf(int behind) {
        place = behind;
        limit = range.start().length == 0 ? 0 : place(range.start());
        isLastLeaf = limit > 0;
    }
}
