package io.concordkv.shard.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.base.DecodeException;
import io.concordkv.base.ShardId;
import io.concordkv.shard.command.Idempotency;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.command.Operation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// What a node that forwards may ask the leader to write: what clients ask for and the end of a keyspace; and to
/// read: less than linearizable, where clients say so.
class CallCodecTest {
    private static final ShardId SHARD = new ShardId(7);
    private static final Optional<Idempotency> KEY =
            Optional.of(new Idempotency(new byte[] {1}, new byte[Idempotency.FINGERPRINT_BYTES]));
    private static final KvCommand.Body DELETE =
            new KvCommand.Single(new Operation.Delete(new byte[] {2}), Optional.empty());

    private static byte[] write(KvCommand.Body body, Optional<Idempotency> idempotency) {
        return CallCodec.encode(SHARD, new ShardCall.Write(body, idempotency));
    }

    private static void refused(byte[] call) {
        assertThatThrownBy(() -> CallCodec.decode(call))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("command of a call");
    }

    @Test
    void aWriteComesAsItWasSent() {
        List<KvCommand.Body> bodies = List.of(
                DELETE,
                new KvCommand.Batch(List.of()),
                new KvCommand.Transaction(List.of(), List.of(), List.of()),
                new KvCommand.DeleteRange(new byte[0], Optional.empty(), 10, 1));
        for (KvCommand.Body body : bodies) {
            byte[] bytes = write(body, KEY);
            CallCodec.Addressed addressed = CallCodec.decode(bytes);
            assertThat(addressed.shard()).isEqualTo(SHARD);
            assertThat(CallCodec.encode(SHARD, addressed.call())).isEqualTo(bytes);
        }
        assertThat(CallCodec.decode(write(new KvCommand.Close(), Optional.empty()))
                        .call())
                .isEqualTo(new ShardCall.Write(new KvCommand.Close(), Optional.empty()));
    }

    @Test
    void aCommandTheLeaderWrapsItselfIsRefused() {
        refused(write(new KvCommand.Keyed(DELETE), KEY));
    }

    @Test
    void whatOnlyTheLeaderProposesIsRefused() {
        refused(write(new KvCommand.ExpireUpTo(1), Optional.empty()));
        refused(write(new KvCommand.ExpireUpTo(1), KEY));
    }

    @Test
    void aReadThatMayBeWeakerSaysHowMuch() {
        for (Consistency consistency : List.of(Consistency.LEADER, new Consistency.Bounded(315_360_000_000L))) {
            byte[] bytes = CallCodec.encode(
                    SHARD,
                    new ShardCall.Relaxed(consistency, new ShardCall.Count(new byte[] {1}, Optional.empty(), 9)));

            ShardCall.Relaxed relaxed =
                    (ShardCall.Relaxed) CallCodec.decode(bytes).call();

            assertThat(relaxed.consistency()).isEqualTo(consistency);
            assertThat(CallCodec.encode(SHARD, relaxed)).isEqualTo(bytes);
        }
    }

    @Test
    void nothingButAReadIsWeaker() {
        byte[] write = CallCodec.encode(
                SHARD, new ShardCall.Relaxed(Consistency.LEADER, new ShardCall.Write(DELETE, Optional.empty())));
        assertThatThrownBy(() -> CallCodec.decode(write))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("tag of a relaxed read");
        assertThatThrownBy(() -> CallCodec.encode(
                        SHARD, new ShardCall.Relaxed(Consistency.ANY, new ShardCall.Get(new byte[] {1}))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CallCodec.decode(new byte[] {1, 7, 6, 3, 2, 1, 1}))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("consistency of a relaxed read");
    }

    @Test
    void anAnswerTellsItsAgeOrThatNobodyKnowsIt() {
        ShardAnswer absent = new ShardAnswer.Value(Optional.empty());
        for (OptionalLong age : List.of(OptionalLong.empty(), OptionalLong.of(0), OptionalLong.of(70_000))) {
            ShardAnswer aged = new ShardAnswer.Aged(absent, age);
            assertThat(CallCodec.decodeAnswer(CallCodec.encodeAnswer(aged))).isEqualTo(aged);
        }
        assertThatThrownBy(() -> CallCodec.decodeAnswer(new byte[] {1, 7, 0, 7, 0, 2, 0}))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("tag of an aged answer");
    }

    @Test
    void theEndOfAKeyspaceHasNoKeyThatTheLeaderWouldWrap() {
        refused(write(new KvCommand.Close(), KEY));
    }
}
