package io.concordkv.engine.memory;

import io.concordkv.engine.LastWins;
import io.concordkv.engine.WriteBatch;

/// Makes sure, before a batch is applied, that its puts will find memory within the budget, so that a
/// batch is refused whole or not at all. Counts blocks by size class against what slabs have free, and
/// the rest as pages. Nodes that open views force to be copied are not foreseen: they may pass the
/// budget by a little.
final class Room {
    /// A put in random order splits one leaf in about 32; this leaves a reserve.
    private static final int PUTS_A_LEAF = 8;

    private final Pages pages;
    private final Slabs slabs;
    private int[] needed = {};
    private int[] touched = {};
    private int touchedCount;
    private int freePages;
    private int longestRun;
    private long largeBytes;

    Room(Pages pages, Slabs slabs) {
        this.pages = pages;
        this.slabs = slabs;
    }

    /// @return false when the budget has no room for the batch
    boolean ensure(WriteBatch batch, LastWins lastWins, int levels) {
        if (slabs.nursery().isOpen() && isInNursery(batch, lastWins, levels)) {
            return pages.ensureNursery();
        }
        if (needed.length == 0) {
            needed = new int[SizeClass.COUNT];
            touched = new int[SizeClass.COUNT];
        }
        touchedCount = 0;
        freePages = 0;
        longestRun = 0;
        largeBytes = 0;
        int puts = 0;
        for (int i = 0; i < batch.size(); i++) {
            if (batch.kind(i) == WriteBatch.Kind.PUT && !lastWins.isVoid(i)) {
                addBlock(Entry.bytes(batch.key(i).length, batch.value(i).length));
                puts++;
            }
        }
        if (puts == 0) {
            return true;
        }
        addBlocks(SizeClass.of(Node.LEAF_BYTES), puts / PUTS_A_LEAF + 1);
        addBlocks(SizeClass.of(Node.INNER_BYTES), puts / (PUTS_A_LEAF * PUTS_A_LEAF) + levels);
        return fits();
    }

    /// Whether all of the batch fits the first memory of the engine.
    private boolean isInNursery(WriteBatch batch, LastWins lastWins, int levels) {
        int room = slabs.nursery().room();
        int puts = 0;
        int bytes = 0;
        for (int i = 0; i < batch.size() && bytes <= room; i++) {
            if (batch.kind(i) == WriteBatch.Kind.PUT && !lastWins.isVoid(i)) {
                int entry = Entry.bytes(batch.key(i).length, batch.value(i).length);
                bytes += entry <= room ? Nursery.cost(SizeClass.of(entry)) : room + 1;
                puts++;
            }
        }
        int leaves = puts / PUTS_A_LEAF + 1;
        int inner = puts / (PUTS_A_LEAF * PUTS_A_LEAF) + levels;
        return bytes
                        + leaves * Nursery.cost(SizeClass.of(Node.LEAF_BYTES))
                        + inner * Nursery.cost(SizeClass.of(Node.INNER_BYTES))
                <= room;
    }

    /// Upper bound of what the last batch needs, for the message of a refusal.
    long bytesNeeded() {
        return (long) freePages * Pages.PAGE_BYTES + largeBytes;
    }

    private void addBlock(int bytes) {
        if (bytes <= SizeClass.BYTES_MAX) {
            addBlocks(SizeClass.of(bytes), 1);
            return;
        }
        int run = Slabs.runPages(bytes);
        if (run <= Pages.RUN_PAGES_MAX) {
            freePages += run;
            longestRun = Math.max(longestRun, run);
        } else {
            largeBytes += (long) (run + 1) * Pages.PAGE_BYTES;
        }
    }

    private void addBlocks(int sizeClass, int blocks) {
        if (needed[sizeClass] == 0) {
            touched[touchedCount++] = sizeClass;
        }
        needed[sizeClass] += blocks;
    }

    private boolean fits() {
        for (int t = 0; t < touchedCount; t++) {
            int sizeClass = touched[t];
            int missing = needed[sizeClass] - slabs.freeBlocks(sizeClass);
            needed[sizeClass] = 0;
            if (missing > 0) {
                int blocks = SizeClass.slabBlocks(sizeClass);
                int run = SizeClass.slabPages(sizeClass);
                freePages += (missing + blocks - 1) / blocks * run;
                longestRun = Math.max(longestRun, run);
            }
        }
        return (largeBytes == 0 || pages.ensureLarge(largeBytes))
                && (freePages == 0 || pages.ensure(freePages, longestRun));
    }
}
