package io.concordkv.raft;

import io.concordkv.base.ReplicaId;

/// What a leader knows of one follower, for status pages, transfers and membership moves.
///
/// @param match      highest index it has acknowledged as durable in this term
/// @param next       the next index to send
/// @param heardNanos when its last explicit record of this term came, on the caller's clock
public record Progress(ReplicaId replica, FollowerState state, long match, long next, long heardNanos) {}
