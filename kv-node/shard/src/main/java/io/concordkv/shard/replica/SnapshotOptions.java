package io.concordkv.shard.replica;

import io.concordkv.base.Invariant;

/// How snapshots travel from node to node (SAFETY S6).
///
/// @param chunkBytes         bytes the receiver asks for at a time
/// @param transfersMax       snapshots a node sends at a time; more wait their turn
/// @param linkTransfersMax   of those, to one node
/// @param bytesASecond       what a node sends of them
/// @param linkBytesASecond   of that, to one node
public record SnapshotOptions(
        int chunkBytes, int transfersMax, int linkTransfersMax, long bytesASecond, long linkBytesASecond) {
    public static final SnapshotOptions DEFAULT = new SnapshotOptions(128 << 10, 4, 2, 64 << 20, 32 << 20);

    public SnapshotOptions {
        Invariant.check(chunkBytes > 0 && bytesASecond > 0 && linkBytesASecond > 0, "no room to send snapshots");
        Invariant.check(transfersMax > 0 && linkTransfersMax > 0, "no snapshot may be sent");
    }
}
