package io.concordkv.engine.memory;

import java.lang.foreign.MemorySegment;

/// Moves entries and nodes out of slabs that are mostly free into lower ones, so that pages can serve
/// other sizes and chunks go back to the system. Runs under the write lock while no view is open.
final class Compactor {
    private final Tree tree;
    private final Slabs slabs;

    Compactor(Tree tree) {
        this.tree = tree;
        this.slabs = tree.nodes.slabs;
    }

    void run() {
        slabs.sortByAddress();
        if (tree.levels() > 0) {
            int root = tree.path.root();
            tree.path.nodes[tree.levels() - 1] = visit(slabs.moveDown(root, nodeBytes(root)));
        }
    }

    /// Visits a node that has been moved where that helps, and moves what hangs below it.
    private int visit(int node) {
        MemorySegment segment = tree.nodes.segment(node);
        long offset = Ref.offset(node);
        int count = Node.count(segment, offset);
        for (int i = 0; i < count; i++) {
            int item = Node.item(segment, offset, i);
            Node.setItem(
                    segment, offset, i, slabs.moveDown(item, Entry.bytes(tree.nodes.segment(item), Ref.offset(item))));
        }
        if (Node.height(segment, offset) > 0) {
            for (int i = 0; i <= count; i++) {
                int child = Node.child(segment, offset, i);
                Node.setChild(segment, offset, i, visit(slabs.moveDown(child, nodeBytes(child))));
            }
        }
        return node;
    }

    private int nodeBytes(int node) {
        return Node.bytes(Node.height(tree.nodes.segment(node), Ref.offset(node)));
    }
}
