package io.concordkv.wal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where one group's live entries lie: runs of contiguous entries, one a record, ascending by index;
/// 16 bytes a run, in chunks, so that a long log neither doubles an array nor keeps what is compacted. After
/// damage there may be holes between runs. Guarded by its owner, [LogState].
final class Runs {
    private final List<Chunk> chunks = new ArrayList<>(1);
    private long bytesTotal;

    /// One run.
    ///
    /// @param first    index of the first entry
    /// @param count    entries
    /// @param segment  number of the segment
    /// @param position where the record begins, counted in payload bytes from the start of the segment
    /// @param bytes    of the record
    record Run(long first, int count, int segment, int position, int bytes) {
        long last() {
            return first + count - 1;
        }
    }

    /// Runs `head` to `tail` of one segment, never none. Four words each: first index above `base`, count,
    /// position, bytes.
    private static final class Chunk {
        private static final int RUNS_MAX = 256;
        private static final int RUNS_FIRST = 4;
        private static final int WORDS = 4;

        final int segment;
        final long base;
        int head;
        int tail;
        private int[] words = new int[RUNS_FIRST * WORDS];

        Chunk(Run first) {
            segment = first.segment;
            base = first.first;
        }

        boolean takes(Run run) {
            return run.segment == segment && tail < RUNS_MAX && run.first - base <= Integer.MAX_VALUE;
        }

        void add(Run run) {
            int at = tail * WORDS;
            if (at == words.length) {
                words = Arrays.copyOf(words, 2 * at);
            }
            words[at] = (int) (run.first - base);
            words[at + 1] = run.count;
            words[at + 2] = run.position;
            words[at + 3] = run.bytes;
            tail++;
        }

        long first(int i) {
            return base + words[i * WORDS];
        }

        long last(int i) {
            return first(i) + words[i * WORDS + 1] - 1;
        }

        int bytes(int i) {
            return words[i * WORDS + 3];
        }

        Run get(int i) {
            int at = i * WORDS;
            return new Run(first(i), words[at + 1], segment, words[at + 2], words[at + 3]);
        }

        /// Cuts what the last run holds above `lastKept`.
        void cutLast(long lastKept) {
            int at = (tail - 1) * WORDS;
            words[at + 1] = (int) Math.min(words[at + 1], lastKept - first(tail - 1) + 1);
        }

        /// The last run that begins at or below `index`; `head` − 1 when all begin above.
        int floor(long index) {
            int low = head;
            int high = tail;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (first(middle) <= index) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low - 1;
        }
    }

    void add(Run run) {
        if (chunks.isEmpty() || !chunks.getLast().takes(run)) {
            chunks.add(new Chunk(run));
        }
        chunks.getLast().add(run);
        bytesTotal += run.bytes;
    }

    /// Forgets entries above `lastKept`. A run that is cut keeps its bytes, only its count shrinks.
    void truncate(long lastKept) {
        while (!chunks.isEmpty()) {
            Chunk chunk = chunks.getLast();
            while (chunk.tail > chunk.head && chunk.first(chunk.tail - 1) > lastKept) {
                chunk.tail--;
                bytesTotal -= chunk.bytes(chunk.tail);
            }
            if (chunk.tail > chunk.head) {
                chunk.cutLast(lastKept);
                return;
            }
            chunks.removeLast();
        }
    }

    /// Forgets the runs that end at or below `index`.
    void compact(long index) {
        int gone = 0;
        while (gone < chunks.size()) {
            Chunk chunk = chunks.get(gone);
            while (chunk.head < chunk.tail && chunk.last(chunk.head) <= index) {
                bytesTotal -= chunk.bytes(chunk.head);
                chunk.head++;
            }
            if (chunk.head < chunk.tail) {
                break;
            }
            gone++;
        }
        chunks.subList(0, gone).clear();
    }

    void clear() {
        chunks.clear();
        bytesTotal = 0;
    }

    long bytes() {
        return bytesTotal;
    }

    boolean isEmpty() {
        return chunks.isEmpty();
    }

    /// The run that holds this index; null when none does.
    @Nullable
    Run holding(long index) {
        int at = chunkOf(index);
        if (at < 0) {
            return null;
        }
        Chunk chunk = chunks.get(at);
        int run = chunk.floor(index);
        return chunk.last(run) >= index ? chunk.get(run) : null;
    }

    /// The last chunk that begins at or below `index`; −1 when all begin above.
    private int chunkOf(long index) {
        int low = 0;
        int high = chunks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            Chunk chunk = chunks.get(middle);
            if (chunk.first(chunk.head) <= index) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /// Whether any run lies in this block of this segment, wholly or in part.
    boolean touch(int segment, int block) {
        for (Chunk chunk : chunks) {
            for (int i = chunk.head; chunk.segment == segment && i < chunk.tail; i++) {
                Run run = chunk.get(i);
                if (run.position / Block.PAYLOAD_BYTES <= block
                        && (run.position + run.bytes - 1) / Block.PAYLOAD_BYTES >= block) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Number of the segment of the oldest run; `Integer.MAX_VALUE` when there is none.
    int oldestSegment() {
        return chunks.isEmpty() ? Integer.MAX_VALUE : chunks.getFirst().segment;
    }

    /// The first index in `from..to` that no run holds; −1 when all are held.
    long firstMissing(long from, long to) {
        long next = from;
        for (int at = Math.max(0, chunkOf(from)); at < chunks.size() && next <= to; at++) {
            Chunk chunk = chunks.get(at);
            for (int run = Math.max(chunk.head, chunk.floor(next)); run < chunk.tail && next <= to; run++) {
                if (chunk.first(run) > next) {
                    return next;
                }
                next = Math.max(next, chunk.last(run) + 1);
            }
        }
        return next > to ? -1 : next;
    }
}
