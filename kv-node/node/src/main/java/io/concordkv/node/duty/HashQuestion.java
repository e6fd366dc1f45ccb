package io.concordkv.node.duty;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.Bytes;
import io.concordkv.base.DecodeException;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.shard.check.StateHash;
import java.util.Optional;

/// What the leader of a shard asks another replica of it about one entry (SAFETY S10).
///
/// | field    | bytes  | meaning                                                             |
/// |----------|-------:|---------------------------------------------------------------------|
/// | version  |      1 | 1                                                                   |
/// | kind     |      1 | 1 what is your hash, 2 this is the majority's                       |
/// | shard    | varint |                                                                     |
/// | replica  | varint | who is asked                                                        |
/// | index    | varint | of the entry that asked for the hash                                |
/// | majority |     32 | only of kind 2                                                      |
///
/// @param majority what most voters hold; whoever holds something else is damaged
public record HashQuestion(ShardId shard, ReplicaId replica, long index, Optional<Bytes> majority) {
    private static final int VERSION = 1;

    public byte[] encode() {
        ByteWriter out = new ByteWriter(64).u8(VERSION).u8(majority.isPresent() ? 2 : 1);
        out.varint(shard.value()).varint(replica.value()).varint(index);
        majority.ifPresent(it -> out.raw(it.array()));
        return out.toByteArray();
    }

    /// @throws DecodeException when the bytes are no question this version knows
    public static HashQuestion decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        version(in);
        int kind = in.u8();
        if (kind < 1 || kind > 2) {
            throw new DecodeException("kind of a question about hashes", "1..2", kind);
        }
        HashQuestion question = new HashQuestion(
                new ShardId(in.varint()),
                new ReplicaId(in.varint()),
                in.varint(),
                kind == 2 ? Optional.of(Bytes.wrap(in.raw(StateHash.BYTES))) : Optional.empty());
        in.expectEnd();
        return question;
    }

    /// The answer.
    ///
    /// | field   | bytes | meaning                                                             |
    /// |---------|------:|---------------------------------------------------------------------|
    /// | version |     1 | 1                                                                   |
    /// | state   |     1 | 1 the hash follows, 2 not yet, 3 none: not taken, or another replica |
    /// | hash    |    32 | only of state 1                                                     |
    ///
    /// @param settled false while the hash may still come
    /// @param hash    of the replica's state as of the entry
    public record Answer(boolean settled, Optional<Bytes> hash) {
        public static final Answer NOT_YET = new Answer(false, Optional.empty());
        public static final Answer NONE = new Answer(true, Optional.empty());

        public byte[] encode() {
            ByteWriter out = new ByteWriter(40).u8(VERSION).u8(hash.isPresent() ? 1 : settled ? 3 : 2);
            hash.ifPresent(it -> out.raw(it.array()));
            return out.toByteArray();
        }

        /// @throws DecodeException when the bytes are no answer this version knows
        public static Answer decode(byte[] bytes) {
            ByteReader in = new ByteReader(bytes);
            version(in);
            int state = in.u8();
            Answer answer = switch (state) {
                case 1 -> new Answer(true, Optional.of(Bytes.wrap(in.raw(StateHash.BYTES))));
                case 2 -> NOT_YET;
                case 3 -> NONE;
                default -> throw new DecodeException("state of a hash", "1..3", state);
            };
            in.expectEnd();
            return answer;
        }
    }

    private static void version(ByteReader in) {
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("version of a question about hashes", "1", version);
        }
    }
}
