package io.concordkv.engine.memory;

import java.lang.foreign.MemorySegment;

/// Takes empty nodes out of the tree and joins sparse ones with a neighbour, from the leaf up. A sparse
/// node whose neighbours are well filled stays as it is.
final class Merger {
    private static final int SPARSE_MAX = Node.ITEMS_MAX / 4;
    private static final int JOINED_MAX = Node.ITEMS_MAX * 3 / 4;

    private final Nodes nodes;
    private final Path path;

    Merger(Nodes nodes, Path path) {
        this.nodes = nodes;
        this.path = path;
    }

    /// To be called after items were removed from the leaf of a path that the writer owns. Afterwards
    /// only the path's root and levels are right.
    void repair() {
        int h = 0;
        if (path.levels > 1 && count(path.nodes[0]) == 0) {
            h = removeChild(1);
        }
        while (h < path.levels - 1) {
            if (count(path.nodes[h]) >= SPARSE_MAX || !joinWithNeighbour(h)) {
                return;
            }
            h++;
        }
        dropUselessRoots();
    }

    private int count(int node) {
        return Node.count(nodes.segment(node), Ref.offset(node));
    }

    private void dropUselessRoots() {
        while (path.levels > 0 && count(path.root()) == 0) {
            int root = path.root();
            if (path.levels > 1) {
                path.nodes[path.levels - 2] = Node.child(nodes.segment(root), Ref.offset(root), 0);
            }
            path.levels--;
            nodes.drop(root);
        }
    }

    /// Removes the path's child from the node at height `h`, and with it all nodes that had no other child.
    ///
    /// @return height of the node that lost a child; the number of levels, 0, when the tree is empty now
    private int removeChild(int h) {
        nodes.drop(path.nodes[h - 1]);
        int height = h;
        while (count(path.nodes[height]) == 0) {
            nodes.drop(path.nodes[height]);
            height++;
            if (height == path.levels) {
                path.levels = 0;
                return 0;
            }
        }
        int node = path.nodes[height];
        int place = path.places[height];
        MemorySegment segment = nodes.segment(node);
        long offset = Ref.offset(node);
        if (place == 0) {
            Node.setChild(segment, offset, 0, Node.child(segment, offset, 1));
        }
        removeItem(node, Math.max(0, place - 1), true);
        return height;
    }

    /// Removes a separator and the child behind it.
    private void removeItem(int node, int item, boolean dropSeparator) {
        MemorySegment segment = nodes.segment(node);
        long offset = Ref.offset(node);
        if (dropSeparator) {
            nodes.dropEntry(Node.item(segment, offset, item), false);
        }
        Node.shift(segment, offset, item + 1, -1);
        Node.setCount(segment, offset, Node.count(segment, offset) - 1);
    }

    private boolean joinWithNeighbour(int h) {
        int parent = path.nodes[h + 1];
        int place = path.places[h + 1];
        return (place > 0 && join(parent, place - 1, h)) || (place < count(parent) && join(parent, place, h));
    }

    /// Joins the children on both sides of separator `item` when they fit well into one node.
    private boolean join(int parent, int item, int h) {
        MemorySegment above = nodes.segment(parent);
        int left = Node.child(above, Ref.offset(parent), item);
        int right = Node.child(above, Ref.offset(parent), item + 1);
        int joined = count(left) + count(right) + (h == 0 ? 0 : 1);
        if (joined > JOINED_MAX) {
            return false;
        }
        left = nodes.own(parent, item);
        if (h == 0) {
            append(left, right, count(left));
        } else {
            int separator = Node.item(above, Ref.offset(parent), item);
            int count = count(left);
            int child = Node.child(nodes.segment(right), Ref.offset(right), 0);
            nodes.insert(left, count, nodes.key(separator), separator, child);
            append(left, right, count + 1);
        }
        removeItem(parent, item, h == 0);
        nodes.drop(right);
        return true;
    }

    private void append(int left, int right, int at) {
        MemorySegment to = nodes.segment(left);
        MemorySegment from = nodes.segment(right);
        long toOffset = Ref.offset(left);
        long offset = Ref.offset(right);
        int count = Node.count(from, offset);
        if (count > 0) {
            int shared = Node.sharedPrefix(to, toOffset, from, offset);
            if (shared < Node.prefixLength(to, toOffset)) {
                Node.shortenPrefix(to, toOffset, shared);
            }
            Node.copyItems(from, offset, 0, to, toOffset, at, count);
            for (int i = 0; i < count; i++) {
                Node.setHead(to, toOffset, at + i, Node.headBehind(from, offset, i, shared));
            }
        }
        if (Node.height(to, toOffset) > 0) {
            Node.copyChildren(from, offset, 1, to, toOffset, at + 1, count);
        } else {
            Node.setYoung(to, toOffset, youngOfBoth(to, toOffset, from, offset, at));
        }
        Node.setCount(to, toOffset, at + count);
    }

    /// Entries of the right node count as young in the joined node only when theirs was not created before it.
    private static long youngOfBoth(MemorySegment to, long left, MemorySegment from, long right, int at) {
        boolean comparable = Node.created(to, left) <= Node.created(from, right);
        return Node.young(to, left) | (comparable ? Node.young(from, right) << at : 0);
    }
}
