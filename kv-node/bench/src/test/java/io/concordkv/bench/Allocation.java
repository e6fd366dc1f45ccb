package io.concordkv.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// What this thread allocates.
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 6;

    private Allocation() {}

    /// A step of the write path; may throw what it likes.
    public interface Step {
        void run() throws Exception;
    }

    /// Bytes a call, in the leanest of some rounds: what the compiler has not seen yet allocates more.
    public static long bytesPerCall(int calls, Step step) throws Exception {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < calls; i++) {
                step.run();
            }
            least = Math.min(least, (THREADS.getCurrentThreadAllocatedBytes() - before) / calls);
        }
        return least;
    }
}
