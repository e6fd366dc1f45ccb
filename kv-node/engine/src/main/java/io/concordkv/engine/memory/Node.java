package io.concordkv.engine.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// One node of the tree in a block: up to 64 sorted items. An item of a leaf is an entry; an item of an
/// inner node is a separator with a child on either side: child `i` holds the keys from separator `i − 1`
/// (inclusive) to separator `i` (exclusive). Heads lie side by side, so a search reads few cache lines.
///
/// | offset | bytes | field    | meaning                                                          |
/// |-------:|------:|----------|------------------------------------------------------------------|
/// |      0 |     1 | height   | 0 for a leaf                                                     |
/// |      1 |     1 | count    | items, 0 to 64                                                   |
/// |      2 |     1 | prefix   | bytes that begin every key of the node, 0 to 40                  |
/// |      8 |     8 | created  | number of the write that made this node; older views see it not  |
/// |     16 |     8 | young    | leaf: bit i set when entry i is not older than the node          |
/// |     24 |    40 | prefix   | those bytes                                                      |
/// |     64 |   512 | heads    | a [Head] per item                                                |
/// |    576 |   256 | items    | an [Entry] reference per item                                    |
/// |    832 |   260 | children | inner nodes only: count + 1 node references                      |
final class Node {
    static final int ITEMS_MAX = 64;
    static final int PREFIX_MAX = 40;
    private static final int HEADS_A_LINE = 8;
    static final int LEAF_BYTES = 832;
    static final int INNER_BYTES = 1092;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final long CREATED_AT = 8;
    private static final long YOUNG_AT = 16;
    private static final long PREFIX_AT = 24;
    private static final long HEADS_AT = 64;
    private static final long ITEMS_AT = HEADS_AT + 8 * ITEMS_MAX;
    private static final long CHILDREN_AT = ITEMS_AT + 4 * ITEMS_MAX;

    private Node() {}

    static int bytes(int height) {
        return height == 0 ? LEAF_BYTES : INNER_BYTES;
    }

    static void initialize(MemorySegment segment, long node, int height, long created) {
        segment.set(LONG, node, height);
        segment.set(LONG, node + CREATED_AT, created);
        segment.set(LONG, node + YOUNG_AT, 0);
    }

    static int height(MemorySegment segment, long node) {
        return segment.get(BYTE, node);
    }

    static int count(MemorySegment segment, long node) {
        return segment.get(BYTE, node + 1);
    }

    static void setCount(MemorySegment segment, long node, int count) {
        segment.set(BYTE, node + 1, (byte) count);
    }

    static int prefixLength(MemorySegment segment, long node) {
        return segment.get(BYTE, node + 2);
    }

    static long created(MemorySegment segment, long node) {
        return segment.get(LONG, node + CREATED_AT);
    }

    static void setCreated(MemorySegment segment, long node, long created) {
        segment.set(LONG, node + CREATED_AT, created);
    }

    static long young(MemorySegment segment, long node) {
        return segment.get(LONG, node + YOUNG_AT);
    }

    static void setYoung(MemorySegment segment, long node, long young) {
        segment.set(LONG, node + YOUNG_AT, young);
    }

    static long head(MemorySegment segment, long node, int i) {
        return segment.get(LONG, node + HEADS_AT + 8L * i);
    }

    static void setHead(MemorySegment segment, long node, int i, long head) {
        segment.set(LONG, node + HEADS_AT + 8L * i, head);
    }

    static int item(MemorySegment segment, long node, int i) {
        return segment.get(INT, node + ITEMS_AT + 4L * i);
    }

    static void setItem(MemorySegment segment, long node, int i, int ref) {
        segment.set(INT, node + ITEMS_AT + 4L * i, ref);
    }

    static void readItems(MemorySegment segment, long node, int[] into, int count) {
        MemorySegment.copy(segment, INT, node + ITEMS_AT, into, 0, count);
    }

    static int child(MemorySegment segment, long node, int i) {
        return segment.get(INT, node + CHILDREN_AT + 4L * i);
    }

    static void setChild(MemorySegment segment, long node, int i, int ref) {
        segment.set(INT, node + CHILDREN_AT + 4L * i, ref);
    }

    /// Moves items (and, beside each, the child behind it) from `from` on by `by` places.
    static void shift(MemorySegment segment, long node, int from, int by) {
        int moved = count(segment, node) - from;
        copyItems(segment, node, from, segment, node, from + by, moved);
        if (height(segment, node) > 0) {
            copyChildren(segment, node, from + 1, segment, node, from + 1 + by, moved);
        }
    }

    static void copyItems(MemorySegment segment, long node, int from, MemorySegment to, long toNode, int at, int n) {
        MemorySegment.copy(segment, node + HEADS_AT + 8L * from, to, toNode + HEADS_AT + 8L * at, 8L * n);
        MemorySegment.copy(segment, node + ITEMS_AT + 4L * from, to, toNode + ITEMS_AT + 4L * at, 4L * n);
    }

    static void copyChildren(MemorySegment segment, long node, int from, MemorySegment to, long toNode, int at, int n) {
        MemorySegment.copy(segment, node + CHILDREN_AT + 4L * from, to, toNode + CHILDREN_AT + 4L * at, 4L * n);
    }

    static void copyPrefix(MemorySegment segment, long node, MemorySegment to, long toNode) {
        to.set(BYTE, toNode + 2, (byte) prefixLength(segment, node));
        MemorySegment.copy(segment, node + PREFIX_AT, to, toNode + PREFIX_AT, PREFIX_MAX);
    }

    /// Sets a prefix to the first bytes of a key, leaving the heads to the caller.
    static void setPrefix(MemorySegment segment, long node, byte[] key, int length) {
        segment.set(BYTE, node + 2, (byte) length);
        MemorySegment.copy(key, 0, segment, BYTE, node + PREFIX_AT, length);
    }

    /// The head of an item behind a prefix of `length` bytes, which is not longer than the node's.
    static long headBehind(MemorySegment segment, long node, int i, int length) {
        int less = prefixLength(segment, node) - length;
        return Head.widened(head(segment, node, i), less, segment, node + PREFIX_AT + length);
    }

    /// Makes the prefix shorter and the heads match.
    static void shortenPrefix(MemorySegment segment, long node, int length) {
        for (int i = 0, count = count(segment, node); i < count; i++) {
            setHead(segment, node, i, headBehind(segment, node, i, length));
        }
        segment.set(BYTE, node + 2, (byte) length);
    }

    /// How many bytes of the prefix begin the key, too.
    static int matchedPrefix(MemorySegment segment, long node, byte[] key) {
        int length = Math.min(prefixLength(segment, node), key.length);
        int i = 0;
        while (i < length && segment.get(BYTE, node + PREFIX_AT + i) == key[i]) {
            i++;
        }
        return i;
    }

    /// How many bytes the prefixes of two nodes share.
    static int sharedPrefix(MemorySegment segment, long node, MemorySegment other, long otherNode) {
        int length = Math.min(prefixLength(segment, node), prefixLength(other, otherNode));
        int i = 0;
        while (i < length && segment.get(BYTE, node + PREFIX_AT + i) == other.get(BYTE, otherNode + PREFIX_AT + i)) {
            i++;
        }
        return i;
    }

    /// Order of a key against the node's prefix: 0 when it begins with the prefix.
    private static int comparePrefix(MemorySegment segment, long node, int length, byte[] key) {
        int i = 0;
        int shared = Math.min(length, key.length);
        for (; i + 8 <= shared; i += 8) {
            long mine = (long) Head.ARRAY_BE.get(key, i);
            long theirs = segment.get(Head.LONG_BE, node + PREFIX_AT + i);
            if (mine != theirs) {
                return Long.compareUnsigned(mine, theirs);
            }
        }
        for (; i < shared; i++) {
            int difference = Byte.compareUnsigned(key[i], segment.get(BYTE, node + PREFIX_AT + i));
            if (difference != 0) {
                return difference;
            }
        }
        return key.length < length ? -1 : 0;
    }

    /// Where a key is among the items: its place, or `−1 − place` of the first item above it.
    static int search(MemorySegment[] chunks, MemorySegment segment, long node, byte[] key) {
        int count = count(segment, node);
        int prefix = prefixLength(segment, node);
        if (prefix != 0) {
            int order = comparePrefix(segment, node, prefix, key);
            if (order != 0) {
                return order < 0 ? -1 : -1 - count;
            }
        }
        long head = Head.of(key, prefix);
        int low = firstNotBelow(segment, node, 0, count, head);
        int high = low;
        if (low < count && head(segment, node, low) == head) {
            high = low + 1;
            if (high < count && head(segment, node, high) == head) {
                high = head == Long.MAX_VALUE ? count : firstNotBelow(segment, node, high, count, head + 1);
            }
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            int ref = item(segment, node, middle);
            int order = Entry.compare(key, Ref.segment(chunks, ref), Ref.offset(ref), prefix);
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return -1 - low;
    }

    /// Counts instead of halving: first over the last head of each cache line, then within one line. The
    /// loads do not wait for one another, so a node that is not in the cache costs one miss, not four.
    private static int firstNotBelow(MemorySegment segment, long node, int from, int to, long head) {
        int at = from;
        for (int i = from + HEADS_A_LINE - 1; i < to; i += HEADS_A_LINE) {
            at += head(segment, node, i) < head ? HEADS_A_LINE : 0;
        }
        int end = Math.min(at + HEADS_A_LINE, to);
        int found = at;
        for (int i = at; i < end; i++) {
            found += head(segment, node, i) < head ? 1 : 0;
        }
        return found;
    }

    /// The child to follow for a search result in an inner node.
    static int childIndex(int found) {
        return found >= 0 ? found + 1 : -1 - found;
    }
}
