package io.concordkv.shard.apply;

/// How a keyspace counts revisions (DESIGN §3, SAFETY S2).
public enum RevisionRule {
    /// 1, 2, 3 … : keyspaces of mode `single`.
    COUNTED {
        @Override
        long next(long previous, long timeMillis) {
            return previous + 1;
        }
    },
    /// 48 bits of milliseconds and a 16-bit counter: hash shards. Never read back as time.
    TIMED {
        @Override
        long next(long previous, long timeMillis) {
            return Math.max(previous + 1, timeMillis << 16);
        }
    };

    abstract long next(long previous, long timeMillis);
}
