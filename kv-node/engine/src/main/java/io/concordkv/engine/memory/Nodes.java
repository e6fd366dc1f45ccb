package io.concordkv.engine.memory;

import java.lang.foreign.MemorySegment;

/// Makes, copies and retires nodes. A node that an open view may see is never changed: the writer takes
/// a copy first ([#own]). Without open views, or when the node is younger than all of them, it is
/// changed in place.
final class Nodes {
    final Slabs slabs;
    final Retired retired;
    /// Number of the write going on; nodes made now are seen by views opened after it.
    long write;

    Nodes(Slabs slabs, Retired retired) {
        this.slabs = slabs;
        this.retired = retired;
    }

    MemorySegment segment(int ref) {
        return Ref.segment(slabs.chunks(), ref);
    }

    int create(int height, long created) {
        int ref = slabs.allocate(Node.bytes(height));
        Node.initialize(segment(ref), Ref.offset(ref), height, created);
        return ref;
    }

    private boolean isShared(int node) {
        return Node.created(segment(node), Ref.offset(node)) <= retired.newestView();
    }

    /// Makes every node of a path changeable. What lies above a changeable node always is, too.
    void ownPath(Path path) {
        if (retired.newestView() == Retired.NO_VIEW || !isShared(path.nodes[0])) {
            return;
        }
        for (int h = path.levels - 1; h >= 0; h--) {
            int node = path.nodes[h];
            if (isShared(node)) {
                path.nodes[h] = copy(node);
                if (h < path.levels - 1) {
                    int parent = path.nodes[h + 1];
                    Node.setChild(segment(parent), Ref.offset(parent), path.places[h + 1], path.nodes[h]);
                }
            }
        }
    }

    /// A changeable version of a child of a changeable parent.
    int own(int parent, int place) {
        int node = Node.child(segment(parent), Ref.offset(parent), place);
        if (retired.newestView() == Retired.NO_VIEW || !isShared(node)) {
            return node;
        }
        int copy = copy(node);
        Node.setChild(segment(parent), Ref.offset(parent), place, copy);
        return copy;
    }

    private int copy(int node) {
        MemorySegment from = segment(node);
        int bytes = Node.bytes(Node.height(from, Ref.offset(node)));
        int copy = slabs.allocate(bytes);
        MemorySegment to = segment(copy);
        MemorySegment.copy(from, Ref.offset(node), to, Ref.offset(copy), bytes);
        Node.setCreated(to, Ref.offset(copy), write);
        Node.setYoung(to, Ref.offset(copy), 0);
        retired.retire(node, write);
        return copy;
    }

    void drop(int node) {
        if (retired.newestView() == Retired.NO_VIEW || !isShared(node)) {
            slabs.free(node);
        } else {
            retired.retire(node, write);
        }
    }

    /// Lets go of an entry; `young` says that no view can be older than it.
    void dropEntry(int ref, boolean young) {
        if (young) {
            slabs.free(ref);
        } else {
            retired.retire(ref, write);
        }
    }

    /// Enters an item before place `at`; an inner node also gets the child behind it.
    void insert(int node, int at, byte[] key, int item, int childBehind) {
        MemorySegment segment = segment(node);
        long offset = Ref.offset(node);
        int matched = Node.matchedPrefix(segment, offset, key);
        if (matched < Node.prefixLength(segment, offset)) {
            Node.shortenPrefix(segment, offset, matched);
        }
        Node.shift(segment, offset, at, 1);
        Node.setHead(segment, offset, at, Head.of(key, matched));
        Node.setItem(segment, offset, at, item);
        if (Node.height(segment, offset) > 0) {
            Node.setChild(segment, offset, at + 1, childBehind);
        } else {
            long below = (1L << at) - 1;
            long young = Node.young(segment, offset);
            Node.setYoung(segment, offset, young & below | (young & ~below) << 1 | 1L << at);
        }
        Node.setCount(segment, offset, Node.count(segment, offset) + 1);
    }

    byte[] key(int item) {
        return Entry.key(segment(item), Ref.offset(item));
    }
}
