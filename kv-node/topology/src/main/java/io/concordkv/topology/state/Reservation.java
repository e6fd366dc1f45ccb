package io.concordkv.topology.state;

import io.concordkv.base.NodeId;

/// The right to stop one node (SAFETY R8). Ends when the node is back under a higher incarnation and
/// caught up, or is released; never because time passed.
///
/// @param incarnation of the node when it was granted
public record Reservation(NodeId node, String purpose, String owner, long incarnation) {}
