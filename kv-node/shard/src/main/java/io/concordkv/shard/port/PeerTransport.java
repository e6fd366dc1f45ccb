package io.concordkv.shard.port;

import io.concordkv.base.NodeId;
import io.concordkv.shard.peer.Lane;

/// Carries frames to other nodes of the cluster, in order a lane, until a connection breaks. Called on
/// the loop.
public interface PeerTransport {
    /// Hands a frame over without waiting.
    ///
    /// @return false when there is no connection or its byte window is full: nothing was sent
    boolean send(NodeId to, Lane lane, byte[] frame);
}
