package io.concordkv.node.duty;

import io.concordkv.base.Bytes;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.node.route.Services;
import io.concordkv.raft.Member;
import io.concordkv.shard.check.HashComparison;
import io.concordkv.shard.check.HashComparison.Verdict;
import io.concordkv.shard.check.StateHash;
import io.concordkv.shard.host.Exchange;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.replica.Replica;
import io.concordkv.topology.state.ClusterState;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Searches the shards led here for replicas that differ (SAFETY S10): lets the log ask for a hash now and then,
/// collects what the replicas found, and says so where one is not like the majority. Without a majority there are no
/// writes to the shard until there is one. Whoever leads next collects anew.
public final class HashDuty {
    private static final long CALL_MILLIS = 1_500;
    private static final long AGAIN_NANOS = 2_000_000_000L;
    /// Whoever cannot be asked for so long is not waited for.
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final ShardHost host;
    private final Consumer<String> warned;
    private final SortedMap<ShardId, Round> rounds = new TreeMap<>();
    private long differing;

    /// One entry of one shard, and what its replicas answered.
    private static final class Round {
        final long index;
        final long startedNanos;
        final HashComparison comparison;
        final TreeSet<ReplicaId> asked = new TreeSet<>();
        final TreeSet<ReplicaId> told = new TreeSet<>();
        long notBeforeNanos;

        Round(Replica leader, StateHash own, long now) {
            this.index = own.position().index();
            this.startedNanos = now;
            this.comparison = new HashComparison(leader.core().configuration());
            comparison.answered(leader.id(), Optional.of(own.hash()));
        }
    }

    HashDuty(ShardHost host, Consumer<String> warned) {
        this.host = host;
        this.warned = warned;
        new HashDesk(host);
    }

    /// Replicas found to differ by leaders here, since the start.
    public long differing() {
        return differing;
    }

    void look(ClusterState state) {
        if (state.level() < LevelDuty.HASHES) {
            return;
        }
        rounds.keySet().removeIf(it -> host.find(it).filter(Replica::isLeader).isEmpty());
        for (Replica replica : host.leaders()) {
            if (replica.isLeader()) {
                if (isDue(replica) && !host.isStorageExhausted()) {
                    replica.hashState();
                }
                if (!replica.core().configuration().isJoint()) {
                    collect(replica);
                }
            }
        }
    }

    /// The shards of a node that started take turns.
    private boolean isDue(Replica replica) {
        long every = host.hostOptions().hashEveryNanos();
        if (every == 0) {
            return false;
        }
        long spread = Math.floorMod(replica.shard().value() * 0x9E37_79B9_7F4A_7C15L >>> 1, every);
        long last = replica.hashes().askedNanos().orElse(replica.hashes().openedNanos() + spread - every);
        return host.clock().nanos() - last >= every && !replica.hashes().isBusy();
    }

    private void collect(Replica leader) {
        Optional<StateHash> own = leader.hashes().last();
        if (own.isEmpty()) {
            return;
        }
        Round round = rounds.get(leader.shard());
        if (round == null || round.index != own.get().position().index()) {
            round = new Round(leader, own.get(), host.clock().nanos());
            rounds.put(leader.shard(), round);
        }
        if (host.clock().nanos() >= round.notBeforeNanos) {
            round.notBeforeNanos = host.clock().nanos() + AGAIN_NANOS;
            for (Member member : leader.core().configuration().members()) {
                if (!round.comparison.hasAnswered(member.replica()) && !round.asked.contains(member.replica())) {
                    ask(leader, round, member);
                }
            }
            judge(leader, round);
        }
    }

    private void ask(Replica leader, Round round, Member member) {
        round.asked.add(member.replica());
        HashQuestion question = new HashQuestion(leader.shard(), member.replica(), round.index, Optional.empty());
        host.exchange().ask(member.node(), Services.HASH, question.encode(), CALL_MILLIS, new Answered() {
            @Override
            void settled(HashQuestion.Answer answer) {
                round.comparison.answered(member.replica(), answer.hash());
                judge(leader, round);
            }

            @Override
            void ended() {
                round.asked.remove(member.replica());
            }
        });
    }

    private void judge(Replica leader, Round round) {
        if (!leader.isLeader() || rounds.get(leader.shard()) != round) {
            return;
        }
        boolean late = host.clock().nanos() - round.startedNanos > PATIENCE_NANOS;
        switch (round.comparison.verdict(late)) {
            case Verdict.Open() -> {}
            case Verdict.Majority(var hash, var wrong) -> {
                leader.disagrees(Optional.empty());
                wrong.forEach(it -> tell(leader, round, it, hash));
            }
            case Verdict.NoMajority() -> disagrees(leader, round);
        }
    }

    private void disagrees(Replica leader, Round round) {
        if (leader.disagreement().isEmpty()) {
            String reason = "its replicas hold different states as of entry " + round.index
                    + ", and none of them is a majority's: no writes until one is";
            leader.disagrees(Optional.of(reason));
            warned.accept("shard " + leader.shard() + ": " + reason);
        }
    }

    /// Until the replica has heard it.
    private void tell(Replica leader, Round round, ReplicaId wrong, Bytes hash) {
        if (!round.told.add(wrong)) {
            return;
        }
        differing++;
        NodeId node = leader.nodeOf(wrong);
        warned.accept("replica " + wrong + " of shard " + leader.shard() + " on node " + node
                + " does not hold what most of its replicas hold as of entry " + round.index + ": it is damaged");
        if (wrong.equals(leader.id())) {
            HashDesk.judge(leader, round.index, hash);
            return;
        }
        HashQuestion verdict = new HashQuestion(leader.shard(), wrong, round.index, Optional.of(hash));
        host.exchange().ask(node, Services.HASH, verdict.encode(), CALL_MILLIS, new Answered() {
            private boolean heard;

            @Override
            void settled(HashQuestion.Answer answer) {
                heard = true;
            }

            @Override
            void ended() {
                if (!heard) {
                    round.told.remove(wrong);
                }
            }
        });
    }

    /// An answer that is there, or none this time.
    private abstract static class Answered implements Exchange.ReplyListener {
        /// A hash, or that there is none.
        abstract void settled(HashQuestion.Answer answer);

        /// After [#settled], or without it.
        abstract void ended();

        @Override
        public void replied(byte[] body) {
            HashQuestion.Answer answer = HashQuestion.Answer.decode(body);
            if (answer.settled()) {
                settled(answer);
            }
            ended();
        }

        @Override
        public void notSent() {
            ended();
        }

        @Override
        public void lost() {
            ended();
        }
    }
}
