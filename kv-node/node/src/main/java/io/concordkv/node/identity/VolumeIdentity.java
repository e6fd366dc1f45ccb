package io.concordkv.node.identity;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.VolumeId;
import io.concordkv.topology.founding.FoundingBody;
import io.concordkv.topology.founding.FoundingPlan;
import io.concordkv.topology.state.ClusterState;
import java.util.Optional;

/// Contents of the identity file.
///
/// | field   | bytes  | meaning                                                        |
/// |---------|-------:|----------------------------------------------------------------|
/// | version |      1 | 1; 2 with a ticket                                             |
/// | stage   |      1 | 0 formatting, 1 empty, 2 prepared, 3 active                    |
/// | volume  |     16 |                                                                |
/// | log id  |   blob | of the WAL beside it; empty while formatting                   |
/// | body    |   blob | what founded the cluster, or would; empty before               |
/// | node    | varint | the node id; 0 before                                          |
/// | ticket  |   blob | of a node that joined later: [JoinTicket]; version 2 only      |
///
/// @param stage how far this volume has come
/// @param logId name of the WAL that belongs to it (SAFETY I5)
/// @param body  present when prepared or active
/// @param node  this node's id; [NodeId#NONE] until active
/// @param ticket present when it joined a cluster that others had founded
public record VolumeIdentity(
        Stage stage,
        VolumeId volume,
        String logId,
        Optional<FoundingBody> body,
        NodeId node,
        Optional<JoinTicket> ticket) {
    private static final int VERSION = 1;
    private static final int VERSION_2 = 2;

    /// How far a volume has come. A node votes in ACTIVE alone.
    public enum Stage {
        /// The log beside it is being made; a start in this stage begins again.
        FORMATTING,
        EMPTY,
        PREPARED,
        ACTIVE
    }

    byte[] encode() {
        ByteWriter out =
                new ByteWriter(128).u8(ticket.isPresent() ? VERSION_2 : VERSION).u8(stage.ordinal());
        out.i64(volume.high()).i64(volume.low()).text(logId);
        out.blob(body.map(FoundingBody::encode).orElse(new byte[0]));
        out.varint(node.value());
        ticket.ifPresent(it -> out.blob(it.encode()));
        return out.toByteArray();
    }

    static VolumeIdentity decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION && version != VERSION_2) {
            throw new DecodeException("identity version", "1..2", version);
        }
        int stage = in.u8();
        if (stage >= Stage.values().length) {
            throw new DecodeException("identity stage", "0..3", stage);
        }
        VolumeId volume = new VolumeId(in.i64(), in.i64());
        String logId = in.text();
        byte[] body = in.blob();
        NodeId node = new NodeId(in.varint());
        Optional<JoinTicket> ticket = version == VERSION ? Optional.empty() : Optional.of(JoinTicket.decode(in.blob()));
        in.expectEnd();
        return new VolumeIdentity(
                Stage.values()[stage],
                volume,
                logId,
                body.length == 0 ? Optional.empty() : Optional.of(FoundingBody.decode(body)),
                node,
                ticket);
    }

    VolumeIdentity formatted(String log) {
        return new VolumeIdentity(Stage.EMPTY, volume, log, Optional.empty(), NodeId.NONE, Optional.empty());
    }

    /// The same volume, prepared for this body.
    public VolumeIdentity prepared(FoundingBody with) {
        return new VolumeIdentity(Stage.PREPARED, volume, logId, Optional.of(with), NodeId.NONE, Optional.empty());
    }

    /// The same volume, a member of the cluster for ever.
    public VolumeIdentity activated(FoundingBody with, NodeId as) {
        return new VolumeIdentity(Stage.ACTIVE, volume, logId, Optional.of(with), as, Optional.empty());
    }

    /// The same volume, a member of the cluster it joined for ever.
    public VolumeIdentity joined(JoinTicket with) {
        return new VolumeIdentity(
                Stage.ACTIVE, volume, logId, Optional.of(with.body()), with.node(), Optional.of(with));
    }

    /// What an active node knows of its cluster before it has read anything else.
    public ClusterState firstState() {
        return ticket.map(JoinTicket::state).orElseGet(() -> FoundingPlan.state(body.orElseThrow()));
    }
}
