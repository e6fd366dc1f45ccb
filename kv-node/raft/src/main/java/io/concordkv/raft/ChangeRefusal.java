package io.concordkv.raft;

/// Why the core did not start a change of members (SAFETY R5, R6). Nothing was appended.
public enum ChangeRefusal {
    /// This replica does not lead; [RaftCore#leader] says who does, if known.
    NOT_LEADER,
    /// Leadership is being handed over; ask again, here or at the next leader.
    TRANSFERRING,
    /// Nothing of this leader's own term is committed yet; ask again soon.
    TERM_TOO_YOUNG,
    /// A change is under way: its entry is not committed, or the configuration is joint.
    CHANGE_UNDER_WAY,
    /// The configuration is not the one that the change was made for; look again.
    CONFIGURATION_MOVED,
    /// The members asked for are the present ones.
    NOTHING_CHANGES,
    /// No voter would be left, or a known replica would change its node.
    IMPOSSIBLE,
    /// A new voter is no learner yet that follows the log closely.
    NOT_CAUGHT_UP,
    /// Too few of the voters that would remain are heard and caught up.
    WOULD_LOSE_QUORUM
}
