package io.concordkv.shard.port;

/// The one thread that owns all replicas of a node. Tasks run one after the other, never nested.
public interface Loop {
    /// Runs the task after everything already handed over. From any thread.
    void execute(Runnable task);

    /// Runs the task on the loop once `delayNanos` have passed; at once when not positive.
    Timer after(long delayNanos, Runnable task);

    /// A pending call.
    interface Timer {
        void cancel();
    }
}
