package io.concordkv.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One kept-alive HTTP/1.1 connection with at most one request under way. Understands just what a node
/// answers: a status line, headers with `content-length`, a body that is skipped.
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final byte[] LENGTH = {'c', 'o', 'n', 't', 'e', 'n', 't', '-', 'l', 'e', 'n', 'g', 't', 'h', ':'};
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private byte[] received = new byte[1024];
    private int size;
    private Target.@Nullable Completion waiting;
    private @Nullable ChannelHandlerContext context;
    private boolean closed;

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /// @param request released by the pipeline
    void send(ByteBuf request, Target.Completion completion) {
        if (closed || context == null) {
            request.release();
            completion.completed(false);
            return;
        }
        waiting = completion;
        context.writeAndFlush(request, context.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        int more = bytes.readableBytes();
        if (size + more > received.length) {
            received = Arrays.copyOf(received, Math.max(received.length * 2, size + more));
        }
        bytes.readBytes(received, size, more);
        bytes.release();
        size += more;
        int end = responseEnd();
        if (end >= 0) {
            boolean succeeded = received[STATUS_AT] == '2';
            System.arraycopy(received, end, received, 0, size - end);
            size -= end;
            complete(succeeded);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        closed = true;
        complete(false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        from.close();
    }

    private void complete(boolean succeeded) {
        Target.Completion told = waiting;
        waiting = null;
        if (told != null) {
            told.completed(succeeded);
        }
    }

    /// Where the response ends; −1 while parts of it are missing.
    private int responseEnd() {
        int line = 0;
        int length = 0;
        for (int i = 1; i < size; i++) {
            if (received[i] == '\n' && received[i - 1] == '\r') {
                if (i - 1 == line) {
                    int end = i + 1 + length;
                    return end <= size ? end : -1;
                }
                length = isLength(line, i) ? number(line + LENGTH.length, i - 1) : length;
                line = i + 1;
            }
        }
        return -1;
    }

    private boolean isLength(int line, int end) {
        if (end - line <= LENGTH.length) {
            return false;
        }
        for (int i = 0; i < LENGTH.length; i++) {
            byte b = received[line + i];
            if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != LENGTH[i]) {
                return false;
            }
        }
        return true;
    }

    private int number(int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            if (received[i] >= '0' && received[i] <= '9') {
                number = number * 10 + received[i] - '0';
            }
        }
        return number;
    }
}
