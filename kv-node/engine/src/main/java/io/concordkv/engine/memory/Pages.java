package io.concordkv.engine.memory;

import io.concordkv.base.Invariant;
import io.concordkv.engine.MemoryBudget;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Owns the off-heap memory of one engine, in chunks of up to 64 pages of 16 KiB, and lends runs of pages.
/// Before the first of them comes the [Nursery]. Chunks begin with a few pages and grow with what the engine
/// owns: a node has a thousand engines, most of them nearly empty. What is larger than half a whole chunk gets a chunk
/// of its own size. Every byte
/// owned is booked in the budget. Used under the engine's write lock; readers only follow the chunk table.
final class Pages {
    static final int PAGE_BYTES = 16 << 10;
    static final int CHUNK_PAGES = 64;
    static final int RUN_PAGES_MAX = CHUNK_PAGES / 2;
    private static final int FREE_CHUNKS_KEPT = 1;
    /// One page of entries, one of leaves, one of inner nodes.
    private static final int FIRST_CHUNK_PAGES = 3;
    private static final long ALIGNMENT = 64;
    /// There is no chunk 0, and the one behind it is the nursery.
    static final int FIRST_CHUNK = Nursery.CHUNK + 1;
    private static final int LENDS_NO_PAGES = -1;

    private final MemoryBudget budget;
    // A null slot is a chunk that does not exist; readers that race a writer may meet one.
    private MemorySegment[] chunks = new MemorySegment[2];
    private @Nullable Arena[] arenas = new Arena[2];
    /// Pages of each chunk that lends pages; 0 of one that is a single large block.
    private int[] lends = new int[2];
    /// Per chunk one bit a page, set when free.
    private long[] free = new long[2];

    private int chunksEnd = FIRST_CHUNK;
    private int searchFrom = FIRST_CHUNK;
    private int ownedPages;
    private int freePages;
    private int freeChunks;
    private long reserved;

    Pages(MemoryBudget budget) {
        this.budget = budget;
    }

    /// The chunks by number. Replaced when it grows; a view may keep an old table.
    MemorySegment[] chunks() {
        return chunks;
    }

    long reservedBytes() {
        return reserved;
    }

    /// Makes sure that `pages` pages are free and, when `run` is above 1, that a run of that many lies
    /// together, adding chunks within the budget.
    ///
    /// @return false when the budget does not allow it
    boolean ensure(int pages, int run) {
        while (freePages < pages || (run > 1 && find(run) < 0)) {
            int more = nextChunk(run);
            if (chunksEnd == Ref.CHUNKS_MAX && freeSlot() == chunksEnd
                    || !budget.tryReserve((long) more * PAGE_BYTES)) {
                return false;
            }
            addChunk(more);
        }
        return true;
    }

    /// Books a block of a chunk of its own.
    boolean ensureLarge(long bytes) {
        boolean granted = freeSlot() < Ref.CHUNKS_MAX && budget.tryReserve(bytes);
        if (granted) {
            budget.release(bytes);
        }
        return granted;
    }

    /// Takes a run of pages.
    ///
    /// @return number of the first page
    int take(int run) {
        int page = find(run);
        if (page < 0) {
            int more = nextChunk(run);
            budget.reserve((long) more * PAGE_BYTES);
            addChunk(more);
            page = find(run);
        }
        int chunk = page / CHUNK_PAGES;
        if (free[chunk] == mask(lends[chunk])) {
            freeChunks--;
        }
        free[chunk] &= ~(mask(run) << page % CHUNK_PAGES);
        freePages -= run;
        return page;
    }

    /// Gives a run back, and the chunk to the system when it is all free and not the last in store.
    void give(int page, int run) {
        int chunk = page / CHUNK_PAGES;
        long bits = mask(run) << page % CHUNK_PAGES;
        Invariant.check((free[chunk] & bits) == 0, "page freed twice");
        free[chunk] |= bits;
        freePages += run;
        searchFrom = Math.min(searchFrom, chunk);
        if (free[chunk] == mask(lends[chunk]) && ++freeChunks > FREE_CHUNKS_KEPT) {
            freeChunks--;
            freePages -= lends[chunk];
            ownedPages -= lends[chunk];
            dropChunk(chunk);
        }
    }

    /// Makes sure that there is a nursery, within the budget.
    boolean ensureNursery() {
        if (arenas[Nursery.CHUNK] != null) {
            return true;
        }
        boolean granted = budget.tryReserve(Nursery.BYTES);
        if (granted) {
            addNursery();
        }
        return granted;
    }

    void takeNursery() {
        if (arenas[Nursery.CHUNK] == null) {
            budget.reserve(Nursery.BYTES);
            addNursery();
        }
    }

    private void addNursery() {
        allocate(Nursery.CHUNK, Nursery.BYTES);
        lends[Nursery.CHUNK] = LENDS_NO_PAGES;
    }

    /// Takes a chunk of its own for one large block.
    int takeLarge(int bytes) {
        int rounded = (bytes + 4095) & ~4095;
        budget.reserve(rounded);
        return Ref.of(newChunk(rounded), 0);
    }

    void giveLarge(int ref) {
        dropChunk(Ref.chunk(ref));
    }

    boolean isLarge(int ref) {
        return lends[Ref.chunk(ref)] == 0;
    }

    long largeBytes(int ref) {
        return chunks[Ref.chunk(ref)].byteSize();
    }

    /// Gives everything back.
    void close() {
        for (int chunk = 1; chunk < chunksEnd; chunk++) {
            if (arenas[chunk] != null) {
                dropChunk(chunk);
            }
        }
        Arrays.fill(free, 0);
        chunksEnd = FIRST_CHUNK;
        searchFrom = FIRST_CHUNK;
        ownedPages = 0;
        freePages = 0;
        freeChunks = 0;
    }

    private static long mask(int run) {
        return -1L >>> (64 - run);
    }

    private int find(int run) {
        boolean passed = false;
        for (int chunk = searchFrom; chunk < chunksEnd; chunk++) {
            long starts = free[chunk];
            if (starts != 0) {
                for (int have = 1; have < run && starts != 0; ) {
                    int step = Math.min(have, run - have);
                    starts &= starts >>> step;
                    have += step;
                }
                if (starts != 0) {
                    return chunk * CHUNK_PAGES + Long.numberOfTrailingZeros(starts);
                }
                passed = true;
            } else if (!passed) {
                searchFrom = chunk + 1;
            }
        }
        return -1;
    }

    /// Pages of the next chunk: as many as there are, so that an engine owns at most twice what it needs.
    private int nextChunk(int run) {
        return Math.min(CHUNK_PAGES, Math.max(run, Math.max(ownedPages, FIRST_CHUNK_PAGES)));
    }

    private void addChunk(int pages) {
        int chunk = newChunk(pages * PAGE_BYTES);
        lends[chunk] = pages;
        free[chunk] = mask(pages);
        ownedPages += pages;
        freePages += pages;
        freeChunks++;
        searchFrom = Math.min(searchFrom, chunk);
    }

    private int freeSlot() {
        int slot = FIRST_CHUNK;
        while (slot < chunksEnd && arenas[slot] != null) {
            slot++;
        }
        return slot;
    }

    private int newChunk(int bytes) {
        int chunk = freeSlot();
        if (chunk == Ref.CHUNKS_MAX) {
            throw new OutOfMemoryError("an engine can own at most " + Ref.CHUNKS_MAX + " chunks");
        }
        if (chunk == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunk * 2);
            arenas = Arrays.copyOf(arenas, chunk * 2);
            free = Arrays.copyOf(free, chunk * 2);
            lends = Arrays.copyOf(lends, chunk * 2);
        }
        allocate(chunk, bytes);
        return chunk;
    }

    private void allocate(int chunk, int bytes) {
        Arena arena = Arena.ofShared();
        arenas[chunk] = arena;
        chunks[chunk] = arena.allocate(bytes, ALIGNMENT);
        free[chunk] = 0;
        chunksEnd = Math.max(chunksEnd, chunk + 1);
        reserved += bytes;
    }

    private void dropChunk(int chunk) {
        Arena arena = arenas[chunk];
        if (arena != null) {
            long bytes = chunks[chunk].byteSize();
            arenas[chunk] = null;
            lends[chunk] = 0;
            free[chunk] = 0;
            arena.close();
            reserved -= bytes;
            budget.release(bytes);
        }
    }
}
