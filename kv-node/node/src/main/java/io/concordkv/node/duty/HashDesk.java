package io.concordkv.node.duty;

import io.concordkv.base.Bytes;
import io.concordkv.base.DecodeException;
import io.concordkv.base.Flaw;
import io.concordkv.node.route.Services;
import io.concordkv.shard.check.StateHash;
import io.concordkv.shard.check.StateHashes;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.replica.Replica;
import java.util.Optional;

/// Answers what leaders elsewhere ask about the hashes of the replicas here, and damages a replica whose state is not
/// the majority's (SAFETY S10).
final class HashDesk {
    private final ShardHost host;

    HashDesk(ShardHost host) {
        this.host = host;
        host.exchange()
                .serve(
                        Services.HASH,
                        (from, body, timeout, reply) ->
                                reply.accept(answer(body).encode()));
    }

    private HashQuestion.Answer answer(byte[] body) {
        HashQuestion question;
        try {
            question = HashQuestion.decode(body);
        } catch (DecodeException e) {
            return HashQuestion.Answer.NONE; // from a build that knows more: there is nothing to compare
        }
        Optional<Replica> replica = host.find(question.shard())
                .filter(it -> it.id().equals(question.replica()) && it.damage().isEmpty());
        if (replica.isEmpty()) {
            return HashQuestion.Answer.NONE;
        }
        question.majority().ifPresent(it -> judge(replica.get(), question.index(), it));
        return answer(replica.get().hashes(), question.index());
    }

    private static HashQuestion.Answer answer(StateHashes hashes, long index) {
        Optional<StateHash> last = hashes.last().filter(it -> it.position().index() == index);
        if (last.isPresent()) {
            return new HashQuestion.Answer(true, Optional.of(last.get().hash()));
        }
        boolean mayCome = hashes.asked().index() < index || hashes.asked().index() == index && hashes.isBusy();
        return mayCome ? HashQuestion.Answer.NOT_YET : HashQuestion.Answer.NONE;
    }

    /// Only what this replica has found itself counts: the word of a leader alone damages nobody.
    static void judge(Replica replica, long index, Bytes majority) {
        boolean differs = replica.hashes()
                .last()
                .filter(it -> it.position().index() == index && !it.hash().equals(majority))
                .isPresent();
        if (differs && !Flaw.DIFFERING_STATE_TRUSTED.isOn()) {
            replica.damageForGood("its state as of entry " + index + " is not the one that most replicas of the shard"
                    + " hold: something changed it outside of the log");
        }
    }
}
