package io.concordkv.node.identity;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.VolumeId;
import io.concordkv.topology.founding.FoundingBody;
import java.util.Optional;

/// Contents of the identity file.
///
/// | field   | bytes  | meaning                                                        |
/// |---------|-------:|----------------------------------------------------------------|
/// | version |      1 | 1                                                              |
/// | stage   |      1 | 0 formatting, 1 empty, 2 prepared, 3 active                    |
/// | volume  |     16 |                                                                |
/// | log id  |   blob | of the WAL beside it; empty while formatting                   |
/// | body    |   blob | what founded the cluster, or would; empty before               |
/// | node    | varint | the node id; 0 before                                          |
///
/// @param stage how far this volume has come
/// @param logId name of the WAL that belongs to it (SAFETY I5)
/// @param body  present when prepared or active
/// @param node  this node's id; [NodeId#NONE] until active
public record VolumeIdentity(Stage stage, VolumeId volume, String logId, Optional<FoundingBody> body, NodeId node) {
    private static final int VERSION = 1;

    /// How far a volume has come. A node votes in ACTIVE alone.
    public enum Stage {
        /// The log beside it is being made; a start in this stage begins again.
        FORMATTING,
        EMPTY,
        PREPARED,
        ACTIVE
    }

    byte[] encode() {
        ByteWriter out = new ByteWriter(128).u8(VERSION).u8(stage.ordinal());
        out.i64(volume.high()).i64(volume.low()).text(logId);
        out.blob(body.map(FoundingBody::encode).orElse(new byte[0]));
        return out.varint(node.value()).toByteArray();
    }

    static VolumeIdentity decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("identity version", "1", version);
        }
        int stage = in.u8();
        if (stage >= Stage.values().length) {
            throw new DecodeException("identity stage", "0..3", stage);
        }
        VolumeId volume = new VolumeId(in.i64(), in.i64());
        String logId = in.text();
        byte[] body = in.blob();
        NodeId node = new NodeId(in.varint());
        in.expectEnd();
        return new VolumeIdentity(
                Stage.values()[stage],
                volume,
                logId,
                body.length == 0 ? Optional.empty() : Optional.of(FoundingBody.decode(body)),
                node);
    }

    VolumeIdentity formatted(String log) {
        return new VolumeIdentity(Stage.EMPTY, volume, log, Optional.empty(), NodeId.NONE);
    }

    /// The same volume, prepared for this body.
    public VolumeIdentity prepared(FoundingBody with) {
        return new VolumeIdentity(Stage.PREPARED, volume, logId, Optional.of(with), NodeId.NONE);
    }

    /// The same volume, a member of the cluster for ever.
    public VolumeIdentity activated(FoundingBody with, NodeId as) {
        return new VolumeIdentity(Stage.ACTIVE, volume, logId, Optional.of(with), as);
    }
}
