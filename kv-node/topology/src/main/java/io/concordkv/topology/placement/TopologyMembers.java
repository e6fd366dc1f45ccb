package io.concordkv.topology.placement;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.Member;
import io.concordkv.raft.MemberRole;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.NodeStanding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Who should vote in shard 0: as many nodes as are an odd number, at most five, over zones; every other node learns
/// (SAFETY R7). Who votes already stays. A drained node goes last, a replaced one as soon as there is another.
public final class TopologyMembers {
    /// The cluster's level from which on they change.
    public static final int LEVEL = 4;

    private static final int VOTERS_MAX = 5;
    private static final int VOTERS_KEPT = 3;

    private TopologyMembers() {}

    /// The members shard 0 should have, in the order of their ranks; those it has when nothing is to be done.
    ///
    /// @param present    its committed configuration
    /// @param isCaughtUp whether a node's replica could vote now
    public static List<Member> wanted(ClusterState state, Configuration present, Predicate<NodeId> isCaughtUp) {
        List<Member> staying = present.members().stream()
                .filter(it -> standing(state, it) != NodeStanding.LEAVING)
                .toList();
        List<Member> voters = voters(state, staying, isCaughtUp);
        Set<NodeId> voting = new HashSet<>(voters.stream().map(Member::node).toList());
        List<Member> wanted = new ArrayList<>();
        for (Member member : staying) {
            boolean votes = voting.contains(member.node());
            if (votes || standing(state, member) != NodeStanding.REPLACED) {
                wanted.add(new Member(member.replica(), member.node(), votes ? MemberRole.VOTER : MemberRole.LEARNER));
            }
        }
        wanted.sort(Comparator.comparing(it -> !it.isVoter())); // stable: voters first, in their order
        return voters.isEmpty() || Set.copyOf(wanted).equals(Set.copyOf(present.members()))
                ? present.members()
                : wanted;
    }

    private static List<Member> voters(ClusterState state, List<Member> staying, Predicate<NodeId> isCaughtUp) {
        long counted = staying.stream().filter(it -> isCounted(state, it)).count();
        long heard = staying.stream()
                .filter(it -> isCounted(state, it) && standing(state, it).isHeard())
                .count();
        // One that was replaced keeps its seat only while there would be fewer than three without it.
        long count = Math.min(VOTERS_MAX, Math.max(odd(heard), Math.min(VOTERS_KEPT, odd(counted))));
        List<Member> chosen = new ArrayList<>();
        Set<String> zones = new HashSet<>();
        List<Member> best = new ArrayList<>(staying);
        best.removeIf(it -> !it.isVoter() && !(isFirm(state, it) && isCaughtUp.test(it.node())));
        best.removeIf(it -> it.isVoter() && !isCounted(state, it));
        while (chosen.size() < count && !best.isEmpty()) {
            Member next = best.stream()
                    .min(Comparator.comparing(
                                    (Member it) -> !standing(state, it).isHeard())
                            .thenComparing(it -> zones.contains(zone(state, it)))
                            .thenComparing(it -> !it.isVoter())
                            .thenComparing(best::indexOf))
                    .orElseThrow();
            best.remove(next);
            chosen.add(next);
            zones.add(zone(state, next));
        }
        return chosen;
    }

    private static long odd(long nodes) {
        return Math.max(1, nodes % 2 == 1 ? nodes : nodes - 1);
    }

    /// A member of the cluster that is to stay.
    private static boolean isFirm(ClusterState state, Member member) {
        return standing(state, member) == NodeStanding.MEMBER;
    }

    /// Whether the number of voters counts the node: not when it is drained and holds nothing else any more.
    private static boolean isCounted(ClusterState state, Member member) {
        boolean others = state.shardsOn(member.node()).stream().anyMatch(it -> !it.equals(ShardId.TOPOLOGY));
        return switch (standing(state, member)) {
            case MEMBER -> true;
            case DRAINING -> others;
            case REPLACED -> member.isVoter();
            case LEAVING -> false;
        };
    }

    private static NodeStanding standing(ClusterState state, Member member) {
        return state.node(member.node()).map(NodeRecord::standing).orElse(NodeStanding.REPLACED);
    }

    private static String zone(ClusterState state, Member member) {
        return state.node(member.node()).map(NodeRecord::zone).orElse("");
    }
}
