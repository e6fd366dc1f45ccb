package io.concordkv.simulation.world;

import io.concordkv.base.LogEntry;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.node.Membership;
import io.concordkv.raft.RaftCore;
import io.concordkv.raft.Role;
import io.concordkv.shard.apply.RowSource;
import io.concordkv.shard.replica.Replica;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// What must hold after every step of a node, and what must hold at the end.
final class Invariants {
    private record Key(long shard, long number) {}

    private record Entry(long term, int payloadHash) {}

    /// What one replica showed last.
    private static final class Seen {
        long term;
        long commit;
        long applied;
        long durable;
        int starts;
    }

    private final World world;
    private final Map<Key, ReplicaId> leaders = new HashMap<>();
    private final Map<Key, Entry> committed = new HashMap<>();
    private final Map<Key, Long> digests = new HashMap<>();
    private final Map<Key, Seen> seen = new HashMap<>();

    Invariants(World world) {
        this.world = world;
    }

    /// Entries known to be committed, in all groups.
    int committedEntries() {
        return committed.size();
    }

    void look(SimulatedNode node) {
        if (!node.isUp()) {
            return;
        }
        Membership member = node.node().membership().orElse(null);
        if (member == null) {
            return;
        }
        var identity = node.node().founding().identity();
        boolean joined = identity.ticket()
                .flatMap(it -> it.state().node(it.node()))
                .filter(it -> it.volume().equals(identity.volume()))
                .isPresent();
        if (!joined && !identity.body().orElseThrow().lists(identity.volume())) {
            throw new Finding(
                    "OnlyListedVolumes",
                    node.name() + " is active with volume " + identity.volume() + ", which nobody prepared");
        }
        for (Replica replica : member.host().replicas()) {
            if (replica.damage().isEmpty()) {
                look(node, replica);
            }
        }
    }

    private void look(SimulatedNode node, Replica replica) {
        RaftCore core = replica.core();
        long shard = replica.shard().value();
        Seen last = seen.computeIfAbsent(new Key(shard, replica.id().value()), it -> new Seen());
        if (last.starts != node.starts()) {
            last.starts = node.starts();
            require(
                    node.damage().isRolledBack() || core.lastIndex() >= last.durable,
                    "NothingDurableIsLost",
                    node,
                    replica,
                    "its log ends at " + core.lastIndex() + ", it had said that " + last.durable + " is durable");
            last.commit = 0;
            last.applied = 0;
            last.term = 0;
        }
        require(core.term() >= last.term, "TermsNeverDecrease", node, replica, "term " + last.term);
        last.term = core.term();
        last.durable = core.durableIndex();
        if (core.role() == Role.LEADER) {
            ReplicaId leader = leaders.putIfAbsent(new Key(shard, core.term()), replica.id());
            require(leader == null || leader.equals(replica.id()), "OneLeaderATerm", node, replica, "also " + leader);
        }
        long applied = replica.machine().applied().index();
        require(applied <= core.commitIndex(), "AppliedIsCommitted", node, replica, "applied " + applied);
        require(core.commitIndex() <= core.lastIndex(), "CommittedExists", node, replica, "commit past the log");
        if (core.commitIndex() > last.commit) {
            ledger(node, replica, Math.max(last.commit + 1, core.firstIndex()), core.commitIndex());
            last.commit = core.commitIndex();
        }
        require(applied >= last.applied, "AppliedNeverDecreases", node, replica, "was " + last.applied);
        if (applied > last.applied && applied % 64 == 0) {
            digest(node, replica, applied);
        }
        last.applied = applied;
    }

    private void ledger(SimulatedNode node, Replica replica, long from, long to) {
        long next = from;
        while (next <= to) {
            var entries = replica.core().cached(next, to, Long.MAX_VALUE);
            if (entries.isEmpty()) {
                return;
            }
            for (LogEntry entry : entries) {
                Entry here = new Entry(entry.term(), Arrays.hashCode(entry.payload()));
                Entry known = committed.putIfAbsent(new Key(replica.shard().value(), entry.index()), here);
                require(
                        known == null || known.equals(here),
                        "CommittedNeverChanges",
                        node,
                        replica,
                        "entry " + entry.index() + " is " + here + ", was " + known);
            }
            next = entries.getLast().index() + 1;
        }
    }

    /// Replicas at the same index hold the same rows.
    void digest(SimulatedNode node, Replica replica, long applied) {
        if (node.damage().isDiffering() && holdsForeignRow(replica)) {
            return;
        }
        if (world.options().differ() && holdsForeignRow(replica)) {
            throw new BeyondModel(node.name() + " got by snapshot what another node had not by the log");
        }
        long hash = 17;
        try (RowSource rows = replica.machine().openRows()) {
            while (rows.next()) {
                hash = hash * 31 + Arrays.hashCode(rows.key());
                hash = hash * 31 + Arrays.hashCode(rows.value());
            }
        }
        Long known = digests.putIfAbsent(new Key(replica.shard().value(), applied), hash);
        require(known == null || known == hash, "EqualIndexEqualState", node, replica, "at index " + applied);
    }

    static boolean holdsForeignRow(Replica replica) {
        try (RowSource rows = replica.machine().openRows()) {
            while (rows.next()) {
                if (Arrays.equals(rows.key(), NodeDamage.FOREIGN_ROW)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// At the end, in peace: all replicas of a group have applied the same and hold the same.
    void converged(ShardId shard) {
        long index = -1;
        for (SimulatedNode node : world.nodes()) {
            if (!node.isUp()) {
                continue;
            }
            Replica replica = node.node()
                    .membership()
                    .flatMap(it -> it.host().find(shard))
                    .orElse(null);
            if (replica != null && replica.damage().isEmpty()) {
                long applied = replica.machine().applied().index();
                require(
                        index < 0 || applied == index,
                        "Converges",
                        node,
                        replica,
                        "applied " + applied + " of " + index);
                index = applied;
                digest(node, replica, applied);
            }
        }
    }

    private static void require(boolean holds, String invariant, SimulatedNode node, Replica replica, String detail) {
        if (!holds) {
            throw new Finding(
                    invariant,
                    node.name() + " shard " + replica.shard() + " replica " + replica.id() + " ("
                            + replica.core().role() + ", term " + replica.core().term() + ", commit "
                            + replica.core().commitIndex() + "): " + detail);
        }
    }
}
