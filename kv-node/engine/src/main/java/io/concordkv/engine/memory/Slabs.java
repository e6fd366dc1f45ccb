package io.concordkv.engine.memory;

import io.concordkv.base.Invariant;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Allocates blocks: small ones from slabs of equal blocks, larger ones as runs of pages, the largest in
/// a chunk of their own. A free block holds the reference of the next free block of its slab. A slab
/// whose blocks are all free goes back to the pages, so memory can change from one size to another.
/// Used under the engine's write lock.
final class Slabs {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final int RUN = -2; // class of a page run, which is one block
    private static final int NO_SLAB = -1;
    private static final int TABLE_MIN = 4;
    private static final int PAGES_BEFORE = Pages.FIRST_CHUNK * Pages.CHUNK_PAGES;
    /// Of engines that have no slab yet; never written.
    private static final int[] NO_PARTIAL = new int[SizeClass.COUNT];

    private static final int[] NO_BLOCKS = new int[SizeClass.COUNT];

    static {
        Arrays.fill(NO_PARTIAL, NO_SLAB);
    }

    private final Pages pages;
    private final Nursery nursery;
    /// First slab with a free block, per class; the others follow by [#next].
    private int[] partial = NO_PARTIAL;

    private int[] freeBlocks = NO_BLOCKS;
    // By page number less [#PAGES_BEFORE]. Of a slab only the first page carries the facts; `first` leads
    // there.
    private int[] first = new int[0];
    private int[] kind = new int[0]; // class, or RUN; meaningful for the first page of a slab
    private int[] length = new int[0]; // blocks in use in a slab, pages of a run
    private int[] fresh = new int[0]; // blocks never handed out begin here
    private int[] freeHead = new int[0];
    private int[] next = new int[0];
    private int[] previous = new int[0];
    private long used;

    Slabs(Pages pages) {
        this.pages = pages;
        this.nursery = new Nursery(pages);
    }

    Nursery nursery() {
        return nursery;
    }

    MemorySegment[] chunks() {
        return pages.chunks();
    }

    /// Bytes of all blocks in use.
    long usedBytes() {
        return used;
    }

    /// Free blocks of a class within slabs that exist.
    int freeBlocks(int sizeClass) {
        return freeBlocks[sizeClass];
    }

    int allocate(int bytes) {
        return bytes <= SizeClass.BYTES_MAX ? allocateSmall(SizeClass.of(bytes)) : allocateBig(bytes);
    }

    private int allocateSmall(int sizeClass) {
        if (nursery.isOpen()) {
            int ref = nursery.allocate(sizeClass);
            if (ref != Ref.NONE) {
                used += SizeClass.bytes(sizeClass);
                return ref;
            }
        }
        int slab = partial[sizeClass];
        if (slab == NO_SLAB) {
            slab = newSlab(sizeClass);
        }
        int ref = freeHead[slab];
        if (ref != Ref.NONE) {
            freeHead[slab] = Ref.segment(pages.chunks(), ref).get(INT, Ref.offset(ref));
        } else {
            int chunk = (slab + PAGES_BEFORE) / Pages.CHUNK_PAGES;
            int start = slab % Pages.CHUNK_PAGES * Pages.PAGE_BYTES;
            ref = Ref.of(chunk, start + fresh[slab]++ * SizeClass.bytes(sizeClass));
        }
        freeBlocks[sizeClass]--;
        used += SizeClass.bytes(sizeClass);
        if (++length[slab] == SizeClass.slabBlocks(sizeClass)) {
            unlink(slab, sizeClass);
        }
        return ref;
    }

    private int allocateBig(int bytes) {
        int run = runPages(bytes);
        if (run > Pages.RUN_PAGES_MAX) {
            int ref = pages.takeLarge(bytes);
            used += pages.largeBytes(ref);
            return ref;
        }
        int page = pages.take(run);
        int slab = page - PAGES_BEFORE;
        growTables(slab + run);
        first[slab] = slab;
        kind[slab] = RUN;
        length[slab] = run;
        used += (long) run * Pages.PAGE_BYTES;
        return Ref.of(page / Pages.CHUNK_PAGES, page % Pages.CHUNK_PAGES * Pages.PAGE_BYTES);
    }

    static int runPages(int bytes) {
        return (bytes + Pages.PAGE_BYTES - 1) / Pages.PAGE_BYTES;
    }

    void free(int ref) {
        if (Nursery.holds(ref)) {
            used -= SizeClass.bytes(nursery.sizeClass(ref));
            nursery.free(ref);
            return;
        }
        if (pages.isLarge(ref)) {
            used -= pages.largeBytes(ref);
            pages.giveLarge(ref);
            return;
        }
        int slab = slabOf(ref);
        int sizeClass = kind[slab];
        if (sizeClass == RUN) {
            used -= (long) length[slab] * Pages.PAGE_BYTES;
            pages.give(slab + PAGES_BEFORE, length[slab]);
            return;
        }
        Ref.segment(pages.chunks(), ref).set(INT, Ref.offset(ref), freeHead[slab]);
        freeHead[slab] = ref;
        freeBlocks[sizeClass]++;
        used -= SizeClass.bytes(sizeClass);
        int inUse = --length[slab];
        if (inUse == SizeClass.slabBlocks(sizeClass) - 1) {
            link(slab, sizeClass);
        }
        if (inUse == 0) {
            dropSlab(slab, sizeClass);
        }
    }

    /// Bytes of the block behind a reference.
    long blockBytes(int ref) {
        if (Nursery.holds(ref)) {
            return SizeClass.bytes(nursery.sizeClass(ref));
        }
        if (pages.isLarge(ref)) {
            return pages.largeBytes(ref);
        }
        int slab = slabOf(ref);
        return kind[slab] == RUN ? (long) length[slab] * Pages.PAGE_BYTES : SizeClass.bytes(kind[slab]);
    }

    /// Moves a block to the lowest slab of its class with room, when its own slab lies higher and is less
    /// than half in use. Together with [#sortByAddress] this empties slabs, and whole chunks, from above.
    ///
    /// @return the new reference, or the old one when the block stays
    int moveDown(int ref, int bytes) {
        if (Nursery.holds(ref) || pages.isLarge(ref)) {
            return ref;
        }
        int slab = slabOf(ref);
        int sizeClass = kind[slab];
        if (sizeClass == RUN || length[slab] * 2 >= SizeClass.slabBlocks(sizeClass) || partial[sizeClass] >= slab) {
            return ref;
        }
        int to = allocateSmall(sizeClass);
        MemorySegment.copy(
                Ref.segment(pages.chunks(), ref),
                Ref.offset(ref),
                Ref.segment(pages.chunks(), to),
                Ref.offset(to),
                bytes);
        free(ref);
        return to;
    }

    /// Lets allocation begin with the lowest slabs.
    void sortByAddress() {
        for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
            int[] slabs = new int[16];
            int count = 0;
            while (partial[sizeClass] != NO_SLAB) {
                if (count == slabs.length) {
                    slabs = Arrays.copyOf(slabs, count * 2);
                }
                slabs[count++] = partial[sizeClass];
                unlink(partial[sizeClass], sizeClass);
            }
            Arrays.sort(slabs, 0, count);
            for (int i = count - 1; i >= 0; i--) {
                link(slabs[i], sizeClass);
            }
        }
    }

    private int slabOf(int ref) {
        return first[Ref.chunk(ref) * Pages.CHUNK_PAGES + Ref.offset(ref) / Pages.PAGE_BYTES - PAGES_BEFORE];
    }

    private int newSlab(int sizeClass) {
        if (partial == NO_PARTIAL) {
            partial = NO_PARTIAL.clone();
            freeBlocks = NO_BLOCKS.clone();
        }
        int run = SizeClass.slabPages(sizeClass);
        int slab = pages.take(run) - PAGES_BEFORE;
        growTables(slab + run);
        Arrays.fill(first, slab, slab + run, slab);
        kind[slab] = sizeClass;
        length[slab] = 0;
        fresh[slab] = 0;
        freeHead[slab] = Ref.NONE;
        freeBlocks[sizeClass] += SizeClass.slabBlocks(sizeClass);
        link(slab, sizeClass);
        return slab;
    }

    private void dropSlab(int slab, int sizeClass) {
        unlink(slab, sizeClass);
        freeBlocks[sizeClass] -= SizeClass.slabBlocks(sizeClass);
        pages.give(slab + PAGES_BEFORE, SizeClass.slabPages(sizeClass));
    }

    private void link(int slab, int sizeClass) {
        int head = partial[sizeClass];
        next[slab] = head;
        previous[slab] = NO_SLAB;
        if (head != NO_SLAB) {
            previous[head] = slab;
        }
        partial[sizeClass] = slab;
    }

    private void unlink(int slab, int sizeClass) {
        int before = previous[slab];
        int after = next[slab];
        if (before == NO_SLAB) {
            Invariant.check(partial[sizeClass] == slab, "slab list is broken");
            partial[sizeClass] = after;
        } else {
            next[before] = after;
        }
        if (after != NO_SLAB) {
            previous[after] = before;
        }
    }

    private void growTables(int size) {
        if (first.length < size) {
            int capacity = Math.max(Math.max(size, TABLE_MIN), first.length * 2);
            first = Arrays.copyOf(first, capacity);
            kind = Arrays.copyOf(kind, capacity);
            length = Arrays.copyOf(length, capacity);
            fresh = Arrays.copyOf(fresh, capacity);
            freeHead = Arrays.copyOf(freeHead, capacity);
            next = Arrays.copyOf(next, capacity);
            previous = Arrays.copyOf(previous, capacity);
        }
    }
}
