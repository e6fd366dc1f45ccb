package io.concordkv.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VotersTest {
    @Test
    void aMajorityHasReachedIt() {
        var voters = new Voters(Configuration.of(voters(1, 2, 3)));

        assertThat(reached(voters, Map.of(1L, 9L, 2L, 4L, 3L, 1L))).isEqualTo(4);
    }

    @Test
    void anEvenGroupNeedsMoreThanHalf() {
        var voters = new Voters(Configuration.of(voters(1, 2, 3, 4)));

        assertThat(reached(voters, Map.of(1L, 9L, 2L, 8L, 3L, 2L, 4L, 1L))).isEqualTo(2);
    }

    @Test
    void learnersAreNeverCounted() {
        var learner = new Member(new ReplicaId(9), new NodeId(9), MemberRole.LEARNER);
        var voters = new Voters(Configuration.of(List.of(voters(1).getFirst(), learner)));

        assertThat(reached(voters, Map.of(1L, 3L, 9L, 100L))).isEqualTo(3);
        assertThat(voters.contains(learner.replica())).isFalse();
        assertThat(voters.isOnly(new ReplicaId(1))).isTrue();
    }

    @Test
    void jointMeansBothHalvesAgree() {
        var joint = new Voters(new Configuration(voters(2, 3, 4), voters(1, 2, 3), List.of(), false));

        assertThat(reached(joint, Map.of(1L, 0L, 2L, 7L, 3L, 5L, 4L, 9L))).isEqualTo(5);
        assertThat(joint.all()).extracting(ReplicaId::value).containsExactly(2L, 3L, 4L, 1L);
    }

    @Test
    void nobodyReachesNothing() {
        assertThat(reached(new Voters(Configuration.EMPTY), Map.of())).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void aBallotNeedsBothHalvesToo() {
        var joint = new Voters(new Configuration(voters(2, 3, 4), voters(1, 2, 3), List.of(), false));
        var ballot = new Ballot();
        ballot.record(new ReplicaId(4), true);
        ballot.record(new ReplicaId(2), true);
        assertThat(ballot.outcome(joint)).isEqualTo(Ballot.Outcome.OPEN);
        ballot.record(new ReplicaId(1), false);
        assertThat(ballot.outcome(joint)).isEqualTo(Ballot.Outcome.OPEN);
        ballot.record(new ReplicaId(3), false);
        assertThat(ballot.outcome(joint)).isEqualTo(Ballot.Outcome.LOST);
        ballot.record(new ReplicaId(3), true);
        assertThat(ballot.outcome(joint)).isEqualTo(Ballot.Outcome.WON);
    }

    @Test
    void rankIsThePlaceAmongTheVoters() {
        var learner = new Member(new ReplicaId(9), new NodeId(9), MemberRole.LEARNER);
        var members = List.of(voters(3).getFirst(), learner, voters(1).getFirst());
        var joint = new Configuration(members, voters(2, 3), List.of(), false);

        assertThat(joint.rank(new ReplicaId(3))).isZero();
        assertThat(joint.rank(new ReplicaId(1))).isEqualTo(1);
        assertThat(joint.rank(new ReplicaId(2))).isEqualTo(2);
        assertThat(joint.rank(new ReplicaId(9))).isEqualTo(-1);
    }

    private static long reached(Voters voters, Map<Long, Long> numbers) {
        return voters.reachedByQuorum(replica -> numbers.get(replica.value()));
    }

    private static List<Member> voters(long... ids) {
        return Arrays.stream(ids)
                .mapToObj(id -> new Member(new ReplicaId(id), new NodeId(id), MemberRole.VOTER))
                .toList();
    }
}
