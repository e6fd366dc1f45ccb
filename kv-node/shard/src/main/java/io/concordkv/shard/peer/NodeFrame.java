package io.concordkv.shard.peer;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.ClusterId;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import java.util.ArrayList;
import java.util.List;

/// What one node tells another every heartbeat: who it is, what it remembers of the receiver (SAFETY
/// I4), its clock (S2), and which groups it leads (R9). It proves nothing about any group.
///
/// | field                   | bytes  | meaning                                         |
/// |-------------------------|-------:|-------------------------------------------------|
/// | version, kind           | 1 + 1  | 1, 2                                            |
/// | flags                   |      1 | bit 0: its storage is nearly full               |
/// | cluster                 |     16 |                                                 |
/// | node                    | varint |                                                 |
/// | volume                  |     16 |                                                 |
/// | incarnation, synced     | varint each | its own: highest synced WAL sequence       |
/// | known incarnation, known sequence | varint each | highest it has seen of the receiver |
/// | wall clock              | varint | milliseconds since 1970                         |
/// | leads                   | varint count, then group, replica, term: varint each     |
///
/// @param storageLow  leaders refuse puts when a quorum says so (L8)
public record NodeFrame(
        ClusterId cluster,
        NodeId node,
        VolumeId volume,
        long incarnation,
        long syncedSequence,
        long knownIncarnation,
        long knownSequence,
        long wallMillis,
        boolean storageLow,
        List<Claim> leads) {
    private static final int CLAIMS_MAX = 1 << 16;

    /// The sender leads this group in this term.
    public record Claim(ShardId shard, ReplicaId leader, long term) {}

    public byte[] encode() {
        ByteWriter out = new ByteWriter(80 + 8 * leads.size());
        out.u8(GroupFrameCodec.VERSION).u8(FrameKind.NODE.code()).u8(storageLow ? 1 : 0);
        out.i64(cluster.high()).i64(cluster.low()).varint(node.value());
        out.i64(volume.high()).i64(volume.low()).varint(incarnation).varint(syncedSequence);
        out.varint(knownIncarnation).varint(knownSequence).varint(wallMillis);
        out.varint(leads.size());
        for (Claim claim : leads) {
            out.varint(claim.shard().value()).varint(claim.leader().value()).varint(claim.term());
        }
        return out.toByteArray();
    }

    /// @param in behind version and kind
    /// @throws DecodeException when the frame cannot be right
    public static NodeFrame decode(ByteReader in) {
        boolean storageLow = in.u8() == 1;
        ClusterId cluster = new ClusterId(in.i64(), in.i64());
        NodeId node = new NodeId(in.varint());
        VolumeId volume = new VolumeId(in.i64(), in.i64());
        long incarnation = in.varint();
        long synced = in.varint();
        long knownIncarnation = in.varint();
        long knownSequence = in.varint();
        long wall = in.varint();
        int count = in.length(CLAIMS_MAX);
        List<Claim> leads = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            leads.add(new Claim(new ShardId(in.varint()), new ReplicaId(in.varint()), in.varint()));
        }
        in.expectEnd();
        return new NodeFrame(
                cluster, node, volume, incarnation, synced, knownIncarnation, knownSequence, wall, storageLow, leads);
    }
}
