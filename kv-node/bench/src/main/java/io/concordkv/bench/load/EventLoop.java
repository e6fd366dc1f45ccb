package io.concordkv.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The one thread that carries all clients; native epoll where there is one.
final class EventLoop implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    private final EventLoopGroup group;
    private final Class<? extends SocketChannel> channelClass;

    EventLoop() {
        boolean epoll = Epoll.isAvailable();
        group = epoll ? new EpollEventLoopGroup(1) : new NioEventLoopGroup(1);
        channelClass = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    Channel connect(String address, ChannelHandler handler) throws IOException {
        int colon = address.lastIndexOf(':');
        var connecting = new Bootstrap()
                .group(group)
                .channel(channelClass)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(handler)
                .connect(new InetSocketAddress(
                        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
        connecting.awaitUninterruptibly();
        if (!connecting.isSuccess()) {
            throw new IOException("cannot connect to " + address, connecting.cause());
        }
        return connecting.channel();
    }

    /// Runs on the loop and waits for the result.
    <T> T ask(Callable<T> question) throws IOException {
        try {
            return group.submit(question).get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the generator's loop failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    void run(Runnable task) {
        group.execute(task);
    }

    void later(long nanos, Runnable task) {
        var unused = group.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
