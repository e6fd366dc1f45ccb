package io.concordkv.shard.port;

/// Work that may block: reading logs, writing and loading snapshots.
public interface Background {
    /// Work with a result.
    interface Work<T> {
        T run() throws Exception;
    }

    /// Gets the end of the work, on the loop.
    interface Done<T> {
        void succeeded(T result);

        void failed(Exception cause);
    }

    /// Runs `work` away from the loop, then `done` on the loop.
    <T> void submit(Work<T> work, Done<T> done);
}
