package io.concordkv.server.data;

import io.concordkv.wire.Headers;
import io.concordkv.wire.Limits;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Gives up a connection that began a request and has not completed its headers in time, and those
/// after them whose body does not end. Connections between requests may stay idle as long as they like.
/// Stands before the decoder, where bytes arrive; [Decoded] stands behind it and tells where requests and
/// answers begin and end, and what is left when a body cannot be read: the answers that are due, then the end.
final class HeaderDeadline extends ChannelInboundHandlerAdapter {
    private static final String NAME = "concord-header-deadline";
    private static final String DECODED = "concord-header-decoded";
    private static final String CONNECTION = "handler";
    private static final int CONTINUE = 100;

    private final long millis;
    private final long bodyMillis;
    private final String node;
    private @Nullable ScheduledFuture<?> pending;
    private @Nullable ScheduledFuture<?> bodyPending;
    private @Nullable BodyTrouble trouble;
    private @Nullable Throwable unreadable;
    private boolean inBody;
    private int unanswered;

    /// What may happen to a body instead of its end. The one told answers.
    interface BodyTrouble {
        void tooSlow();

        /// @param cause what the decoder could not read
        void unreadable(Throwable cause);
    }

    private HeaderDeadline(Limits limits, String node) {
        this.millis = limits.headerMillisMax();
        this.bodyMillis = limits.bodyMillisMax();
        this.node = node;
    }

    /// @param limits how long headers and bodies may take
    /// @param node   name of this node, for the answer to those who are too slow
    static void install(HttpConnection connection, Limits limits, String node) {
        Channel channel = ((HttpServerConnection) connection).channel();
        HeaderDeadline deadline = new HeaderDeadline(limits, node);
        channel.pipeline().addFirst(NAME, deadline);
        channel.pipeline().addBefore(CONNECTION, DECODED, deadline.new Decoded());
    }

    /// Whom to tell when the body of the request being answered does not end well; without it the connection
    /// closes, after the answers that are due. A body that could not be read before is told at once.
    static void onBodyTrouble(HttpConnection connection, BodyTrouble told) {
        HeaderDeadline deadline =
                ((HttpServerConnection) connection).channel().pipeline().get(HeaderDeadline.class);
        if (deadline == null || deadline.unanswered != 1) {
            return; // a later request has arrived, so this one is complete
        }
        Throwable cause = deadline.unreadable;
        if (cause != null) {
            told.unreadable(cause);
        } else if (deadline.inBody) {
            deadline.trouble = told;
        }
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

    /// A body that came together with its headers has ended by now and needs no timer.
    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        super.channelReadComplete(context);
        if (inBody && bodyPending == null) {
            bodyPending = context.executor().schedule(() -> giveUpBody(context), bodyMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void giveUpBody(ChannelHandlerContext context) {
        BodyTrouble told = trouble;
        if (told == null) {
            context.close();
        } else {
            told.tooSlow();
        }
    }

    private void bodyEnded() {
        inBody = false;
        trouble = null;
        ScheduledFuture<?> timer = bodyPending;
        bodyPending = null;
        if (timer != null) {
            timer.cancel(false);
        }
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
        bodyEnded();
        super.channelInactive(context);
    }

    /// Behind the decoder. Requests that wait for the answer of an earlier one have arrived all the same.
    private final class Decoded extends ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            if (message instanceof HttpContent part
                    && part.decoderResult().isFailure()
                    && !(message instanceof HttpRequest)) {
                part.release();
                giveUpReading(context, part.decoderResult().cause());
                return;
            }
            if (message instanceof HttpRequest) {
                cancel();
                inBody = true;
                unanswered++;
            }
            if (message instanceof LastHttpContent) {
                bodyEnded();
            }
            super.channelRead(context, message);
        }

        /// The decoder reads nothing more of this connection.
        private void giveUpReading(ChannelHandlerContext context, Throwable cause) {
            BodyTrouble told = trouble;
            unreadable = cause;
            bodyEnded();
            if (unanswered == 0) {
                context.close();
            } else if (told != null) {
                told.unreadable(cause);
            }
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            boolean interim = message instanceof HttpResponse response
                    && response.status().code() == CONTINUE;
            if (message instanceof LastHttpContent && !interim) {
                unanswered--;
                if (unreadable != null && unanswered == 0) {
                    context.write(message, promise.unvoid().addListener(ChannelFutureListener.CLOSE));
                    return;
                }
            }
            super.write(context, message, promise);
        }
    }
}
