package io.concordkv.node.founding;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.topology.founding.FoundingBody;
import java.util.Optional;

/// Questions and answers of founding, as bytes: version (1), tag (order of the variants, from 1), fields.
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

    static byte[] encode(FoundingMessage message) {
        ByteWriter out = new ByteWriter(128).u8(1);
        switch (message) {
            case Prepare(var body) -> out.u8(1).blob(body.encode());
            case Activate(var hash) -> out.u8(2).text(hash);
            case Ask() -> out.u8(3);
            case Status(var active, var body) ->
                out.u8(4).u8(active ? 1 : 0).blob(body.map(FoundingBody::encode).orElse(new byte[0]));
            case Refuse(var reason) -> out.u8(5).text(reason);
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
            default -> throw new DecodeException("founding message tag", "1..5", tag);
        };
    }
}
