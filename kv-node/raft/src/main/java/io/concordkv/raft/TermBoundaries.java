package io.concordkv.raft;

import io.concordkv.base.Invariant;
import io.concordkv.base.LogPosition;
import java.util.Arrays;
import java.util.List;

/// The terms of a log as the first index of each term: a handful of numbers however long the log is.
/// Terms and starts both ascend; `terms[i]` holds from `starts[i]` to the index before `starts[i + 1]`.
final class TermBoundaries {
    private long[] terms = new long[4];
    private long[] starts = new long[4];
    private int size;

    TermBoundaries(List<LogPosition> termStarts) {
        for (LogPosition start : termStarts) {
            append(start.term(), start.index());
        }
    }

    /// Notes that the entry at `index`, the one after the last, has this term.
    void append(long term, long index) {
        if (size > 0 && terms[size - 1] == term) {
            return;
        }
        Invariant.check(size == 0 || terms[size - 1] < term, "terms descend along the log");
        if (size == terms.length) {
            terms = Arrays.copyOf(terms, size * 2);
            starts = Arrays.copyOf(starts, size * 2);
        }
        terms[size] = term;
        starts[size] = index;
        size++;
    }

    /// Term at an index of the log; −1 below the first boundary.
    long termAt(long index) {
        for (int i = size - 1; i >= 0; i--) {
            if (starts[i] <= index) {
                return terms[i];
            }
        }
        return -1;
    }

    /// The highest index up to `limit` whose term is at most `term`; −1 when no boundary says so.
    long lastIndexWithTermUpTo(long term, long limit) {
        long end = limit;
        for (int i = size - 1; i >= 0; i--) {
            if (starts[i] <= end) {
                if (terms[i] <= term) {
                    return end;
                }
                end = starts[i] - 1;
            }
        }
        return -1;
    }

    void truncateAfter(long lastKept) {
        while (size > 0 && starts[size - 1] > lastKept) {
            size--;
        }
    }

    /// Forgets everything up to `index`; what is left of its term starts behind it.
    void compactTo(long index, long lastIndex) {
        int keepFrom = 0;
        while (keepFrom < size && (keepFrom + 1 < size ? starts[keepFrom + 1] - 1 : lastIndex) <= index) {
            keepFrom++;
        }
        System.arraycopy(terms, keepFrom, terms, 0, size - keepFrom);
        System.arraycopy(starts, keepFrom, starts, 0, size - keepFrom);
        size -= keepFrom;
        if (size > 0 && starts[0] <= index) {
            starts[0] = index + 1;
        }
    }

    void clear() {
        size = 0;
    }
}
