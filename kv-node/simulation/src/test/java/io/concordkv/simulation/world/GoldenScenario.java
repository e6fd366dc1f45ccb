package io.concordkv.simulation.world;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.disk.simulated.SimulatedDisk;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.CommandResult;
import io.concordkv.shard.command.Condition;
import io.concordkv.shard.command.Idempotency;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.command.Operation;
import io.concordkv.shard.replica.Replica;
import io.concordkv.topology.state.KeyspaceMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// What the golden volumes lived through: two keyspaces in use and one deleted, snapshots taken and
/// installed, a log cut back, a leader moved, and every kind of write.
final class GoldenScenario {
    static final String LEDGER = "ledger";
    static final String DEFAULT = "default";
    private static final long TEN_YEARS_MILLIS = 3_650L * 24 * 3_600 * 1_000;

    private final GoldenWorld golden;

    private GoldenScenario(GoldenWorld golden) {
        this.golden = golden;
    }

    /// @return the volumes, by name
    static SortedMap<String, SimulatedDisk> live(GoldenWorld golden) {
        GoldenScenario scenario = new GoldenScenario(golden);
        scenario.keyspaces();
        scenario.writes();
        scenario.nodeMissesSnapshot();
        scenario.logIsCutBack();
        scenario.operations();
        golden.untilCalm();
        golden.pass(6_000_000_000L); // so that every node has noted what it saw of its peers
        return golden.killAll();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// A request that the volumes remember, and its answer.
    static ShardCall remembered() {
        return put("remembered", "once", 0, Optional.of(idempotency("golden-1")));
    }

    static Idempotency idempotency(String key) {
        return new Idempotency(bytes(key), Arrays.copyOf(bytes(key), Idempotency.FINGERPRINT_BYTES));
    }

    static ShardCall put(String key, String value, long ttl, Optional<Idempotency> idempotency) {
        return new ShardCall.Write(
                new KvCommand.Single(new Operation.Put(bytes(key), bytes(value), ttl), Optional.empty()), idempotency);
    }

    private ShardAnswer write(int node, String keyspace, String key, KvCommand.Body body) {
        return golden.call(node, golden.shardOf(keyspace, bytes(key)), new ShardCall.Write(body, Optional.empty()));
    }

    private void put(int node, String keyspace, String key, String value) {
        ShardAnswer answer =
                golden.call(node, golden.shardOf(keyspace, bytes(key)), put(key, value, 0, Optional.empty()));
        if (!(answer instanceof ShardAnswer.Written)) {
            throw new AssertionError("put of " + key + ": " + answer);
        }
    }

    private void done(AdminDesk.Answer answer) {
        if (!answer.isDone()) {
            throw new AssertionError(answer.toString());
        }
    }

    private void keyspaces() {
        done(golden.admin(2, new AdminDesk.Operation.CreateKeyspace(LEDGER, "memory", 1, KeyspaceMode.SINGLE, 3)));
        done(golden.admin(3, new AdminDesk.Operation.CreateKeyspace("gone", "memory", 2, KeyspaceMode.HASH, 3)));
        put(1, "gone", "lost", "on purpose");
        List<ShardId> gone = golden.state().keyspace("gone").orElseThrow().shards();
        done(golden.admin(1, new AdminDesk.Operation.DeleteKeyspace("gone")));
        golden.until(
                "the replicas of the deleted keyspace are gone",
                () -> golden.world().nodes().stream()
                        .allMatch(node -> gone.stream()
                                .noneMatch(it -> golden.member(node.number())
                                        .host()
                                        .find(it)
                                        .isPresent())));
    }

    private void writes() {
        for (int i = 0; i < 24; i++) {
            put(1 + i % 3, DEFAULT, "key-" + i, "value " + i);
        }
        put(1, DEFAULT, "key-1", "replaced");
        put(1, DEFAULT, "key-1", "replaced twice");
        put(2, DEFAULT, "empty", "");
        put(2, DEFAULT, "\u0000 any \u00e9 key", "x".repeat(2_000));
        put(3, DEFAULT, "k".repeat(4_096), "longest key");
        golden.call(
                1,
                golden.shardOf(DEFAULT, bytes("brief")),
                put("brief", "for ten years", TEN_YEARS_MILLIS, Optional.empty()));
        golden.call(2, golden.shardOf(DEFAULT, bytes("remembered")), remembered());
        golden.call(3, golden.shardOf(DEFAULT, bytes("remembered")), remembered());
        write(1, DEFAULT, "key-2", new KvCommand.Single(new Operation.Delete(bytes("key-2")), Optional.empty()));
        write(
                2,
                DEFAULT,
                "key-3",
                new KvCommand.Single(
                        new Operation.Put(bytes("key-3"), bytes("never"), 0),
                        Optional.of(new Condition.Exists(bytes("key-3"), false))));
        for (int i = 0; i < 6; i++) {
            put(1 + i % 3, LEDGER, "entry-" + i, "amount " + i);
        }
        write(
                1,
                LEDGER,
                "entry-0",
                new KvCommand.Batch(List.of(
                        new KvCommand.Indexed(0, new Operation.Put(bytes("batch-0"), bytes("b0"), 0)),
                        new KvCommand.Indexed(1, new Operation.Get(bytes("entry-1"))),
                        new KvCommand.Indexed(2, new Operation.Delete(bytes("entry-2"))))));
        write(
                3,
                LEDGER,
                "entry-0",
                new KvCommand.Transaction(
                        List.of(new Condition.ValueIs(bytes("entry-0"), bytes("amount 0"))),
                        List.of(
                                new Operation.Put(bytes("entry-0"), bytes("settled"), 0),
                                new Operation.Get(bytes("none"))),
                        List.of(new Operation.Put(bytes("entry-0"), bytes("disputed"), 0))));
        write(2, LEDGER, "entry-0", new KvCommand.DeleteRange(bytes("entry-3"), Optional.of(bytes("entry-5")), 100, 0));
    }

    /// Node 3 is away while the others take snapshots and cut their logs: it must install one.
    private void nodeMissesSnapshot() {
        golden.world().node(3).crash(false);
        golden.pass(6_000_000_000L); // the others elect leaders
        ShardId shard = golden.shardOf(LEDGER, bytes("entry-0"));
        ShardId other = golden.shardOf(DEFAULT, bytes("key-1"));
        put(1, LEDGER, "while-3-is-away", "1");
        put(1, DEFAULT, "key-1", "while node 3 is away");
        for (int node = 1; node <= 2; node++) {
            for (ShardId each : List.of(shard, other, ShardId.TOPOLOGY)) {
                Replica replica = golden.replica(node, each);
                golden.on(node, () -> replica.snapshots().take());
                golden.until("the snapshot is taken", () -> replica.snapshots().taken() > 0);
            }
        }
        golden.world().node(3).start();
        golden.untilCalm();
        put(3, LEDGER, "after-the-snapshot", "1");
        put(3, DEFAULT, "key-1", "after the snapshot");
    }

    /// The ledger's leader appends what nobody else hears of; the others go on, and it has to take it back.
    private void logIsCutBack() {
        ShardId shard = golden.shardOf(LEDGER, bytes("entry-0"));
        int leader = golden.leaderOf(shard);
        for (int other = 1; other <= 3; other++) {
            if (other != leader) {
                golden.world().network().setCut(leader, other, true);
                golden.world().network().setCut(other, leader, true);
            }
        }
        List<ShardAnswer> lost = new ArrayList<>();
        golden.on(
                leader,
                () -> golden.member(leader)
                        .router()
                        .call(
                                shard,
                                put("taken-back", "never acknowledged", 0, Optional.empty()),
                                io.concordkv.shard.call.Consistency.LINEARIZABLE,
                                1_000,
                                true,
                                lost::add));
        int voice = leader % 3 + 1;
        golden.until("the others have a leader", () -> {
            NodeId known = golden.member(voice).host().leaderOf(shard);
            return !known.equals(NodeId.NONE) && known.value() != leader;
        });
        put(voice, LEDGER, "after-the-cut", "1");
        golden.world().network().heal();
        golden.untilCalm();
    }

    private void operations() {
        ShardId shard = golden.shardOf(DEFAULT, bytes("key-1"));
        int leader = golden.leaderOf(shard);
        Replica replica = golden.replica(leader, shard);
        ReplicaId next = replica.core().configuration().members().stream()
                .map(it -> it.replica())
                .filter(it -> !it.equals(replica.id()))
                .findFirst()
                .orElseThrow();
        List<Boolean> ended = new ArrayList<>();
        golden.on(leader, () -> replica.transferLeader(next, ended::add));
        golden.until("leadership is handed over", () -> !ended.isEmpty());
        for (int node = 1; node <= 3; node++) {
            golden.admin(node, new AdminDesk.Operation.Restartable(new NodeId(1)));
        }
        for (int node = 1; node <= 3; node++) {
            golden.admin(node, new AdminDesk.Operation.Reserve(new NodeId(2), "restart", "golden"));
            golden.admin(node, new AdminDesk.Operation.Release(new NodeId(2)));
            golden.admin(node, new AdminDesk.Operation.Reserve(new NodeId(3), "restart", "golden"));
            golden.admin(node, new AdminDesk.Operation.GiveBack(new NodeId(3), "golden"));
        }
        for (int node = 1; node <= 3; node++) {
            for (ShardId each : golden.state().shards().keySet()) {
                if (!each.equals(ShardId.TOPOLOGY)) {
                    reads(node, each);
                }
            }
        }
    }

    private void reads(int node, ShardId shard) {
        golden.call(node, shard, new ShardCall.Get(bytes("key-1")));
        golden.call(node, shard, new ShardCall.GetMany(List.of(bytes("key-1"), bytes("none"))));
        golden.call(node, shard, new ShardCall.Page(bytes("a"), Optional.empty(), false, 2, 1_000));
        golden.call(node, shard, new ShardCall.Count(bytes("a"), Optional.of(bytes("z")), 3));
    }

    static long revision(ShardAnswer answer) {
        if (answer
                instanceof
                ShardAnswer.Written(CommandResult.Single(io.concordkv.shard.command.OperationResult.Stored stored))) {
            return stored.revision();
        }
        throw new AssertionError("expected a stored value, got " + answer);
    }
}
