package io.concordkv.engine.memory;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Splits full nodes on a path the writer owns, from the leaf up, before an item is inserted.
final class Splitter {
    /// Heads sharing this many bytes have too few left to tell keys apart; then the prefix grows.
    private static final int SHARED_BYTES_MAX = 4;

    private final Nodes nodes;
    private final Path path;

    Splitter(Nodes nodes, Path path) {
        this.nodes = nodes;
        this.path = path;
    }

    /// Makes room in the node at height `h` for one item at the path's place, which moves along. `key` is
    /// the key to be inserted when `h` is the leaf's height.
    void split(int h, byte[] key) {
        if (h == path.levels - 1) {
            addRoot();
        } else if (isFull(path.nodes[h + 1])) {
            split(h + 1, key);
        }
        if (h == 0) {
            splitLeaf(key);
        } else {
            splitInner(h);
        }
    }

    boolean isFull(int node) {
        return Node.count(nodes.segment(node), Ref.offset(node)) == Node.ITEMS_MAX;
    }

    private void addRoot() {
        int root = nodes.create(path.levels, nodes.write);
        Node.setChild(nodes.segment(root), Ref.offset(root), 0, path.root());
        path.nodes[path.levels] = root;
        path.places[path.levels] = 0;
        path.levels++;
    }

    private void splitLeaf(byte[] key) {
        int left = path.nodes[0];
        int place = path.places[0];
        MemorySegment from = nodes.segment(left);
        long offset = Ref.offset(left);
        // Keys that come in order leave full leaves behind, not half full ones.
        int at = place == Node.ITEMS_MAX ? Node.ITEMS_MAX - 1 : Node.ITEMS_MAX / 2;
        byte[] separator =
                Entry.separator(nodes.key(Node.item(from, offset, at - 1)), nodes.key(Node.item(from, offset, at)));
        int right = nodes.create(0, Node.created(from, offset));
        MemorySegment to = nodes.segment(right);
        long toOffset = Ref.offset(right);
        Node.copyPrefix(from, offset, to, toOffset);
        Node.copyItems(from, offset, at, to, toOffset, 0, Node.ITEMS_MAX - at);
        Node.setCount(to, toOffset, Node.ITEMS_MAX - at);
        Node.setYoung(to, toOffset, Node.young(from, offset) >>> at);
        Node.setCount(from, offset, at);
        Node.setYoung(from, offset, Node.young(from, offset) & (1L << at) - 1);
        linkRight(0, separator, newSeparator(separator), right);
        if (place > at || (place == at && Arrays.compareUnsigned(key, separator) >= 0)) {
            path.nodes[0] = right;
            path.places[0] = place - at;
            path.places[1]++;
        }
        lengthenPrefix(left);
        lengthenPrefix(right);
    }

    private int newSeparator(byte[] separator) {
        int ref = nodes.slabs.allocate(Entry.bytes(separator.length, 0));
        Entry.write(nodes.segment(ref), Ref.offset(ref), separator, new byte[0]);
        return ref;
    }

    private void splitInner(int h) {
        int left = path.nodes[h];
        int place = path.places[h];
        MemorySegment from = nodes.segment(left);
        long offset = Ref.offset(left);
        int at = Node.ITEMS_MAX / 2; // this separator moves up
        int moved = Node.ITEMS_MAX - at - 1;
        int separator = Node.item(from, offset, at);
        int right = nodes.create(h, Node.created(from, offset));
        MemorySegment to = nodes.segment(right);
        long toOffset = Ref.offset(right);
        Node.copyPrefix(from, offset, to, toOffset);
        Node.copyItems(from, offset, at + 1, to, toOffset, 0, moved);
        Node.copyChildren(from, offset, at + 1, to, toOffset, 0, moved + 1);
        Node.setCount(to, toOffset, moved);
        Node.setCount(from, offset, at);
        linkRight(h, nodes.key(separator), separator, right);
        if (place > at) {
            path.nodes[h] = right;
            path.places[h] = place - at - 1;
            path.places[h + 1]++;
        }
        lengthenPrefix(left);
        lengthenPrefix(right);
    }

    private void linkRight(int h, byte[] key, int separator, int right) {
        nodes.insert(path.nodes[h + 1], path.places[h + 1], key, separator, right);
    }

    private void lengthenPrefix(int node) {
        MemorySegment segment = nodes.segment(node);
        long offset = Ref.offset(node);
        int last = Node.count(segment, offset) - 1;
        if (last < 1
                || Head.sharedBytes(Node.head(segment, offset, 0), Node.head(segment, offset, last))
                        < SHARED_BYTES_MAX) {
            return;
        }
        byte[] first = nodes.key(Node.item(segment, offset, 0));
        int length = Math.min(Node.PREFIX_MAX, Arrays.mismatch(first, nodes.key(Node.item(segment, offset, last))));
        if (length < Node.prefixLength(segment, offset) + SHARED_BYTES_MAX) {
            return;
        }
        Node.setPrefix(segment, offset, first, length);
        for (int i = 0; i <= last; i++) {
            int item = Node.item(segment, offset, i);
            Node.setHead(segment, offset, i, Entry.head(nodes.segment(item), Ref.offset(item), length));
        }
    }
}
