package io.concordkv.node.founding;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.ClusterId;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.VolumeId;
import io.concordkv.node.identity.JoinTicket;
import io.concordkv.topology.founding.FoundingBody;
import java.util.Optional;

/// Questions and answers between nodes that have no link: founding, joining, being gone. As bytes: version (1), tag
/// (order of the variants, from 1), fields.
public sealed interface FoundingMessage {
    /// Sync that you would be part of this cluster.
    record Prepare(FoundingBody body) implements FoundingMessage {}

    /// All have prepared this body: begin.
    record Activate(String hash) implements FoundingMessage {}

    /// How far are you?
    record Ask() implements FoundingMessage {}

    /// @param body of a node that is prepared or active
    record Status(boolean active, Optional<FoundingBody> body) implements FoundingMessage {}

    /// Not done, nothing changed.
    record Refuse(String reason) implements FoundingMessage {}

    /// You are a node of this cluster from now on; asked again until the node's first replica is on its disk.
    record Welcome(JoinTicket ticket) implements FoundingMessage {}

    /// The first replica of a welcomed node is on its disk.
    record Welcomed() implements FoundingMessage {}

    /// Does the cluster still count on the node with this id and volume?
    record AskFate(ClusterId cluster, NodeId node, VolumeId volume) implements FoundingMessage {}

    /// @param gone it was removed or replaced: decided, and final (SAFETY I6)
    record Fate(ClusterId cluster, boolean gone) implements FoundingMessage {}

    static byte[] encode(FoundingMessage message) {
        ByteWriter out = new ByteWriter(128).u8(1);
        switch (message) {
            case Prepare(var body) -> out.u8(1).blob(body.encode());
            case Activate(var hash) -> out.u8(2).text(hash);
            case Ask() -> out.u8(3);
            case Status(var active, var body) ->
                out.u8(4).u8(active ? 1 : 0).blob(body.map(FoundingBody::encode).orElse(new byte[0]));
            case Refuse(var reason) -> out.u8(5).text(reason);
            case Welcome(var ticket) -> out.u8(6).blob(ticket.encode());
            case Welcomed() -> out.u8(7);
            case AskFate(var cluster, var node, var volume) -> {
                out.u8(8).i64(cluster.high()).i64(cluster.low()).varint(node.value());
                out.i64(volume.high()).i64(volume.low());
            }
            case Fate(var cluster, var gone) ->
                out.u8(9).i64(cluster.high()).i64(cluster.low()).u8(gone ? 1 : 0);
        }
        return out.toByteArray();
    }

    /// @throws DecodeException when the bytes are no message of a known version
    static FoundingMessage decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != 1) {
            throw new DecodeException("founding message version", "1", version);
        }
        int tag = in.u8();
        return switch (tag) {
            case 1 -> new Prepare(FoundingBody.decode(in.blob()));
            case 2 -> new Activate(in.text());
            case 3 -> new Ask();
            case 4 -> {
                boolean active = in.u8() == 1;
                byte[] body = in.blob();
                yield new Status(active, body.length == 0 ? Optional.empty() : Optional.of(FoundingBody.decode(body)));
            }
            case 5 -> new Refuse(in.text());
            case 6 -> new Welcome(JoinTicket.decode(in.blob()));
            case 7 -> new Welcomed();
            case 8 ->
                new AskFate(
                        new ClusterId(in.i64(), in.i64()), new NodeId(in.varint()), new VolumeId(in.i64(), in.i64()));
            case 9 -> new Fate(new ClusterId(in.i64(), in.i64()), in.u8() == 1);
            default -> throw new DecodeException("founding message tag", "1..9", tag);
        };
    }
}
