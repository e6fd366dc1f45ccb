package io.concordkv.server.peer;

import io.concordkv.base.Crc32c;
import io.concordkv.base.DecodeException;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/// Frames on a peer connection. A frame longer than 256 KiB travels in several parts and is whole before
/// anybody sees it (SAFETY F1).
///
/// | field  | bytes | meaning                                                           |
/// |--------|------:|-------------------------------------------------------------------|
/// | length |     4 | of the payload, 0 to 262,144; bit 31: more parts of the frame follow |
/// | crc32c |     4 | of the payload                                                    |
/// | payload|       |                                                                   |
///
/// Both numbers are little-endian. An empty frame keeps the connection alive and is dropped.
final class FrameCodec implements io.vertx.core.Handler<Buffer> {
    static final int PART_BYTES_MAX = 256 << 10;
    static final int FRAME_BYTES_MAX = 16 << 20;
    private static final int HEAD_BYTES = 8;
    private static final int MORE = 1 << 31;

    private final Consumer<byte[]> frames;
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private Buffer pending = Buffer.buffer();
    private int at;

    FrameCodec(Consumer<byte[]> frames) {
        this.frames = frames;
    }

    static Buffer encode(byte[] frame) {
        int count = Math.max(1, (frame.length + PART_BYTES_MAX - 1) / PART_BYTES_MAX);
        Buffer out = Buffer.buffer(frame.length + count * HEAD_BYTES);
        for (int part = 0; part < count; part++) {
            int from = part * PART_BYTES_MAX;
            int length = Math.min(PART_BYTES_MAX, frame.length - from);
            out.appendIntLE(part + 1 < count ? length | MORE : length);
            out.appendIntLE(Crc32c.of(frame, from, length));
            out.appendBytes(frame, from, length);
        }
        return out;
    }

    /// @throws DecodeException when the bytes cannot be frames: the connection must be closed
    @Override
    public void handle(Buffer bytes) {
        if (at == pending.length()) {
            pending = bytes;
        } else {
            Buffer joined = Buffer.buffer(pending.length() - at + bytes.length());
            joined.appendBuffer(pending, at, pending.length() - at).appendBuffer(bytes);
            pending = joined;
        }
        at = 0;
        while (pending.length() - at >= HEAD_BYTES) {
            int head = pending.getIntLE(at);
            int length = head & ~MORE;
            if (length > PART_BYTES_MAX) {
                throw new DecodeException("peer frame length", "0.." + PART_BYTES_MAX, length);
            }
            if (pending.length() - at < HEAD_BYTES + length) {
                return;
            }
            byte[] payload = pending.getBytes(at + HEAD_BYTES, at + HEAD_BYTES + length);
            int crc = pending.getIntLE(at + 4);
            if (crc != Crc32c.of(payload)) {
                throw new DecodeException("peer frame checksum is wrong");
            }
            at += HEAD_BYTES + length;
            part(payload, (head & MORE) != 0);
        }
    }

    private void part(byte[] payload, boolean more) {
        if (!more && parts.size() == 0) {
            if (payload.length > 0) {
                frames.accept(payload);
            }
            return;
        }
        if (parts.size() + payload.length > FRAME_BYTES_MAX) {
            throw new DecodeException("peer frame is longer than " + FRAME_BYTES_MAX + " bytes");
        }
        parts.writeBytes(payload);
        if (!more) {
            byte[] whole = parts.toByteArray();
            parts.reset();
            frames.accept(whole);
        }
    }
}
