package io.concordkv.server.loop;

import io.concordkv.base.DecodeException;
import io.concordkv.shard.port.Loop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.impl.ContextInternal;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A Vert.x event loop as the one thread that owns all replicas. A task that fails is broken code: it
/// goes to `onFailure`, and the loop goes on. Tasks run in the loop's Vert.x context: without one,
/// whatever a task opens (connections, timers) would get a context on another loop.
public final class NettyLoop implements Loop {
    private final ContextInternal context;
    private final EventLoop loop;
    private final Consumer<Throwable> onFailure;

    public NettyLoop(ContextInternal context, Consumer<Throwable> onFailure) {
        this.context = context;
        this.loop = context.nettyEventLoop();
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
        ScheduledFuture<?> future = loop.schedule(() -> run(task), Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    /// Runs a task that Vert.x brought, on the loop's own thread: when it fails, Vert.x would only log it.
    ///
    /// @throws DecodeException what the task throws for bytes that cannot be right
    public void guard(Runnable task) {
        try {
            task.run();
        } catch (DecodeException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
        }
    }

    private void run(Runnable task) {
        ContextInternal previous = context.beginDispatch();
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
        } finally {
            context.endDispatch(previous);
        }
    }
}
