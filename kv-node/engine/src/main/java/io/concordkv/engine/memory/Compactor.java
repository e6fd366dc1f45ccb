package io.concordkv.engine.memory;

import java.lang.foreign.MemorySegment;

/// Moves entries and leaves out of slabs that are mostly free, so that their pages can serve other sizes
/// or go back to the system. Runs under the write lock while no view is open.
final class Compactor {
    private final Tree tree;
    private final Slabs slabs;

    Compactor(Tree tree) {
        this.tree = tree;
        this.slabs = tree.nodes.slabs;
    }

    void run() {
        if (tree.levels() > 0) {
            int root = tree.path.root();
            tree.path.nodes[tree.levels() - 1] = visit(moved(root, nodeBytes(root)));
        }
    }

    /// Visits a node that has been moved where that helps, and moves what hangs below it.
    private int visit(int node) {
        MemorySegment segment = tree.nodes.segment(node);
        long offset = Ref.offset(node);
        int count = Node.count(segment, offset);
        for (int i = 0; i < count; i++) {
            int item = Node.item(segment, offset, i);
            Node.setItem(segment, offset, i, moved(item, Entry.bytes(tree.nodes.segment(item), Ref.offset(item))));
        }
        if (Node.height(segment, offset) > 0) {
            for (int i = 0; i <= count; i++) {
                int child = Node.child(segment, offset, i);
                Node.setChild(segment, offset, i, visit(moved(child, nodeBytes(child))));
            }
        }
        return node;
    }

    private int nodeBytes(int node) {
        return Node.bytes(Node.height(tree.nodes.segment(node), Ref.offset(node)));
    }

    private int moved(int ref, int bytes) {
        if (!slabs.isInSparseSlab(ref) || slabs.freeBlocks(SizeClass.of(bytes)) == 0) {
            return ref;
        }
        int to = slabs.allocateElsewhere(ref, bytes);
        if (to == Ref.NONE) {
            return ref;
        }
        MemorySegment.copy(tree.nodes.segment(ref), Ref.offset(ref), tree.nodes.segment(to), Ref.offset(to), bytes);
        slabs.free(ref);
        return to;
    }
}
