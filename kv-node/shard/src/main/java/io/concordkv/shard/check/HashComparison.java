package io.concordkv.shard.check;

import io.concordkv.base.Bytes;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the replicas of one shard answered about one entry, and what follows from it (SAFETY S10).
public final class HashComparison {
    /// What is known so far.
    public sealed interface Verdict {
        /// Nothing follows yet: no hash has a majority, and none contradicts another for good.
        record Open() implements Verdict {}

        /// A majority of the voters holds the state of this hash.
        ///
        /// @param wrong replicas, learners included, whose hash is another one
        record Majority(Bytes hash, List<ReplicaId> wrong) implements Verdict {}

        /// States differ, and none of them has or can get a majority.
        record NoMajority() implements Verdict {}
    }

    private final List<Member> members;
    private final SortedMap<ReplicaId, Optional<Bytes>> answers = new TreeMap<>();

    /// @param configuration a plain one
    public HashComparison(Configuration configuration) {
        this.members = List.copyOf(configuration.members());
    }

    /// @param hash empty when the replica has none and will have none
    public void answered(ReplicaId replica, Optional<Bytes> hash) {
        answers.put(replica, hash);
    }

    public boolean hasAnswered(ReplicaId replica) {
        return answers.containsKey(replica);
    }

    /// @param late whoever has not answered yet counts as if it never would
    public Verdict verdict(boolean late) {
        SortedMap<Bytes, Integer> counts = new TreeMap<>();
        int voters = 0;
        int open = 0;
        for (Member member : members) {
            if (member.isVoter()) {
                voters++;
                Optional<Bytes> hash = answers.get(member.replica());
                if (hash == null) {
                    open++;
                } else {
                    hash.ifPresent(it -> counts.merge(it, 1, Integer::sum));
                }
            }
        }
        int most = 0;
        for (Map.Entry<Bytes, Integer> each : counts.entrySet()) {
            if (each.getValue() * 2 > voters) {
                return new Verdict.Majority(each.getKey(), others(each.getKey()));
            }
            most = Math.max(most, each.getValue());
        }
        boolean isImpossible = late || (most + open) * 2 <= voters;
        return counts.size() > 1 && isImpossible ? new Verdict.NoMajority() : new Verdict.Open();
    }

    private List<ReplicaId> others(Bytes right) {
        List<ReplicaId> wrong = new ArrayList<>();
        for (Member member : members) {
            Optional<Bytes> hash = answers.getOrDefault(member.replica(), Optional.empty());
            if (hash.isPresent() && !hash.get().equals(right)) {
                wrong.add(member.replica());
            }
        }
        return wrong;
    }
}
