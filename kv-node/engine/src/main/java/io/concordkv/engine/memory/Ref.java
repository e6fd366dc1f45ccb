package io.concordkv.engine.memory;

import java.lang.foreign.MemorySegment;

/// A reference to a block: 32 bits that count units of 8 bytes, the upper 15 naming a chunk of at most 1 MiB.
/// An engine can so own 32 GiB in ordinary chunks. 0 refers to nothing: there is no chunk 0.
final class Ref {
    static final int NONE = 0;
    static final int CHUNK_SHIFT = 17;
    static final int CHUNKS_MAX = 1 << (32 - CHUNK_SHIFT);
    private static final int WITHIN = (1 << CHUNK_SHIFT) - 1;

    private Ref() {}

    static int of(int chunk, int offset) {
        return chunk << CHUNK_SHIFT | offset >>> 3;
    }

    static int chunk(int ref) {
        return ref >>> CHUNK_SHIFT;
    }

    /// Byte offset within the chunk.
    static int offset(int ref) {
        return (ref & WITHIN) << 3;
    }

    static MemorySegment segment(MemorySegment[] chunks, int ref) {
        return chunks[ref >>> CHUNK_SHIFT];
    }
}
