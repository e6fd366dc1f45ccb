/// What nodes say to each other, and its bytes: Raft messages of many groups in one frame, the node
/// frame (SAFETY R9), and the bulk frames for forwards and snapshots (SAFETY F1).
@NullMarked
package io.concordkv.shard.peer;

import org.jspecify.annotations.NullMarked;
