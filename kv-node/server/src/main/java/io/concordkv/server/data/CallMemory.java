package io.concordkv.server.data;

/// What large bodies and answers of all calls may take together, in bytes of keys and values (SAFETY
/// F3). Who finds no room is told to come again; who has some already may finish. On the loop.
public final class CallMemory {
    private final long max;
    private long used;

    CallMemory(long max) {
        this.max = max;
    }

    /// Bytes held now.
    public long used() {
        return used;
    }

    long max() {
        return max;
    }

    /// The share of one call, given back all at once. Answers of shards may come after the call's end.
    final class Lease {
        private long held;
        private boolean closed;

        /// Returns false, and holds no more, when there is no room or the call is over.
        boolean take(long bytes) {
            if (closed || used + bytes > max) {
                return false;
            }
            add(bytes);
            return true;
        }

        /// What came in the end instead of what was expected; may pass the limit. Nothing once the call is
        /// over, which gave back what was expected.
        void correct(long expected, long came) {
            if (!closed) {
                add(came - expected);
            }
        }

        private void add(long bytes) {
            used += bytes;
            held += bytes;
        }

        boolean isHeld() {
            return held != 0;
        }

        void giveBack() {
            used -= held;
            held = 0;
        }

        /// The call is over: gives back, and holds nothing ever again.
        void close() {
            closed = true;
            giveBack();
        }
    }

    Lease lease() {
        return new Lease();
    }
}
