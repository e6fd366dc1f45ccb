package io.concordkv.wal;

import org.jspecify.annotations.Nullable;

/// What a scan of a segment finds, in the order of the file.
sealed interface Found {
    /// Bytes from the start of the file.
    long offset();

    /// A whole frame.
    ///
    /// @param stream the frame's bytes without the stamps
    record Good(int segment, long offset, int blocks, FrameHeader header, byte[] stream) implements Found {
        /// Where the body begins in the stream.
        int bodyAt() {
            return FrameHeader.bytes(header.touched());
        }

        /// Where a stream offset lies, counted in payload bytes from the start of the segment.
        int position(int streamOffset) {
            return (int) (offset / Block.BYTES) * Block.PAYLOAD_BYTES + streamOffset;
        }
    }

    /// A frame that does not verify.
    ///
    /// @param torn     some of its blocks were never written: its sync never returned, unless something
    ///     later says that it did
    /// @param sequence of the frame, −1 when no block tells
    /// @param header   either copy, null when both are broken
    /// @param what     for messages
    record Bad(
            int segment,
            String file,
            long offset,
            boolean torn,
            long sequence,
            @Nullable FrameHeader header,
            String what)
            implements Found {
        Bad withSequence(long known) {
            return new Bad(segment, file, offset, torn, known, header, what);
        }

        @Override
        public String toString() {
            return file + " at offset " + offset + ": " + what;
        }
    }
}
