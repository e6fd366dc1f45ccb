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
    private static final int SLABS_TRIED = 8;

    private final Pages pages;
    /// First slab with a free block, per class; the others follow by [#next].
    private final int[] partial = new int[SizeClass.COUNT];

    private final int[] freeBlocks = new int[SizeClass.COUNT];
    // By page number. Of a slab only the first page carries the facts; `first` leads there.
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
        Arrays.fill(partial, NO_SLAB);
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
        int slab = partial[sizeClass];
        if (slab == NO_SLAB) {
            slab = newSlab(sizeClass);
        }
        int ref = freeHead[slab];
        if (ref != Ref.NONE) {
            freeHead[slab] = Ref.segment(pages.chunks(), ref).get(INT, Ref.offset(ref));
        } else {
            int chunk = slab / Pages.CHUNK_PAGES;
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

    /// A block in a fuller slab than the one of `ref`, for moving.
    ///
    /// @return [Ref#NONE] when there is none at hand
    int allocateElsewhere(int ref, int bytes) {
        int sizeClass = SizeClass.of(bytes);
        int own = slabOf(ref);
        int slab = partial[sizeClass];
        for (int i = 0; i < SLABS_TRIED && slab != NO_SLAB; i++) {
            if (slab != own && length[slab] >= length[own]) {
                unlink(slab, sizeClass);
                link(slab, sizeClass); // allocation takes the first
                return allocateSmall(sizeClass);
            }
            slab = next[slab];
        }
        return Ref.NONE;
    }

    private int allocateBig(int bytes) {
        int run = runPages(bytes);
        if (run > Pages.RUN_PAGES_MAX) {
            int ref = pages.takeLarge(bytes);
            used += pages.largeBytes(ref);
            return ref;
        }
        int page = pages.take(run);
        growTables();
        first[page] = page;
        kind[page] = RUN;
        length[page] = run;
        used += (long) run * Pages.PAGE_BYTES;
        return Ref.of(page / Pages.CHUNK_PAGES, page % Pages.CHUNK_PAGES * Pages.PAGE_BYTES);
    }

    static int runPages(int bytes) {
        return (bytes + Pages.PAGE_BYTES - 1) / Pages.PAGE_BYTES;
    }

    void free(int ref) {
        if (pages.isLarge(ref)) {
            used -= pages.largeBytes(ref);
            pages.giveLarge(ref);
            return;
        }
        int slab = slabOf(ref);
        int sizeClass = kind[slab];
        if (sizeClass == RUN) {
            used -= (long) length[slab] * Pages.PAGE_BYTES;
            pages.give(slab, length[slab]);
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
        if (inUse == 0 && (partial[sizeClass] != slab || next[slab] != NO_SLAB)) {
            dropSlab(slab, sizeClass);
        }
    }

    /// Bytes of the block behind a reference.
    long blockBytes(int ref) {
        if (pages.isLarge(ref)) {
            return pages.largeBytes(ref);
        }
        int slab = slabOf(ref);
        return kind[slab] == RUN ? (long) length[slab] * Pages.PAGE_BYTES : SizeClass.bytes(kind[slab]);
    }

    /// Whether a block lies in a slab of which less than half is in use, so that moving it saves memory.
    boolean isInSparseSlab(int ref) {
        if (pages.isLarge(ref)) {
            return false;
        }
        int slab = slabOf(ref);
        return kind[slab] != RUN && length[slab] * 2 < SizeClass.slabBlocks(kind[slab]);
    }

    private int slabOf(int ref) {
        return first[Ref.chunk(ref) * Pages.CHUNK_PAGES + Ref.offset(ref) / Pages.PAGE_BYTES];
    }

    private int newSlab(int sizeClass) {
        int run = SizeClass.slabPages(sizeClass);
        int slab = pages.take(run);
        growTables();
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
        pages.give(slab, SizeClass.slabPages(sizeClass));
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

    private void growTables() {
        int size = pages.pagesEnd();
        if (first.length < size) {
            int capacity = Math.max(size, first.length * 2);
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
