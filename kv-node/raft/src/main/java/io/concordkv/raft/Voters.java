package io.concordkv.raft;

import io.concordkv.base.Flaw;
import io.concordkv.base.ReplicaId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The voters of a configuration, ready for counting. Joint: what both halves agree on (Raft paper §6).
final class Voters {
    /// A number known of each replica: its match index, its last sign of life, its read round.
    interface NumberOf {
        long of(ReplicaId replica);
    }

    private final ReplicaId[] incoming;
    private final ReplicaId[] outgoing;
    private final List<ReplicaId> all;
    private final long[] scratch;

    Voters(Configuration configuration) {
        incoming = votersOf(configuration.members());
        outgoing = votersOf(configuration.outgoing());
        var everyone = new ArrayList<>(List.of(incoming));
        for (ReplicaId replica : outgoing) {
            if (!everyone.contains(replica)) {
                everyone.add(replica);
            }
        }
        all = List.copyOf(everyone);
        scratch = new long[all.size()];
    }

    /// Voters of either half, each once.
    List<ReplicaId> all() {
        return all;
    }

    boolean contains(ReplicaId replica) {
        for (int i = 0; i < incoming.length; i++) {
            if (incoming[i].value() == replica.value()) {
                return true;
            }
        }
        return outgoing.length > 0 && all.contains(replica);
    }

    boolean isOnly(ReplicaId replica) {
        return all.size() == 1 && all.getFirst().equals(replica);
    }

    /// The largest number that a quorum (of each half) has reached; [Long#MIN_VALUE] without voters.
    long reachedByQuorum(NumberOf number) {
        if (incoming.length == 0) {
            return Long.MIN_VALUE;
        }
        if (Flaw.JOINT_QUORUM_OF_UNION.isOn() && outgoing.length > 0) {
            return reachedBy(all.toArray(ReplicaId[]::new), number);
        }
        long reached = reachedBy(incoming, number);
        return outgoing.length == 0 ? reached : Math.min(reached, reachedBy(outgoing, number));
    }

    private long reachedBy(ReplicaId[] voters, NumberOf number) {
        int count = voters.length;
        for (int i = 0; i < count; i++) {
            scratch[i] = number.of(voters[i]);
        }
        Arrays.sort(scratch, 0, count);
        return scratch[count - (count / 2 + 1)];
    }

    private static ReplicaId[] votersOf(List<Member> members) {
        return members.stream().filter(Member::isVoter).map(Member::replica).toArray(ReplicaId[]::new);
    }
}
