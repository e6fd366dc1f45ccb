package io.concordkv.topology.machine;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.shard.command.ApplyResult;

/// What became of a topology command.
public sealed interface TopologyResult extends ApplyResult {
    /// @param changed false when everything was already so
    record Accepted(long epoch, boolean changed) implements TopologyResult {}

    /// @param code   of the problem, as in API §3
    /// @param detail what was wrong and what is allowed
    record Rejected(String code, String detail) implements TopologyResult {}

    /// Tag (1 accepted, 2 rejected), then the fields.
    static byte[] encode(TopologyResult result) {
        ByteWriter out = new ByteWriter(64);
        switch (result) {
            case Accepted(var epoch, var changed) -> out.u8(1).varint(epoch).u8(changed ? 1 : 0);
            case Rejected(var code, var detail) -> out.u8(2).text(code).text(detail);
        }
        return out.toByteArray();
    }

    static TopologyResult decode(ByteReader in) {
        int tag = in.u8();
        return switch (tag) {
            case 1 -> new Accepted(in.varint(), in.u8() == 1);
            case 2 -> new Rejected(in.text(), in.text());
            default -> throw new DecodeException("topology result tag", "1..2", tag);
        };
    }
}
