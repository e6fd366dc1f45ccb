package io.concordkv.topology.state;

import io.concordkv.base.NodeId;
import io.concordkv.base.VolumeId;

/// One node of the cluster.
///
/// @param name        as the operator or user calls it; unique among nodes that are not [NodeStanding#REPLACED]
/// @param volume      the volume its id belongs to (SAFETY I1)
/// @param peer        host:port of its peer connections
/// @param http        host:port of its data port, empty until it reported
/// @param admin       host:port of its admin port, empty until it reported
/// @param incarnation of its last report; 0 before
/// @param version     of its program, empty until it reported
public record NodeRecord(
        NodeId id,
        String name,
        VolumeId volume,
        String peer,
        String http,
        String admin,
        String zone,
        long incarnation,
        String version,
        NodeStanding standing) {

    /// One that has not reported yet.
    public static NodeRecord unreported(NodeId id, String name, VolumeId volume, String peer, String zone) {
        return new NodeRecord(id, name, volume, peer, "", "", zone, 0, "", NodeStanding.MEMBER);
    }

    /// The same, wanted otherwise.
    public NodeRecord in(NodeStanding other) {
        return new NodeRecord(id, name, volume, peer, http, admin, zone, incarnation, version, other);
    }

    public boolean isMember() {
        return standing == NodeStanding.MEMBER;
    }
}
