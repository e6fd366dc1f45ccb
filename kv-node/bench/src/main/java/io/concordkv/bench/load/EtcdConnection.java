package io.concordkv.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection for unary gRPC calls to one method, several at once. Just enough of RFC 9113:
/// request headers are indexed after the first call (as gRPC's own clients do), answers are told by
/// their frames alone. A unary answer with a message succeeded; one that ends without is an error.
///
/// | frame         | sent                                      | understood                        |
/// |---------------|-------------------------------------------|-----------------------------------|
/// | DATA          | one a call, ends the stream               | counts as the answer's message    |
/// | HEADERS       | one a call                                | skipped; END_STREAM ends the call |
/// | RST_STREAM    |                                           | fails the call                    |
/// | SETTINGS      | large windows, at the start               | acknowledged                      |
/// | PING          |                                           | answered                          |
/// | GOAWAY        |                                           | closes                            |
/// | WINDOW_UPDATE | for the connection, each half window      | opens the sending window          |
final class EtcdConnection extends ChannelInboundHandlerAdapter {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int FRAME_HEAD_BYTES = 9;
    private static final int GRPC_HEAD_BYTES = 5;
    private static final int INITIAL_WINDOW_SETTING = 4;
    private static final int WINDOW = 1 << 24;
    private static final int WINDOW_DEFAULT = 65_535;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    /// POST, http, then path, authority, content-type, te from the dynamic table (newest is 62).
    private static final byte[] HEADERS_INDEXED = {
        (byte) 0x83, (byte) 0x86, (byte) 0xc1, (byte) 0xc0, (byte) 0xbf, (byte) 0xbe
    };

    private static final class Call {
        private final Target.Completion completion;
        private boolean hasMessage;

        Call(Target.Completion completion) {
            this.completion = completion;
        }
    }

    private record Held(byte[] message, Target.Completion completion) {}

    private final byte[] headersFirst;
    private final Map<Integer, Call> calls = new HashMap<>();
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private byte[] received = new byte[4096];
    private int size;
    private int nextStream = 1;
    private long sendWindow = WINDOW_DEFAULT;
    private int consumed;
    private boolean closed;
    private @Nullable ChannelHandlerContext context;

    /// @param path of the method: `/etcdserverpb.KV/Put`
    EtcdConnection(String path, String authority) {
        headersFirst = headers(path, authority);
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        ByteBuf out = active.alloc().directBuffer(64).writeBytes(PREFACE);
        frame(out, 6, SETTINGS, 0, 0).writeShort(INITIAL_WINDOW_SETTING).writeInt(WINDOW);
        frame(out, 4, WINDOW_UPDATE, 0, 0).writeInt(WINDOW - WINDOW_DEFAULT);
        active.writeAndFlush(out, active.voidPromise());
    }

    /// @param message protobuf; sent at once, or when the server has opened its window again
    void call(byte[] message, Target.Completion completion) {
        ChannelHandlerContext active = context;
        if (closed || active == null) {
            completion.completed(false);
            return;
        }
        int bytes = GRPC_HEAD_BYTES + message.length;
        if (bytes > sendWindow) {
            held.add(new Held(message, completion));
            return;
        }
        sendWindow -= bytes;
        int stream = nextStream;
        nextStream += 2;
        calls.put(stream, new Call(completion));
        byte[] headers = stream == 1 ? headersFirst : HEADERS_INDEXED;
        ByteBuf out = active.alloc().directBuffer(2 * FRAME_HEAD_BYTES + headers.length + bytes);
        frame(out, headers.length, HEADERS, END_HEADERS, stream).writeBytes(headers);
        frame(out, bytes, DATA, END_STREAM, stream)
                .writeByte(0)
                .writeInt(message.length)
                .writeBytes(message);
        active.writeAndFlush(out, active.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object input) {
        ByteBuf bytes = (ByteBuf) input;
        int more = bytes.readableBytes();
        if (size + more > received.length) {
            received = Arrays.copyOf(received, Math.max(received.length * 2, size + more));
        }
        bytes.readBytes(received, size, more);
        bytes.release();
        size += more;
        int at = 0;
        while (size - at >= FRAME_HEAD_BYTES) {
            int length = (received[at] & 0xff) << 16 | (received[at + 1] & 0xff) << 8 | (received[at + 2] & 0xff);
            if (size - at < FRAME_HEAD_BYTES + length) {
                break;
            }
            frameReceived(from, at, length);
            at += FRAME_HEAD_BYTES + length;
        }
        System.arraycopy(received, at, received, 0, size - at);
        size -= at;
    }

    private void frameReceived(ChannelHandlerContext from, int at, int length) {
        int flags = received[at + 4];
        int stream = int32(at + 5) & 0x7fffffff;
        int payload = at + FRAME_HEAD_BYTES;
        switch (received[at + 3]) {
            case DATA -> {
                Call call = calls.get(stream);
                if (call != null) {
                    call.hasMessage = true;
                }
                consumed += length;
                giveWindowBack(from);
                endIf((flags & END_STREAM) != 0, stream);
            }
            case HEADERS -> endIf((flags & END_STREAM) != 0, stream);
            case RST_STREAM -> complete(stream, false);
            case SETTINGS -> {
                if ((flags & ACK) == 0) {
                    from.writeAndFlush(frame(from.alloc().directBuffer(FRAME_HEAD_BYTES), 0, SETTINGS, ACK, 0));
                }
            }
            case PING -> {
                if ((flags & ACK) == 0) {
                    ByteBuf pong = frame(from.alloc().directBuffer(32), 8, PING, ACK, 0);
                    from.writeAndFlush(pong.writeBytes(received, payload, 8));
                }
            }
            case WINDOW_UPDATE -> {
                if (stream == 0) {
                    sendWindow += int32(payload);
                    sendHeld();
                }
            }
            case GOAWAY -> from.close();
            default -> {
                // RFC 9113 §4.1: unknown frames are ignored.
            }
        }
    }

    private void endIf(boolean ended, int stream) {
        if (ended) {
            Call call = calls.get(stream);
            complete(stream, call != null && call.hasMessage);
        }
    }

    private void complete(int stream, boolean succeeded) {
        Call call = calls.remove(stream);
        if (call != null) {
            call.completion.completed(succeeded);
        }
    }

    private void sendHeld() {
        while (!held.isEmpty() && held.peek().message().length + GRPC_HEAD_BYTES <= sendWindow) {
            Held next = held.remove();
            call(next.message(), next.completion());
        }
    }

    private void giveWindowBack(ChannelHandlerContext to) {
        if (consumed > WINDOW / 2) {
            ByteBuf out = frame(to.alloc().directBuffer(16), 4, WINDOW_UPDATE, 0, 0);
            to.writeAndFlush(out.writeInt(consumed));
            consumed = 0;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        closed = true;
        for (Integer stream : calls.keySet().stream().sorted().toList()) {
            complete(stream, false);
        }
        while (!held.isEmpty()) {
            held.remove().completion().completed(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        from.close();
    }

    private int int32(int at) {
        return (received[at] & 0xff) << 24
                | (received[at + 1] & 0xff) << 16
                | (received[at + 2] & 0xff) << 8
                | (received[at + 3] & 0xff);
    }

    private static ByteBuf frame(ByteBuf out, int length, int type, int flags, int stream) {
        return out.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
    }

    /// HPACK (RFC 7541): the four of them enter the dynamic table in this order.
    private static byte[] headers(String path, String authority) {
        ByteBuf out = ByteBufAllocator.DEFAULT.heapBuffer();
        out.writeByte(0x83).writeByte(0x86);
        literal(out.writeByte(0x44), path);
        literal(out.writeByte(0x41), authority);
        literal(out.writeByte(0x5f), "application/grpc");
        literal(out.writeByte(0x40), "te");
        literal(out, "trailers");
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        out.release();
        return bytes;
    }

    private static void literal(ByteBuf out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        out.writeByte(bytes.length).writeBytes(bytes);
    }
}
