package io.concordkv.raft;

import io.concordkv.base.ReplicaId;

/// A hand-over of leadership under way.
///
/// @param deadline when it is given up
/// @param told     the target had the whole log and was told to campaign
record Transfer(ReplicaId to, long deadline, boolean told) {
    Transfer afterTelling() {
        return told ? this : new Transfer(to, deadline, true);
    }
}
