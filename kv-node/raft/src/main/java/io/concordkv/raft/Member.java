package io.concordkv.raft;

import io.concordkv.base.Invariant;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;

/// One member of a group.
///
/// @param replica the Raft member; counts and votes are by this id alone (SAFETY R1)
/// @param node    where it lives: an address, nothing more
public record Member(ReplicaId replica, NodeId node, MemberRole role) {
    public Member {
        Invariant.check(!replica.isNone(), "a member has a replica id");
    }

    public boolean isVoter() {
        return role == MemberRole.VOTER;
    }
}
