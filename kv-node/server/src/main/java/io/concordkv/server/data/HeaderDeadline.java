package io.concordkv.server.data;

import io.concordkv.wire.Headers;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Gives up a connection that began a request and has not completed its headers in time. Connections
/// between requests may stay idle as long as they like. Stands before the decoder, where bytes arrive;
/// [Decoded] stands behind it and tells where requests and answers begin and end.
final class HeaderDeadline extends ChannelInboundHandlerAdapter {
    private static final String NAME = "concord-header-deadline";
    private static final String DECODED = "concord-header-decoded";
    private static final String CONNECTION = "handler";
    private static final int CONTINUE = 100;

    private final long millis;
    private final String node;
    private @Nullable ScheduledFuture<?> pending;
    private boolean inBody;
    private int unanswered;

    private HeaderDeadline(long millis, String node) {
        this.millis = millis;
        this.node = node;
    }

    /// @param millis from a request's first byte to the end of its headers
    /// @param node   name of this node, for the answer to those who are too slow
    static void install(HttpConnection connection, long millis, String node) {
        Channel channel = ((HttpServerConnection) connection).channel();
        HeaderDeadline deadline = new HeaderDeadline(millis, node);
        channel.pipeline().addFirst(NAME, deadline);
        channel.pipeline().addBefore(CONNECTION, DECODED, deadline.new Decoded());
    }

    static void closeAfter(HttpConnection connection, long millis) {
        Channel channel = ((HttpServerConnection) connection).channel();
        var timer = channel.eventLoop()
                .schedule(
                        () -> {
                            connection.close();
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> timer.cancel(false));
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
            pending = context.executor().schedule(() -> giveUp(context), millis, TimeUnit.MILLISECONDS);
        }
        super.channelRead(context, message);
    }

    /// An answer may only be written when nobody could take it for that of an earlier request.
    private void giveUp(ChannelHandlerContext context) {
        if (unanswered > 0) {
            context.close();
            return;
        }
        Problem problem = Problem.of(
                ProblemCode.REQUEST_TIMEOUT, "the headers of the request were not complete after " + millis + " ms");
        byte[] body = problem.toJson();
        String head = "HTTP/1.1 408 Request Timeout\r\ncontent-type: " + Problem.MEDIA_TYPE + "\r\n" + Headers.NODE
                + ": " + node + "\r\nconnection: close\r\ncontent-length: " + body.length + "\r\n\r\n";
        context.writeAndFlush(Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.ISO_8859_1), body))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        cancel();
        super.channelInactive(context);
    }

    /// Behind the decoder. Requests that wait for the answer of an earlier one have arrived all the same.
    private final class Decoded extends ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            if (message instanceof HttpRequest) {
                cancel();
                inBody = true;
                unanswered++;
            }
            if (message instanceof LastHttpContent) {
                inBody = false;
            }
            super.channelRead(context, message);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            boolean interim = message instanceof HttpResponse response
                    && response.status().code() == CONTINUE;
            if (message instanceof LastHttpContent && !interim) {
                unanswered--;
            }
            super.write(context, message, promise);
        }
    }
}
