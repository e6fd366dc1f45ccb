package io.concordkv.shard.host;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.Member;
import io.concordkv.shard.replica.Replica;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The replicas of a node, and what is asked of all of them again and again: which lead, which know no leader, which
/// may not take part yet, and on which nodes the others are. Kept when something changes, because asking a thousand
/// idle replicas with every beat is what an idle node would spend its time on. On the loop.
final class Census {
    private final NodeId self;
    private final SortedMap<ShardId, Replica> replicas = new TreeMap<>();
    private final ShardIndex<Replica> byShard = new ShardIndex<>();
    private final SortedMap<ShardId, Replica> leading = new TreeMap<>();
    private final TreeSet<ShardId> leaderless = new TreeSet<>();
    private final SortedMap<ShardId, Replica> uncleared = new TreeMap<>();
    private @Nullable List<Replica> all;
    private @Nullable List<Replica> leaders;
    private @Nullable SortedSet<NodeId> peers;
    private long version;

    Census(NodeId self) {
        this.self = self;
    }

    void add(Replica replica) {
        replicas.put(replica.shard(), replica);
        byShard.put(replica.shard(), replica);
        uncleared.put(replica.shard(), replica);
        all = null;
        peers = null;
        roleChanged(replica);
    }

    @Nullable
    Replica remove(ShardId shard) {
        Replica replica = replicas.remove(shard);
        byShard.remove(shard);
        leading.remove(shard);
        leaderless.remove(shard);
        uncleared.remove(shard);
        all = null;
        leaders = null;
        peers = null;
        version++;
        return replica;
    }

    void clear() {
        List.copyOf(replicas.keySet()).forEach(this::remove);
    }

    /// Role, term or leader of a replica changed. Not counted before it is added.
    void roleChanged(Replica replica) {
        version++;
        if (byShard.get(replica.shard()) != replica) {
            return;
        }
        if (replica.isLeader()) {
            leading.put(replica.shard(), replica);
        } else {
            leading.remove(replica.shard());
        }
        leaders = null;
        if (replica.core().leader().isNone()) {
            leaderless.add(replica.shard());
        } else {
            leaderless.remove(replica.shard());
        }
    }

    /// The newest configuration of a replica is another one.
    void membersChanged() {
        version++;
        peers = null;
    }

    void cleared(Replica replica) {
        uncleared.remove(replica.shard());
    }

    /// Another number whenever a replica came or went, or a role, a leader or a configuration changed.
    long version() {
        return version;
    }

    @Nullable
    Replica get(ShardId shard) {
        return byShard.get(shard);
    }

    Optional<Replica> find(ShardId shard) {
        return Optional.ofNullable(byShard.get(shard));
    }

    /// By shard; what is done with one may end another.
    List<Replica> all() {
        List<Replica> known = all;
        if (known == null) {
            known = List.copyOf(replicas.values());
            all = known;
        }
        return known;
    }

    /// Those that lead, by shard; one that was damaged since may be among them.
    List<Replica> leaders() {
        List<Replica> known = leaders;
        if (known == null) {
            known = List.copyOf(leading.values());
            leaders = known;
        }
        return known;
    }

    List<Replica> uncleared() {
        return uncleared.isEmpty() ? List.of() : List.copyOf(uncleared.values());
    }

    boolean isEachLed() {
        return leaderless.isEmpty();
    }

    /// The connection to a node broke.
    void unreachable(NodeId node) {
        for (Replica replica : all()) {
            for (Member member : replica.core().configuration().members()) {
                if (member.node().equals(node)) {
                    replica.peerUnreachable(member.replica());
                }
            }
        }
    }

    /// Nodes that share a group with this one.
    SortedSet<NodeId> peers() {
        SortedSet<NodeId> known = peers;
        if (known == null) {
            known = new TreeSet<>();
            for (Replica replica : replicas.values()) {
                Configuration configuration = replica.core().configuration();
                for (Member each : configuration.members()) {
                    known.add(each.node());
                }
                for (Member each : configuration.outgoing()) {
                    known.add(each.node());
                }
            }
            known.remove(self);
            peers = known;
        }
        return known;
    }
}
