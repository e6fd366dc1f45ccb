package io.concordkv.engine.memory;

import io.concordkv.engine.ValidationReport;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a whole tree and checks order, separators, prefixes, heads, heights, counters, and that every
/// block in use is reachable or waits for a view.
final class TreeCheck {
    private static final int PROBLEMS_MAX = 20;

    private final Tree tree;
    private final long retiredBytes;
    private final List<String> problems = new ArrayList<>();
    private byte @Nullable [] last;
    private long entries;
    private long nodeCount;
    private long keyBytes;
    private long valueBytes;
    private long blockBytes;

    TreeCheck(Tree tree, long retiredBytes) {
        this.tree = tree;
        this.retiredBytes = retiredBytes;
    }

    ValidationReport run() {
        if (tree.levels() > 0) {
            checkNode(tree.path.root(), tree.levels() - 1, null, null);
        }
        expect("entries", entries, tree.count());
        expect("key bytes", keyBytes, tree.keyBytes());
        expect("value bytes", valueBytes, tree.valueBytes());
        expect("bytes in use", blockBytes + retiredBytes, tree.nodes.slabs.usedBytes());
        return new ValidationReport(entries, nodeCount, problems);
    }

    private void expect(String what, long found, long booked) {
        if (found != booked) {
            problem(what + ": found " + found + ", booked " + booked);
        }
    }

    private void problem(String text) {
        if (problems.size() < PROBLEMS_MAX) {
            problems.add(text);
        }
    }

    private void checkNode(int node, int height, byte @Nullable [] low, byte @Nullable [] high) {
        MemorySegment segment = tree.nodes.segment(node);
        long offset = Ref.offset(node);
        int count = Node.count(segment, offset);
        nodeCount++;
        blockBytes += tree.nodes.slabs.blockBytes(node);
        if (Node.height(segment, offset) != height) {
            problem("node of height " + Node.height(segment, offset) + " at height " + height);
            return;
        }
        if (height == 0 && count == 0) {
            problem("a leaf is empty");
        }
        checkYoung(segment, offset, count, height);
        byte @Nullable [] before = low;
        for (int i = 0; i < count; i++) {
            byte[] key = checkItem(segment, offset, i, before, high);
            if (height > 0) {
                checkNode(Node.child(segment, offset, i), height - 1, before, key);
            } else {
                checkEntry(Node.item(segment, offset, i), key);
            }
            before = key;
        }
        if (height > 0) {
            checkNode(Node.child(segment, offset, count), height - 1, before, high);
        }
    }

    private void checkYoung(MemorySegment segment, long node, int count, int height) {
        long young = Node.young(segment, node);
        if (height == 0 && count < Node.ITEMS_MAX && young >>> count != 0) {
            problem("a leaf marks entries as young that it does not have");
        }
    }

    private byte[] checkItem(MemorySegment segment, long node, int i, byte @Nullable [] low, byte @Nullable [] high) {
        int item = Node.item(segment, node, i);
        byte[] key = tree.nodes.key(item);
        blockBytes += tree.nodes.slabs.blockBytes(item);
        int prefix = Node.prefixLength(segment, node);
        if (Node.matchedPrefix(segment, node, key) != prefix) {
            problem("a key does not begin with the prefix of its node: " + Arrays.toString(key));
        } else if (Node.head(segment, node, i) != Head.of(key, prefix)) {
            problem("the head of a key is wrong: " + Arrays.toString(key));
        }
        if (low != null && Arrays.compareUnsigned(key, low) < 0) {
            problem("a key lies below the separator before it: " + Arrays.toString(key));
        }
        if (high != null && Arrays.compareUnsigned(key, high) >= 0) {
            problem("a key does not lie below the separator behind it: " + Arrays.toString(key));
        }
        return key;
    }

    private void checkEntry(int item, byte[] key) {
        byte[] previous = last;
        if (previous != null && Arrays.compareUnsigned(previous, key) >= 0) {
            problem("keys are out of order: " + Arrays.toString(key));
        }
        last = key;
        entries++;
        keyBytes += key.length;
        valueBytes += Entry.valueLength(tree.nodes.segment(item), Ref.offset(item));
    }
}
