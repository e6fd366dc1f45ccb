package io.concordkv.server.data;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Closes a connection that began a request and has not completed its headers in time. Connections
/// between requests may stay idle as long as they like.
final class HeaderDeadline extends ChannelInboundHandlerAdapter {
    private static final String NAME = "concord-header-deadline";

    private final long millis;
    private @Nullable ScheduledFuture<?> pending;
    private boolean inBody;

    private HeaderDeadline(long millis) {
        this.millis = millis;
    }

    static void install(HttpConnection connection, long millis) {
        Channel channel = ((HttpServerConnection) connection).channel();
        channel.pipeline().addFirst(NAME, new HeaderDeadline(millis));
    }

    /// A request's headers are complete; what follows until its end is its body.
    static void requestArrived(HttpConnection connection) {
        Channel channel = ((HttpServerConnection) connection).channel();
        if (channel.pipeline().get(NAME) instanceof HeaderDeadline deadline) {
            deadline.cancel();
            deadline.inBody = true;
        }
    }

    /// The request has been read to its end: the next bytes begin another one.
    static void requestEnded(HttpConnection connection) {
        Channel channel = ((HttpServerConnection) connection).channel();
        if (channel.pipeline().get(NAME) instanceof HeaderDeadline deadline) {
            deadline.inBody = false;
        }
    }

    private void cancel() {
        ScheduledFuture<?> timer = pending;
        pending = null;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (pending == null && !inBody) {
            pending = context.executor()
                    .schedule(
                            () -> {
                                context.close();
                            },
                            millis,
                            TimeUnit.MILLISECONDS);
        }
        super.channelRead(context, message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        cancel();
        super.channelInactive(context);
    }
}
