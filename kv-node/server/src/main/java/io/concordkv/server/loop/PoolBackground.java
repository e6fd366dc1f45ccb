package io.concordkv.server.loop;

import io.concordkv.shard.port.Background;
import io.concordkv.shard.port.Loop;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A small pool of platform threads for work that may block. Its queue is bounded: work beyond it fails
/// at once.
public final class PoolBackground implements Background, AutoCloseable {
    private static final int QUEUED_MAX = 10_000;

    private final ThreadPoolExecutor pool;
    private final Loop loop;

    public PoolBackground(Loop loop, int threads) {
        this.loop = loop;
        AtomicInteger number = new AtomicInteger();
        this.pool = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUED_MAX), work -> {
                    Thread thread = new Thread(work, "concord-background-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public <T> void submit(Work<T> work, Done<T> done) {
        try {
            pool.execute(() -> {
                try {
                    T result = work.run();
                    loop.execute(() -> done.succeeded(result));
                } catch (Exception e) {
                    loop.execute(() -> done.failed(e));
                } catch (Error e) { // out of memory, say: the loop's owner ends the process, nobody waits for ever
                    loop.execute(() -> {
                        throw e;
                    });
                }
            });
        } catch (RejectedExecutionException e) {
            loop.execute(() -> done.failed(e));
        }
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}
