package io.concordkv.raft;

import io.concordkv.base.DecodeException;

/// What a member may do. The codes are on disk and on the wire and never change.
public enum MemberRole {
    /// Votes, is counted for commits, may lead.
    VOTER(0),
    /// Receives the log and is never counted.
    LEARNER(1);

    private final int code;

    MemberRole(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /// @throws DecodeException when no role has this code
    public static MemberRole of(int code) {
        return switch (code) {
            case 0 -> VOTER;
            case 1 -> LEARNER;
            default -> throw new DecodeException("member role", "0..1", code);
        };
    }
}
