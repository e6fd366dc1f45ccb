package io.concordkv.node.admin;

import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import io.concordkv.node.duty.Reservations;
import io.concordkv.node.duty.ShardReports;
import io.concordkv.node.route.Services;
import io.concordkv.node.route.ShardRouter;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.shard.call.Consistency;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.host.Exchange;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.machine.TopologyResult;
import io.concordkv.topology.machine.TopologyRules;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Operations that the leader of the topology group carries out, asked from any node.
public final class AdminDesk {
    private static final long CALL_MILLIS = 10_000;
    private static final long RETRY_NANOS = 100_000_000;

    /// How long one node may take over a question before the next leader is asked: a leader that is cut
    /// off answers nobody.
    private static final long QUESTION_MILLIS = 2_000;

    private final ShardHost host;
    private final TopologyDesk desk;
    private final ShardRouter router;
    private final Reservations reservations;
    private final NodeDesk nodes;
    private final TreeSet<Long> closing = new TreeSet<>();

    /// What can be asked; as bytes: [AdminCodec].
    public sealed interface Operation {
        /// Whether it changes nothing, so that an answer that was lost may be asked for again.
        default boolean isQuestion() {
            return false;
        }

        record Restartable(NodeId node) implements Operation {
            @Override
            public boolean isQuestion() {
                return true;
            }
        }

        record Reserve(NodeId node, String purpose, String owner) implements Operation {}

        /// Ends a reservation, whoever holds it.
        record Release(NodeId node) implements Operation {}

        record CreateKeyspace(String name, String engine, int shards, KeyspaceMode mode, int replicationFactor)
                implements Operation {}

        record DeleteKeyspace(String name) implements Operation {}

        /// Ends a reservation; refused when it is somebody else's.
        record GiveBack(NodeId node, String owner) implements Operation {}

        /// Moves a replica; [NodeId#NONE] as `from` only adds one, as `to` only removes one. Done when the move
        /// has begun; the only reason is its id.
        record Move(ShardId shard, NodeId from, NodeId to, String reason) implements Operation {}

        record CancelMove(long move) implements Operation {}

        /// An empty node joins; the only reason of the answer is its id.
        record Join(String name, VolumeId volume, String peer, String zone) implements Operation {}

        /// @param on false to take it back
        record Drain(NodeId node, boolean on) implements Operation {}

        record Remove(NodeId node) implements Operation {}

        /// @param volume of the empty node that takes over, if it is there already
        /// @param peer   where that one is reached; else empty
        record Replace(NodeId node, Optional<VolumeId> volume, String peer) implements Operation {}
    }

    /// The answer.
    ///
    /// @param code    empty when done; else of the problem, as in API §3
    /// @param reasons what was wrong, or what to know beside
    /// @param changed false when everything was already so
    public record Answer(String code, List<String> reasons, boolean changed) {
        public boolean isDone() {
            return code.isEmpty();
        }
    }

    public AdminDesk(
            ShardHost host, TopologyDesk desk, ShardRouter router, Reservations reservations, ShardReports reports) {
        this.host = host;
        this.desk = desk;
        this.router = router;
        this.reservations = reservations;
        this.nodes = new NodeDesk(desk, reports, this::submit);
        host.exchange().serve(Services.ADMIN, this::asked);
    }

    /// Carries the operation out where the topology group's leader is; waits while there is none.
    public void execute(Operation operation, Consumer<Answer> answer) {
        attempt(operation, host.clock().nanos() + CALL_MILLIS * 1_000_000, answer);
    }

    private void attempt(Operation operation, long deadline, Consumer<Answer> answer) {
        long left = (deadline - host.clock().nanos()) / 1_000_000;
        if (left <= 0) {
            answer.accept(noLeader());
        } else if (desk.isLeader()) {
            lead(operation, result -> settle(operation, deadline, answer, result));
        } else {
            NodeId leader = desk.leader();
            if (leader.equals(NodeId.NONE) || leader.equals(host.identity().node())) {
                settle(operation, deadline, answer, noLeader());
                return;
            }
            long wait = operation.isQuestion() ? Math.min(left, QUESTION_MILLIS) : left;
            host.exchange()
                    .ask(leader, Services.ADMIN, AdminCodec.encode(operation), wait, new Exchange.ReplyListener() {
                        @Override
                        public void replied(byte[] body) {
                            settle(operation, deadline, answer, AdminCodec.decodeAnswer(body));
                        }

                        @Override
                        public void notSent() {
                            settle(operation, deadline, answer, noLeader());
                        }

                        @Override
                        public void lost() {
                            if (operation.isQuestion()) {
                                settle(operation, deadline, answer, noLeader());
                                return;
                            }
                            answer.accept(new Answer(
                                    "outcome-unknown",
                                    List.of("the connection to the leader broke; ask again"),
                                    false));
                        }
                    });
        }
    }

    private void settle(Operation operation, long deadline, Consumer<Answer> answer, Answer result) {
        if (result.code().equals("no-leader") && deadline - host.clock().nanos() > RETRY_NANOS) {
            host.loop().after(RETRY_NANOS, () -> attempt(operation, deadline, answer));
        } else {
            answer.accept(result);
        }
    }

    private static Answer noLeader() {
        return new Answer("no-leader", List.of("the topology group has no leader at the moment"), false);
    }

    private void asked(NodeId from, byte[] body, long timeoutMillis, Consumer<byte[]> reply) {
        Operation operation;
        try {
            operation = AdminCodec.decode(body);
        } catch (DecodeException e) {
            reply.accept(
                    AdminCodec.encodeAnswer(new Answer("internal", List.of(String.valueOf(e.getMessage())), false)));
            return;
        }
        if (desk.isLeader()) {
            lead(operation, answer -> reply.accept(AdminCodec.encodeAnswer(answer)));
        } else {
            reply.accept(AdminCodec.encodeAnswer(noLeader()));
        }
    }

    private void lead(Operation operation, Consumer<Answer> answer) {
        switch (operation) {
            case Operation.Restartable(var node) ->
                reservations.restartable(node, it -> answer.accept(new Answer(it.code(), it.reasons(), false)));
            case Operation.Reserve(var node, var purpose, var owner) ->
                reservations.reserve(
                        node, purpose, owner, it -> answer.accept(new Answer(it.code(), it.reasons(), true)));
            case Operation.Release(var node) ->
                reservations.release(node, it -> answer.accept(new Answer(it.code(), it.reasons(), true)));
            case Operation.GiveBack(var node, var owner) ->
                reservations.giveBack(node, owner, it -> answer.accept(new Answer(it.code(), it.reasons(), true)));
            case Operation.Move move -> leading(answer, () -> move(move, answer));
            case Operation.CancelMove(var move) -> submit(new TopologyCommand.CancelMove(move), answer);
            case Operation.Join(var name, var volume, var peer, var zone) ->
                leading(answer, () -> nodes.join(name, volume, peer, zone, answer));
            case Operation.Drain(var node, var on) -> leading(answer, () -> nodes.drain(node, on, answer));
            case Operation.Remove(var node) -> leading(answer, () -> nodes.remove(node, answer));
            case Operation.Replace(var node, var volume, var peer) ->
                leading(answer, () -> nodes.replace(node, volume, peer, answer));
            case Operation.CreateKeyspace create -> leading(answer, () -> create(create, answer));
            case Operation.DeleteKeyspace(var name) ->
                submit(new TopologyCommand.BeginDelete(name), begun -> {
                    resume();
                    answer.accept(begun);
                });
        }
    }

    /// Goes on when this node is sure to lead shard 0, and its state holds all that was decided before.
    private void leading(Consumer<Answer> answer, Runnable sure) {
        desk.barrier(CALL_MILLIS, sure, refusal -> answer.accept(noLeader()));
    }

    private void move(Operation.Move move, Consumer<Answer> answer) {
        if (move.shard().equals(ShardId.TOPOLOGY)) {
            answer.accept(new Answer(
                    "invalid-argument",
                    List.of("shard 0 has a replica on every node; it is not moved by hand"),
                    false));
            return;
        }
        TopologyCommand command = new TopologyCommand.BeginMove(
                move.shard(), move.from(), move.to(), host.clock().wallMillis(), move.reason());
        if (TopologyRules.apply(desk.state(), command).result() instanceof TopologyResult.Rejected(var code, var why)) {
            answer.accept(new Answer(code, List.of(why), false));
            return;
        }
        if (!move.to().equals(NodeId.NONE) && !host.isReachable(move.to())) {
            answer.accept(
                    new Answer("conflicting-operation", List.of("node " + move.to() + " is not reachable now"), false));
            return;
        }
        if (!move.to().equals(NodeId.NONE) && host.isStorageLow(move.to())) {
            answer.accept(
                    new Answer("storage-full", List.of("the storage of node " + move.to() + " is nearly full"), false));
            return;
        }
        submit(
                command,
                begun -> answer.accept(
                        begun.isDone()
                                ? desk.state()
                                        .moveOf(move.shard())
                                        .map(it -> new Answer("", List.of(Long.toString(it.id())), true))
                                        .orElse(begun)
                                : begun));
    }

    private void create(Operation.CreateKeyspace create, Consumer<Answer> answer) {
        TopologyCommand.CreateKeyspace command = new TopologyCommand.CreateKeyspace(
                create.name(), create.engine(), create.shards(), create.mode(), create.replicationFactor());
        TopologyRules.Outcome preview = TopologyRules.apply(desk.state(), command);
        List<String> away = missingNodes(preview.state(), create.name());
        if (preview.state() != desk.state() && !away.isEmpty()) {
            answer.accept(new Answer("conflicting-operation", away, false));
            return;
        }
        List<String> full = fullNodes(preview.state(), create.name());
        if (preview.state() != desk.state() && !full.isEmpty()) {
            answer.accept(new Answer("storage-full", full, false));
            return;
        }
        submit(command, created -> {
            if (created.isDone()) {
                awaitActive(create.name(), host.clock().nanos() + CALL_MILLIS * 1_000_000, created, answer);
            } else {
                answer.accept(created);
            }
        });
    }

    private List<String> missingNodes(ClusterState planned, String name) {
        return nodesOf(planned, name).stream()
                .filter(it -> !host.isReachable(it))
                .map(it -> "node " + it + " would get a replica and is not reachable now")
                .toList();
    }

    private List<String> fullNodes(ClusterState planned, String name) {
        return nodesOf(planned, name).stream()
                .filter(host::isStorageLow)
                .map(it -> "node " + it + " would get a replica and its storage is nearly full")
                .toList();
    }

    private static TreeSet<NodeId> nodesOf(ClusterState planned, String name) {
        TreeSet<NodeId> nodes = new TreeSet<>();
        for (ShardRecord shard : shardsOf(planned, name)) {
            shard.configuration().members().forEach(it -> nodes.add(it.node()));
        }
        return nodes;
    }

    private static List<ShardRecord> shardsOf(ClusterState state, String name) {
        Optional<KeyspaceRecord> keyspace = state.keyspace(name);
        List<ShardRecord> shards = new ArrayList<>();
        keyspace.ifPresent(it -> it.shards().forEach(id -> state.shard(id).ifPresent(shards::add)));
        return shards;
    }

    private void awaitActive(String name, long deadline, Answer created, Consumer<Answer> answer) {
        boolean led = shardsOf(desk.state(), name).stream()
                .allMatch(it -> it.isActive() && !host.leaderOf(it.id()).equals(NodeId.NONE));
        if (led) {
            answer.accept(created);
        } else if (deadline - host.clock().nanos() <= 0) {
            answer.accept(new Answer(
                    "outcome-unknown",
                    List.of("keyspace " + name + " is created, but not all of its replicas are on disk yet"),
                    true));
        } else {
            host.loop().after(RETRY_NANOS, () -> awaitActive(name, deadline, created, answer));
        }
    }

    private void submit(TopologyCommand command, Consumer<Answer> answer) {
        desk.submit(
                command,
                CALL_MILLIS / 2,
                outcome -> answer.accept(
                        switch (outcome) {
                            case TopologyDesk.Outcome.Decided(TopologyResult.Accepted(var epoch, var changed)) ->
                                new Answer("", List.of(), changed);
                            case TopologyDesk.Outcome.Decided(TopologyResult.Rejected(var code, var detail)) ->
                                new Answer(code, List.of(detail), false);
                            case TopologyDesk.Outcome.NoLeader() -> noLeader();
                            case TopologyDesk.Outcome.Unknown() ->
                                new Answer("outcome-unknown", List.of("the topology group lost its leader"), false);
                        }));
    }

    /// On the leader: closes the shards of keyspaces that are being deleted, then forgets them (S8).
    public void resume() {
        if (!desk.isLeader()) {
            return;
        }
        for (KeyspaceRecord keyspace : desk.state().keyspaces().values()) {
            if (keyspace.deleting() && closing.add(keyspace.id().value())) {
                close(keyspace);
            }
        }
    }

    private void close(KeyspaceRecord keyspace) {
        int[] open = {keyspace.shards().size()};
        boolean[] allClosed = {true};
        for (ShardId shard : keyspace.shards()) {
            ShardCall close = new ShardCall.Write(new KvCommand.Close(), Optional.empty());
            router.call(shard, close, Consistency.LINEARIZABLE, CALL_MILLIS, true, answer -> {
                allClosed[0] &= answer instanceof ShardAnswer.Written;
                if (--open[0] == 0) {
                    closing.remove(keyspace.id().value());
                    if (allClosed[0]) {
                        submit(new TopologyCommand.EndDelete(keyspace.id().value()), ended -> {});
                    }
                }
            });
        }
    }
}
