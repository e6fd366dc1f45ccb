package io.concordkv.shard.host;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.shard.replica.Replica;

/// What the node above the host wants to know. Called on the loop.
public interface HostListener {
    /// Role, term or leader of a replica changed.
    void roleChanged(Replica replica);

    /// A replica is damaged and serves no more.
    void damaged(Replica replica, String reason);

    /// A replica of another node, in a group led here, has lost what it acknowledged; its node hears it too.
    void peerDamaged(Replica leader, ReplicaId peer, String reason);

    /// This node's volume is older than what its peers remember (SAFETY I4).
    void volumeDamaged(String reason);

    /// A frame of a peer arrived and was accepted.
    void heard(NodeId node);
}
