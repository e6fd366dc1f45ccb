package io.concordkv.server.loop;

import io.concordkv.shard.port.Loop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A Vert.x event loop as the one thread that owns all replicas. A task that fails is broken code: it
/// goes to `onFailure`, and the loop goes on.
public final class NettyLoop implements Loop {
    private final EventLoop loop;
    private final Consumer<Throwable> onFailure;

    public NettyLoop(EventLoop loop, Consumer<Throwable> onFailure) {
        this.loop = loop;
        this.onFailure = onFailure;
    }

    /// True on the loop's own thread.
    public boolean isCurrent() {
        return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(() -> run(task));
    }

    @Override
    public Timer after(long delayNanos, Runnable task) {
        ScheduledFuture<?> future =
                loop.schedule(() -> run(task), Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
        }
    }
}
