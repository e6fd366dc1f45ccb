package io.concordkv.engine.memory;

/// The way from the root to a place in a leaf, by height: element 0 is the leaf. Also names the root.
final class Path {
    /// Every split leaves at least 32 children, and references have 32 bits.
    static final int LEVELS_MAX = 12;

    final int[] nodes = new int[LEVELS_MAX];
    /// In the leaf the place of an item; above it the index of the child taken.
    final int[] places = new int[LEVELS_MAX];

    /// Levels of the tree; 0 when it is empty.
    int levels;

    int root() {
        return levels == 0 ? Ref.NONE : nodes[levels - 1];
    }
}
