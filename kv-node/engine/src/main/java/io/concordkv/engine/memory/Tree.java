package io.concordkv.engine.memory;

import io.concordkv.engine.KeyRange;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A B+Tree of entries with one writer. Changes happen in place except where an open view may look
/// ([Nodes]). Used under the engine's write lock; the static reading methods serve views and readers
/// beside the writer, too, who must check afterwards that what they read was still valid.
final class Tree {
    final Nodes nodes;
    final Path path = new Path();
    private final Splitter splitter;
    private final Merger merger;
    private long count;
    private long keyBytes;
    private long valueBytes;

    Tree(Slabs slabs, Retired retired) {
        nodes = new Nodes(slabs, retired);
        splitter = new Splitter(nodes, path);
        merger = new Merger(nodes, path);
    }

    long count() {
        return count;
    }

    long keyBytes() {
        return keyBytes;
    }

    long valueBytes() {
        return valueBytes;
    }

    int levels() {
        return path.levels;
    }

    /// The value of a key in the tree below `root`, or null.
    static byte @Nullable [] get(MemorySegment[] chunks, int root, int levels, byte[] key) {
        int node = root;
        for (int h = levels - 1; h >= 0; h--) {
            MemorySegment segment = Ref.segment(chunks, node);
            long offset = Ref.offset(node);
            int found = Node.search(chunks, segment, offset, key);
            if (h == 0) {
                if (found < 0) {
                    return null;
                }
                int item = Node.item(segment, offset, found);
                return Entry.value(Ref.segment(chunks, item), Ref.offset(item));
            }
            node = Node.child(segment, offset, Node.childIndex(found));
        }
        return null;
    }

    void put(byte[] key, byte[] value) {
        if (path.levels == 0) {
            path.nodes[0] = nodes.create(0, nodes.write);
            path.levels = 1;
        }
        int found = descend(key);
        nodes.ownPath(path);
        if (found >= 0) {
            replace(path.nodes[0], found, key, value);
        } else {
            int item = store(key, value);
            if (splitter.isFull(path.nodes[0])) {
                splitter.split(0, key);
            }
            nodes.insert(path.nodes[0], path.places[0], key, item, Ref.NONE);
            count++;
            keyBytes += key.length;
            valueBytes += value.length;
        }
    }

    private int store(byte[] key, byte[] value) {
        int item = nodes.slabs.allocate(Entry.bytes(key.length, value.length));
        Entry.write(nodes.segment(item), Ref.offset(item), key, value);
        return item;
    }

    private void replace(int leaf, int place, byte[] key, byte[] value) {
        MemorySegment segment = nodes.segment(leaf);
        long offset = Ref.offset(leaf);
        int old = Node.item(segment, offset, place);
        MemorySegment oldSegment = nodes.segment(old);
        valueBytes += value.length - Entry.valueLength(oldSegment, Ref.offset(old));
        boolean young = isYoung(segment, offset, place);
        if (young && hasSameBlock(Entry.bytes(oldSegment, Ref.offset(old)), Entry.bytes(key.length, value.length))) {
            Entry.write(oldSegment, Ref.offset(old), key, value);
            return;
        }
        Node.setItem(segment, offset, place, store(key, value));
        Node.setYoung(segment, offset, Node.young(segment, offset) | 1L << place);
        nodes.dropEntry(old, young);
    }

    private boolean isYoung(MemorySegment segment, long leaf, int place) {
        return nodes.retired.newestView() == Retired.NO_VIEW || (Node.young(segment, leaf) >>> place & 1) != 0;
    }

    private static boolean hasSameBlock(int oldBytes, int newBytes) {
        return oldBytes <= SizeClass.BYTES_MAX
                && newBytes <= SizeClass.BYTES_MAX
                && SizeClass.of(oldBytes) == SizeClass.of(newBytes);
    }

    void delete(byte[] key) {
        if (path.levels > 0) {
            int found = descend(key);
            if (found >= 0) {
                remove(found, found + 1);
            }
        }
    }

    void deleteRange(KeyRange range) {
        if (range.isEmpty()) {
            return;
        }
        byte[] end = range.end();
        while (path.levels > 0) {
            int found = descend(range.start());
            int from = found >= 0 ? found : -1 - found;
            if (from == countOf(path.nodes[0])) {
                if (!toNextLeaf()) {
                    return;
                }
                from = 0;
            }
            int leaf = path.nodes[0];
            int to = end == null ? countOf(leaf) : placeOf(leaf, end);
            if (to <= from) {
                return;
            }
            remove(from, to);
        }
    }

    private int countOf(int node) {
        return Node.count(nodes.segment(node), Ref.offset(node));
    }

    private int placeOf(int leaf, byte[] key) {
        int found = Node.search(nodes.slabs.chunks(), nodes.segment(leaf), Ref.offset(leaf), key);
        return found >= 0 ? found : -1 - found;
    }

    private boolean toNextLeaf() {
        int h = 1;
        while (h < path.levels && path.places[h] == countOf(path.nodes[h])) {
            h++;
        }
        if (h >= path.levels) {
            return false;
        }
        path.places[h]++;
        for (; h > 0; h--) {
            int node = path.nodes[h];
            path.nodes[h - 1] = Node.child(nodes.segment(node), Ref.offset(node), path.places[h]);
            path.places[h - 1] = 0;
        }
        return true;
    }

    /// Removes items of the path's leaf.
    private void remove(int from, int to) {
        nodes.ownPath(path);
        int leaf = path.nodes[0];
        MemorySegment segment = nodes.segment(leaf);
        long offset = Ref.offset(leaf);
        for (int i = from; i < to; i++) {
            int item = Node.item(segment, offset, i);
            MemorySegment entry = nodes.segment(item);
            keyBytes -= Entry.keyLength(entry, Ref.offset(item));
            valueBytes -= Entry.valueLength(entry, Ref.offset(item));
            nodes.dropEntry(item, isYoung(segment, offset, i));
        }
        count -= to - from;
        long young = Node.young(segment, offset);
        long above = to == Node.ITEMS_MAX ? 0 : young >>> to << from;
        Node.setYoung(segment, offset, young & (1L << from) - 1 | above);
        Node.shift(segment, offset, to, from - to);
        Node.setCount(segment, offset, Node.count(segment, offset) - (to - from));
        merger.repair();
    }

    /// Follows a key to its leaf and notes the path.
    ///
    /// @return place of the key in the leaf, or −1 − the place where it would go
    private int descend(byte[] key) {
        MemorySegment[] chunks = nodes.slabs.chunks();
        int node = path.root();
        for (int h = path.levels - 1; ; h--) {
            MemorySegment segment = Ref.segment(chunks, node);
            long offset = Ref.offset(node);
            int found = Node.search(chunks, segment, offset, key);
            path.nodes[h] = node;
            if (h == 0) {
                path.places[0] = found >= 0 ? found : -1 - found;
                return found;
            }
            path.places[h] = Node.childIndex(found);
            node = Node.child(segment, offset, path.places[h]);
        }
    }
}
