package io.concordkv.node.duty;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.machine.TopologyResult;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.MovePhase;
import io.concordkv.topology.state.MoveRecord;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.Reservation;
import io.concordkv.topology.state.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/// The right to stop a node (SAFETY R8). Granted and ended by the leader of the topology group alone,
/// after every shard reported, through its leader, a caught-up quorum without the node.
public final class Reservations {
    private static final long COMMAND_MILLIS = 3_000;

    private final ShardHost host;
    private final TopologyDesk desk;
    private final ShardReports reports;
    private boolean ending;

    /// The answer to a request.
    ///
    /// @param code    empty when it was granted or is true; else of the problem, as in API §3
    /// @param reasons why not; or what to know beside
    public record Verdict(String code, List<String> reasons) {
        public boolean isGranted() {
            return code.isEmpty();
        }
    }

    public Reservations(ShardHost host, TopologyDesk desk, ShardReports reports) {
        this.host = host;
        this.desk = desk;
        this.reports = reports;
    }

    /// Whether the node may stop now. Only on the node that leads shard 0.
    public void restartable(NodeId node, Consumer<Verdict> verdict) {
        desk.barrier(
                COMMAND_MILLIS,
                () -> check(node, verdict),
                refusal -> verdict.accept(new Verdict("no-leader", List.of("the topology group has no leader"))));
    }

    private void check(NodeId node, Consumer<Verdict> verdict) {
        ClusterState state = desk.state();
        if (!state.nodes().containsKey(node)) {
            verdict.accept(new Verdict("node-not-found", List.of("there is no node " + node)));
            return;
        }
        reports.collect(state.nodes().keySet(), latest -> verdict.accept(judge(desk.state(), latest, node)));
    }

    /// Unknown means no.
    static Verdict judge(ClusterState state, SortedMap<ShardId, ShardReport> latest, NodeId node) {
        List<String> against = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (ShardRecord shard : state.shards().values()) {
            if (shard.configuration().voterCount() == 1) {
                boolean here = shard.configuration().members().stream()
                        .anyMatch(it -> it.isVoter() && it.node().equals(node));
                if (here && notes.isEmpty()) {
                    notes.add("unavailable-while-down");
                }
                continue;
            }
            Optional<MoveRecord> move = state.moveOf(shard.id()).filter(it -> it.phase() == MovePhase.SWITCHING);
            if (move.isPresent()) {
                against.add("move " + move.get().id() + " of shard " + shard.id() + " is being switched");
                continue;
            }
            ShardReport report = latest.get(shard.id());
            if (report == null) {
                against.add("shard " + shard.id() + " has no leader that reports");
            } else if (!report.hasQuorumWithout(node)) {
                against.add("shard " + shard.id() + " would have no caught-up majority");
            }
        }
        return against.isEmpty() ? new Verdict("", notes) : new Verdict("would-lose-quorum", against);
    }

    /// Asks for the reservation; the same owner may ask again for the same node.
    public void reserve(NodeId node, String purpose, String owner, Consumer<Verdict> verdict) {
        Optional<Reservation> held = desk.state().reservation();
        if (held.isPresent()
                && !(held.get().node().equals(node) && held.get().owner().equals(owner))) {
            verdict.accept(new Verdict(
                    "conflicting-operation",
                    List.of("node " + held.get().node() + " is reserved by "
                            + held.get().owner() + " for " + held.get().purpose())));
            return;
        }
        restartable(node, checked -> {
            if (!checked.isGranted()) {
                verdict.accept(checked);
                return;
            }
            long incarnation =
                    desk.state().node(node).map(NodeRecord::incarnation).orElse(0L);
            desk.submit(
                    new TopologyCommand.Reserve(node, purpose, owner, incarnation),
                    COMMAND_MILLIS,
                    outcome -> verdict.accept(granted(outcome, checked)));
        });
    }

    private static Verdict granted(TopologyDesk.Outcome outcome, Verdict checked) {
        return switch (outcome) {
            case TopologyDesk.Outcome.Decided(TopologyResult.Rejected(var code, var detail)) ->
                new Verdict(code, List.of(detail));
            case TopologyDesk.Outcome.Decided it -> checked;
            case TopologyDesk.Outcome.NoLeader it ->
                new Verdict("no-leader", List.of("the topology group has no leader"));
            case TopologyDesk.Outcome.Unknown it ->
                new Verdict("outcome-unknown", List.of("the topology group lost its leader meanwhile"));
        };
    }

    /// Ends the reservation of the node, whoever holds it.
    public void release(NodeId node, Consumer<Verdict> verdict) {
        end(new TopologyCommand.Release(node), verdict);
    }

    /// The owner ends it; refused when somebody else holds it.
    public void giveBack(NodeId node, String owner, Consumer<Verdict> verdict) {
        end(new TopologyCommand.GiveBack(node, owner), verdict);
    }

    private void end(TopologyCommand command, Consumer<Verdict> verdict) {
        desk.submit(command, COMMAND_MILLIS, outcome -> verdict.accept(granted(outcome, new Verdict("", List.of()))));
    }

    /// On the leader of shard 0, now and then: ends a reservation whose node is back under a higher
    /// incarnation and caught up everywhere.
    void endFulfilled() {
        ClusterState state = desk.state();
        Optional<Reservation> held = state.reservation();
        if (ending || held.isEmpty() || !desk.isLeader()) {
            return;
        }
        Reservation reservation = held.get();
        NodeRecord node = state.nodes().get(reservation.node());
        if (node == null || node.incarnation() <= reservation.incarnation() || !host.isReachable(node.id())) {
            return;
        }
        ending = true;
        reports.collect(state.nodes().keySet(), latest -> {
            boolean caughtUp = state.shards().values().stream()
                    .filter(it -> it.configuration().members().stream()
                            .anyMatch(m -> m.node().equals(node.id())))
                    .allMatch(it -> {
                        ShardReport report = latest.get(it.id());
                        return report != null && report.isCaughtUpOn(node.id());
                    });
            if (caughtUp) {
                giveBack(node.id(), reservation.owner(), verdict -> ending = false);
            } else {
                ending = false;
            }
        });
    }
}
