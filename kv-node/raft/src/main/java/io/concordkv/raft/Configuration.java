package io.concordkv.raft;

import io.concordkv.base.Invariant;
import io.concordkv.base.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Who belongs to a group. In force from the moment the entry that carries it is appended (Raft paper
/// §6), rolled back when that entry is truncated. The order of `members` is meant: a voter's place
/// among the voters is its rank, preferred leaders first (SAFETY R4).
///
/// While `outgoing` is not empty the configuration is joint: elections and commits need a quorum of the
/// voters in `members` and one of `outgoing`.
///
/// @param members      voters and learners, each replica once
/// @param outgoing     voters of the configuration being left; empty unless joint
/// @param learnersNext voters of `outgoing` that become learners when the joint configuration is left
/// @param autoLeave    the leader leaves the joint configuration as soon as it is committed
public record Configuration(
        List<Member> members, List<Member> outgoing, List<ReplicaId> learnersNext, boolean autoLeave) {
    /// Nobody: a replica that knows no configuration yet.
    public static final Configuration EMPTY = of(List.of());

    public Configuration {
        members = List.copyOf(members);
        outgoing = List.copyOf(outgoing);
        learnersNext = List.copyOf(learnersNext);
        checkOnce(members);
        checkOnce(outgoing);
        for (Member member : outgoing) {
            Invariant.check(member.isVoter(), "outgoing members are voters");
        }
    }

    /// A plain, not joint, configuration.
    public static Configuration of(List<Member> members) {
        return new Configuration(members, List.of(), List.of(), false);
    }

    /// The configuration on the way from this, plain, one to `wanted`: joint when the voters differ.
    public Configuration changedTo(List<Member> wanted) {
        Invariant.check(!isJoint(), "a joint configuration is left before another change");
        var before = members.stream().filter(Member::isVoter).toList();
        var after = wanted.stream().filter(Member::isVoter).toList();
        boolean sameVoters = before.size() == after.size() && after.stream().allMatch(it -> isVoter(it.replica()));
        return sameVoters ? of(wanted) : new Configuration(wanted, before, List.of(), true);
    }

    /// The plain configuration that this joint one leads to.
    public Configuration left() {
        var staying = new ArrayList<>(members);
        for (Member member : outgoing) {
            if (learnersNext.contains(member.replica()) && indexOf(members, member.replica()) < 0) {
                staying.add(new Member(member.replica(), member.node(), MemberRole.LEARNER));
            }
        }
        return of(staying);
    }

    public boolean isJoint() {
        return !outgoing.isEmpty();
    }

    /// A voter of either half.
    public boolean isVoter(ReplicaId replica) {
        return isVoterIn(members, replica) || isVoterIn(outgoing, replica);
    }

    /// A voter or learner of either half: somebody the leader sends the log to.
    public boolean contains(ReplicaId replica) {
        return indexOf(members, replica) >= 0 || indexOf(outgoing, replica) >= 0;
    }

    /// The place of `replica` among the voters, 0 first; voters that are only outgoing come last; −1
    /// for one that is no voter.
    public int rank(ReplicaId replica) {
        int rank = 0;
        for (Member member : members) {
            if (member.isVoter()) {
                if (member.replica().equals(replica)) {
                    return rank;
                }
                rank++;
            }
        }
        int outgoingAt = indexOf(outgoing, replica);
        return outgoingAt < 0 ? -1 : rank + outgoingAt;
    }

    /// Voters of the half that stays.
    public int voterCount() {
        int count = 0;
        for (Member member : members) {
            if (member.isVoter()) {
                count++;
            }
        }
        return count;
    }

    private static boolean isVoterIn(List<Member> members, ReplicaId replica) {
        int at = indexOf(members, replica);
        return at >= 0 && members.get(at).isVoter();
    }

    private static int indexOf(List<Member> members, ReplicaId replica) {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).replica().value() == replica.value()) {
                return i;
            }
        }
        return -1;
    }

    private static void checkOnce(List<Member> members) {
        var seen = new TreeSet<ReplicaId>();
        for (Member member : members) {
            Invariant.check(seen.add(member.replica()), "replica %s is listed twice", member.replica());
        }
    }
}
