package io.concordkv.simulation.world;

import io.concordkv.base.PartitionHash;
import io.concordkv.node.Membership;
import io.concordkv.shard.call.Consistency;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.CommandResult;
import io.concordkv.shard.command.Condition;
import io.concordkv.shard.command.Idempotency;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.command.Operation;
import io.concordkv.shard.command.OperationResult;
import io.concordkv.shard.replica.ShardRefusal;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.ShardRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// One caller: sends one operation at a time to any node that is up, and writes down what it was told.
final class Client {
    private static final long TIMEOUT_MILLIS = 2_000;
    private static final long[] BOUNDS = {5, 50, 300, 1_000};
    private static final int KEYS_AT_ONCE = 3;
    private static final int OPERATIONS_A_KEY = 30;

    private final World world;
    private final History history;
    private final SplittableRandom random;
    private final int number;
    private int count;
    private boolean stopped;
    private int open;

    Client(World world, History history, int number, SplittableRandom random) {
        this.world = world;
        this.history = history;
        this.number = number;
        this.random = random;
    }

    void start() {
        world.schedule(random.nextLong(40_000_000), "client", this::next);
    }

    void stop() {
        stopped = true;
    }

    boolean isIdle() {
        return open == 0;
    }

    private void next() {
        if (stopped) {
            return;
        }
        SimulatedNode node = world.nodes().get(random.nextInt(world.nodes().size()));
        Optional<Membership> member = node.isUp() ? node.node().membership() : Optional.empty();
        if (member.isEmpty() || !member.get().desk().state().isFounded()) {
            start();
            return;
        }
        String key = "key-"
                + (history.operations() / (KEYS_AT_ONCE * OPERATIONS_A_KEY) * KEYS_AT_ONCE
                        + random.nextInt(KEYS_AT_ONCE));
        String value = "v" + number + "-" + count++;
        int choice = random.nextInt(100);
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        if (choice < 40) {
            read(node, key, bytes);
        } else if (choice < 65) {
            put(node, key, bytes, value, Optional.empty(), false);
        } else if (choice < 75) {
            put(node, key, bytes, value, Optional.of(idempotency(value)), false);
        } else if (choice < 87) {
            putIfAbsent(node, key, bytes, value);
        } else {
            delete(node, key, bytes);
        }
    }

    private static Idempotency idempotency(String value) {
        byte[] fingerprint = Arrays.copyOf(value.getBytes(StandardCharsets.UTF_8), Idempotency.FINGERPRINT_BYTES);
        return new Idempotency(value.getBytes(StandardCharsets.UTF_8), fingerprint);
    }

    private void read(SimulatedNode node, String key, byte[] bytes) {
        long invoked = world.now();
        Consistency consistency = consistency();
        call(node, bytes, new ShardCall.Get(bytes), consistency, answer -> {
            switch (answer) {
                case ShardAnswer.Value(var value) -> history.read(key, invoked, world.now(), value);
                case ShardAnswer.Aged(ShardAnswer.Value(var value), var millisMax) -> {
                    checkPromise(key, consistency, millisMax);
                    history.read(key, oldest(invoked, millisMax), world.now(), value);
                }
                default -> {} // refused
            }
            again();
        });
    }

    private Consistency consistency() {
        int choice = random.nextInt(100);
        if (choice < 55) {
            return Consistency.LINEARIZABLE;
        }
        if (choice < 70) {
            return Consistency.LEADER;
        }
        return choice < 90 ? new Consistency.Bounded(BOUNDS[random.nextInt(BOUNDS.length)]) : Consistency.ANY;
    }

    /// What was read was the newest at some moment since then: as if the read had begun that long ago.
    private static long oldest(long invoked, OptionalLong millisMax) {
        return millisMax.isPresent() ? Math.max(0, invoked - millisMax.getAsLong() * 1_000_000) : 0;
    }

    private static void checkPromise(String key, Consistency consistency, OptionalLong millisMax) {
        if (consistency instanceof Consistency.Linearizable
                || consistency instanceof Consistency.Bounded(var bound)
                        && (millisMax.isEmpty() || millisMax.getAsLong() > bound)) {
            throw new Finding("BoundsAreKept", "a read of " + key + " for " + consistency + " was told " + millisMax);
        }
    }

    private void put(
            SimulatedNode node, String key, byte[] bytes, String value, Optional<Idempotency> keyed, boolean repeat) {
        long invoked = world.now();
        ShardCall call =
                write(new Operation.Put(bytes, value.getBytes(StandardCharsets.UTF_8), 0), Optional.empty(), keyed);
        call(node, bytes, call, answer -> {
            switch (answer) {
                case ShardAnswer.Written(CommandResult.Single(OperationResult.Stored(var revision, var created))) -> {
                    history.stored(key, value, revision, keyed.isPresent());
                    if (!repeat) {
                        history.put(key, invoked, world.now(), value);
                    }
                    if (keyed.isPresent() && !repeat && random.nextBoolean()) {
                        repeatLater(key, bytes, value, keyed);
                    }
                }
                case ShardAnswer.Refused(ShardRefusal.OutcomeUnknown()) -> {
                    if (!repeat) {
                        history.put(key, invoked, Long.MAX_VALUE, value);
                    }
                }
                default -> {} // refused: certainly not executed
            }
            if (!repeat) {
                again();
            }
        });
    }

    /// The same keyed request once more, seconds later: it must be answered as the first time.
    private void repeatLater(String key, byte[] bytes, String value, Optional<Idempotency> keyed) {
        world.schedule(random.nextLong(5_000_000_000L), "repeat", () -> {
            SimulatedNode node = world.nodes().get(random.nextInt(world.nodes().size()));
            if (node.isUp() && !stopped) {
                put(node, key, bytes, value, keyed, true);
            }
        });
    }

    private void putIfAbsent(SimulatedNode node, String key, byte[] bytes, String value) {
        long invoked = world.now();
        ShardCall call = write(
                new Operation.Put(bytes, value.getBytes(StandardCharsets.UTF_8), 0),
                Optional.of(new Condition.Exists(bytes, false)),
                Optional.empty());
        call(node, bytes, call, answer -> {
            switch (answer) {
                case ShardAnswer.Written(CommandResult.Single(OperationResult.Stored(var revision, var created))) -> {
                    history.stored(key, value, revision, false);
                    history.putIfAbsent(key, invoked, world.now(), value, Optional.of(true));
                }
                case ShardAnswer.Written(CommandResult.ConditionFailed it) ->
                    history.putIfAbsent(key, invoked, world.now(), value, Optional.of(false));
                case ShardAnswer.Refused(ShardRefusal.OutcomeUnknown()) ->
                    history.putIfAbsent(key, invoked, Long.MAX_VALUE, value, Optional.empty());
                default -> {}
            }
            again();
        });
    }

    private void delete(SimulatedNode node, String key, byte[] bytes) {
        long invoked = world.now();
        call(node, bytes, write(new Operation.Delete(bytes), Optional.empty(), Optional.empty()), answer -> {
            switch (answer) {
                case ShardAnswer.Written(CommandResult.Single(OperationResult.Deleted(var deleted, var revision))) ->
                    history.delete(key, invoked, world.now(), Optional.of(deleted));
                case ShardAnswer.Refused(ShardRefusal.OutcomeUnknown()) ->
                    history.delete(key, invoked, Long.MAX_VALUE, Optional.empty());
                default -> {}
            }
            again();
        });
    }

    private static ShardCall write(
            Operation operation, Optional<Condition> condition, Optional<Idempotency> idempotency) {
        return new ShardCall.Write(new KvCommand.Single(operation, condition), idempotency);
    }

    /// Sends a call; a node that dies before it answers leaves the outcome unknown.
    private void call(SimulatedNode node, byte[] key, ShardCall call, Consumer<ShardAnswer> answer) {
        call(node, key, call, Consistency.LINEARIZABLE, answer);
    }

    private void call(
            SimulatedNode node, byte[] key, ShardCall call, Consistency consistency, Consumer<ShardAnswer> answer) {
        SimulatedNode.Process process = node.process();
        if (process == null) {
            throw new IllegalStateException("the node is down");
        }
        open++;
        boolean[] ended = {false};
        Consumer<ShardAnswer> once = got -> {
            if (!ended[0]) {
                ended[0] = true;
                open--;
                answer.accept(got);
            }
        };
        world.schedule(
                (TIMEOUT_MILLIS + 1_000) * 1_000_000,
                "client-timeout",
                () -> once.accept(new ShardAnswer.Refused(new ShardRefusal.OutcomeUnknown())));
        process.run("call", () -> {
            Membership member = node.node().membership().orElse(null);
            if (member == null || !member.desk().state().isFounded()) {
                once.accept(new ShardAnswer.Refused(new ShardRefusal.NoLeader()));
                return;
            }
            ClusterState state = member.desk().state();
            ShardRecord shard = state.shardOf(state.keyspace("default").orElseThrow(), PartitionHash.of(key));
            member.router().call(shard.id(), call, consistency, TIMEOUT_MILLIS, true, once);
        });
    }

    private void again() {
        if (!stopped) {
            world.schedule(5_000_000 + random.nextLong(30_000_000), "client", this::next);
        }
    }

    /// Reads a key at the end, when nothing goes wrong any more.
    void finalRead(String key, Runnable done) {
        List<SimulatedNode> whole =
                world.nodes().stream().filter(SimulatedNode::isWhole).toList();
        SimulatedNode node = whole.get(random.nextInt(whole.size()));
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        long invoked = world.now();
        call(node, bytes, new ShardCall.Get(bytes), answer -> {
            if (answer instanceof ShardAnswer.Value(var value)) {
                history.read(key, invoked, world.now(), value);
                done.run();
            } else {
                throw new Finding("EveryCallEnds", "the final read of " + key + " was answered " + answer);
            }
        });
    }
}
