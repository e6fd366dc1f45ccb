package io.concordkv.shard.peer;

import io.concordkv.base.DecodeException;

/// The second byte of every frame between nodes. Codes never change.
public enum FrameKind {
    GROUP_MESSAGES(1),
    NODE(2),
    REQUEST(16),
    REPLY(17),
    SNAPSHOT_OFFER(18),
    SNAPSHOT_PULL(19),
    SNAPSHOT_CHUNK(20),
    SNAPSHOT_DONE(21);

    private final int code;

    FrameKind(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /// @throws DecodeException when no frame has this code
    public static FrameKind of(int code) {
        for (FrameKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new DecodeException("unknown frame kind " + code);
    }
}
