package io.concordkv.shard.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.Bytes;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.Member;
import io.concordkv.raft.MemberRole;
import io.concordkv.shard.check.HashComparison.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HashComparisonTest {
    private static final Bytes A = Bytes.utf8("a");
    private static final Bytes B = Bytes.utf8("b");
    private static final Bytes C = Bytes.utf8("c");

    private static HashComparison of(int voters, int learners) {
        List<Member> members = new ArrayList<>();
        for (int i = 1; i <= voters + learners; i++) {
            MemberRole role = i <= voters ? MemberRole.VOTER : MemberRole.LEARNER;
            members.add(new Member(new ReplicaId(i), new NodeId(i), role));
        }
        return new HashComparison(new Configuration(members, List.of(), List.of(), false));
    }

    private static void answer(HashComparison comparison, int replica, Bytes hash) {
        comparison.answered(new ReplicaId(replica), Optional.of(hash));
    }

    @Test
    void aMajorityOfVotersDecidesAndWhoeverDiffersIsWrong() {
        HashComparison comparison = of(3, 1);
        answer(comparison, 1, A);
        assertThat(comparison.verdict(false)).isEqualTo(new Verdict.Open());
        answer(comparison, 4, B);
        answer(comparison, 2, B);
        assertThat(comparison.verdict(false)).isEqualTo(new Verdict.Open());
        answer(comparison, 3, B);
        assertThat(comparison.verdict(false)).isEqualTo(new Verdict.Majority(B, List.of(new ReplicaId(1))));
    }

    @Test
    void aLearnerIsComparedAndDoesNotCount() {
        HashComparison comparison = of(3, 1);
        answer(comparison, 1, A);
        answer(comparison, 2, A);
        answer(comparison, 4, B);
        assertThat(comparison.verdict(false)).isEqualTo(new Verdict.Majority(A, List.of(new ReplicaId(4))));
    }

    @Test
    void threeStatesOfThreeHaveNoMajority() {
        HashComparison comparison = of(3, 0);
        answer(comparison, 1, A);
        answer(comparison, 2, B);
        answer(comparison, 3, C);
        assertThat(comparison.verdict(false)).isEqualTo(new Verdict.NoMajority());
    }

    @Test
    void twoThatDifferWaitForTheThirdButNotForEver() {
        HashComparison comparison = of(3, 0);
        answer(comparison, 1, A);
        answer(comparison, 2, B);
        assertThat(comparison.verdict(false)).isEqualTo(new Verdict.Open());
        assertThat(comparison.verdict(true)).isEqualTo(new Verdict.NoMajority());
        comparison.answered(new ReplicaId(3), Optional.empty());
        assertThat(comparison.verdict(false)).isEqualTo(new Verdict.NoMajority());
    }

    @Test
    void oneAnswerAloneContradictsNobody() {
        HashComparison comparison = of(3, 0);
        answer(comparison, 1, A);
        comparison.answered(new ReplicaId(2), Optional.empty());
        comparison.answered(new ReplicaId(3), Optional.empty());
        assertThat(comparison.verdict(true)).isEqualTo(new Verdict.Open());
    }
}
