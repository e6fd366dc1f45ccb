package io.concordkv.node.route;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import java.util.OptionalLong;

/// What a replica that does not lead asks the leader, for all reads that wait for it (Raft thesis §6.4): up to
/// where must I have applied? The reply names its question, so a late one serves no later read.
///
/// | field   | bytes  | meaning                                       |
/// |---------|-------:|-----------------------------------------------|
/// | version |      1 | 1                                             |
/// | shard   | varint |                                               |
/// | from    | varint | the replica that asks                         |
/// | to      | varint | the replica that leads                        |
/// | term    | varint | in which it leads, as far as the asker knows  |
public record ReadIndexQuestion(ShardId shard, ReplicaId from, ReplicaId to, long term) {
    private static final int VERSION = 1;

    public byte[] encode() {
        return new ByteWriter(40)
                .u8(VERSION)
                .varint(shard.value())
                .varint(from.value())
                .varint(to.value())
                .varint(term)
                .toByteArray();
    }

    /// @throws DecodeException when the bytes are no question this version knows
    public static ReadIndexQuestion decode(byte[] bytes) {
        ByteReader in = versioned(bytes);
        ReadIndexQuestion question = new ReadIndexQuestion(
                new ShardId(in.varint()), new ReplicaId(in.varint()), new ReplicaId(in.varint()), in.varint());
        in.expectEnd();
        return question;
    }

    /// The answer.
    ///
    /// | field   | bytes  | meaning                                                                       |
    /// |---------|-------:|-------------------------------------------------------------------------------|
    /// | version |      1 | 1                                                                             |
    /// | state   |      1 | 1 the index follows, 2 it does not lead in that term, or knows the asker not  |
    /// | index   | varint | only of state 1                                                               |
    ///
    /// @param index confirmed by a quorum after the question came
    public record Answer(OptionalLong index) {
        public static final Answer NONE = new Answer(OptionalLong.empty());

        public byte[] encode() {
            ByteWriter out = new ByteWriter(12).u8(VERSION).u8(index.isPresent() ? 1 : 2);
            index.ifPresent(out::varint);
            return out.toByteArray();
        }

        /// @throws DecodeException when the bytes are no answer this version knows
        public static Answer decode(byte[] bytes) {
            ByteReader in = versioned(bytes);
            int state = in.u8();
            Answer answer = switch (state) {
                case 1 -> new Answer(OptionalLong.of(in.varint()));
                case 2 -> NONE;
                default -> throw new DecodeException("state of a read index", "1..2", state);
            };
            in.expectEnd();
            return answer;
        }
    }

    private static ByteReader versioned(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("version of a question for a read index", "1", version);
        }
        return in;
    }
}
