package io.concordkv.bench.load;

import java.io.IOException;

/// What a row sends its operations to. Opened for one row; `issue` and its completions run on the
/// generator's event loop.
interface Target extends AutoCloseable {
    /// Told once for every operation issued.
    interface Completion {
        void completed(boolean succeeded);
    }

    /// Connects all clients; returns when all are connected.
    void open(int clients) throws IOException;

    /// Sends one operation for a client that waits for nothing else.
    void issue(int client, Workload.Kind kind, Workload workload, Completion completion);

    @Override
    void close();
}
