package io.concordkv.raft;

/// Why the core did not take a proposal or gave up a read. Nothing of a refused proposal was executed.
public enum Refusal {
    /// This replica does not lead; [RaftCore#leader] says who does, if known.
    NOT_LEADER,
    /// Leadership is being handed over; ask again, here or at the next leader.
    TRANSFERRING,
    /// [RaftOptions#uncommittedBytesMax] is reached; ask again later.
    TOO_MUCH_UNCOMMITTED,
    /// This replica led when the read came and does not any more.
    LEADERSHIP_LOST
}
