package io.concordkv.engine.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The first memory of an engine: 4 KiB in which blocks of all sizes lie one behind the other, because of a thousand
/// engines most hold hardly more than one leaf, and a slab of each size in use would be many times that. Once a
/// block does not fit it takes no more, and slabs serve the engine; when it has emptied it begins anew. Used under
/// the engine's write lock.
///
/// | before a block | bytes | meaning                |
/// |----------------|------:|------------------------|
/// | class          |     4 | as [SizeClass] counts  |
/// | nothing        |     4 | keeps blocks aligned   |
///
/// A free block holds the reference of the next free one, whatever its size.
final class Nursery {
    static final int CHUNK = 1;
    static final int BYTES = 4 << 10;
    private static final int HEADER_BYTES = 8;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private final Pages pages;
    private boolean open = true;
    private int end;
    private int inUse;
    private int freeHead = Ref.NONE;

    Nursery(Pages pages) {
        this.pages = pages;
    }

    static boolean holds(int ref) {
        return Ref.chunk(ref) == CHUNK;
    }

    /// What a block of this class takes of it.
    static int cost(int sizeClass) {
        return SizeClass.bytes(sizeClass) + HEADER_BYTES;
    }

    boolean isOpen() {
        return open;
    }

    /// Bytes that certainly find room.
    int room() {
        return open ? BYTES - end : 0;
    }

    /// @return [Ref#NONE] when there is no room; it is closed then
    int allocate(int sizeClass) {
        pages.takeNursery();
        MemorySegment memory = pages.chunks()[CHUNK];
        int ref = reuse(memory, sizeClass);
        if (ref == Ref.NONE) {
            if (cost(sizeClass) > BYTES - end) {
                open = false;
                return Ref.NONE;
            }
            memory.set(INT, end, sizeClass);
            ref = Ref.of(CHUNK, end + HEADER_BYTES);
            end += cost(sizeClass);
        }
        inUse++;
        return ref;
    }

    private int reuse(MemorySegment memory, int sizeClass) {
        int before = Ref.NONE;
        for (int ref = freeHead; ref != Ref.NONE; ref = next(memory, ref)) {
            if (sizeClass(ref) == sizeClass) {
                if (before == Ref.NONE) {
                    freeHead = next(memory, ref);
                } else {
                    memory.set(INT, Ref.offset(before), next(memory, ref));
                }
                return ref;
            }
            before = ref;
        }
        return Ref.NONE;
    }

    private static int next(MemorySegment memory, int ref) {
        return memory.get(INT, Ref.offset(ref));
    }

    int sizeClass(int ref) {
        return pages.chunks()[CHUNK].get(INT, Ref.offset(ref) - HEADER_BYTES);
    }

    void free(int ref) {
        pages.chunks()[CHUNK].set(INT, Ref.offset(ref), freeHead);
        freeHead = ref;
        if (--inUse == 0) {
            end = 0;
            freeHead = Ref.NONE;
            open = true;
        }
    }
}
