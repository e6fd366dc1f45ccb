package io.concordkv.node.admin;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import io.concordkv.node.admin.AdminDesk.Answer;
import io.concordkv.node.duty.ShardReport;
import io.concordkv.node.duty.ShardReports;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.machine.TopologyResult;
import io.concordkv.topology.machine.TopologyRules;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.NodeStanding;
import io.concordkv.topology.state.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Nodes that come and go, on the leader of shard 0. What the shards must be able to spare is asked of their leaders,
/// never of the map (SAFETY R6, I6).
final class NodeDesk {
    private final TopologyDesk desk;
    private final ShardReports reports;
    private final BiConsumer<TopologyCommand, Consumer<Answer>> submit;

    /// @param submit proposes a command and answers when it is decided
    NodeDesk(TopologyDesk desk, ShardReports reports, BiConsumer<TopologyCommand, Consumer<Answer>> submit) {
        this.desk = desk;
        this.reports = reports;
        this.submit = submit;
    }

    /// The only reason of the answer is the node's id.
    void join(String name, VolumeId volume, String peer, String zone, Consumer<Answer> answer) {
        submit.accept(
                new TopologyCommand.AddNode(name, volume, peer, zone),
                added -> answer.accept(added.isDone() ? withId(desk.state(), volume, added) : added));
    }

    private static Answer withId(ClusterState state, VolumeId volume, Answer done) {
        return state.node(volume)
                .map(it -> new Answer("", List.of(it.id().toString()), done.changed()))
                .orElse(done);
    }

    /// Drains the node, or takes that back.
    void drain(NodeId node, boolean on, Consumer<Answer> answer) {
        submit.accept(new TopologyCommand.WantNode(node, on ? NodeStanding.DRAINING : NodeStanding.MEMBER), answer);
    }

    /// Lets a drained node go.
    void remove(NodeId node, Consumer<Answer> answer) {
        TopologyCommand command = new TopologyCommand.WantNode(node, NodeStanding.LEAVING);
        check(
                command,
                answer,
                () -> reports.collect(desk.state().nodes().keySet(), latest -> {
                    List<String> against = naming(desk.state(), latest, node);
                    decide(against.isEmpty() ? "" : "conflicting-operation", against, command, answer);
                }));
    }

    /// Gives the node's volume up.
    void replace(NodeId node, Optional<VolumeId> volume, String peer, Consumer<Answer> answer) {
        TopologyCommand command = new TopologyCommand.ReplaceNode(node, volume, peer);
        check(
                command,
                answer,
                () -> reports.collect(desk.state().nodes().keySet(), latest -> {
                    boolean again = desk.state()
                            .node(node)
                            .filter(it -> it.standing() == NodeStanding.REPLACED)
                            .isPresent();
                    List<String> against = again ? List.of() : missing(desk.state(), latest, node);
                    decide(
                            "would-lose-quorum",
                            against,
                            command,
                            done -> answer.accept(
                                    done.isDone() && volume.isPresent()
                                            ? withId(desk.state(), volume.get(), done)
                                            : done));
                }));
    }

    private void check(TopologyCommand command, Consumer<Answer> answer, Runnable allowed) {
        if (TopologyRules.apply(desk.state(), command).result() instanceof TopologyResult.Rejected(var code, var why)) {
            answer.accept(new Answer(code, List.of(why), false));
        } else {
            allowed.run();
        }
    }

    private void decide(String code, List<String> against, TopologyCommand command, Consumer<Answer> answer) {
        if (against.isEmpty()) {
            submit.accept(command, answer);
        } else {
            answer.accept(new Answer(code, against, false));
        }
    }

    /// Shards whose leader counts the node among their members, or that have no leader to ask.
    private static List<String> naming(ClusterState state, SortedMap<ShardId, ShardReport> latest, NodeId node) {
        List<String> against = new ArrayList<>();
        for (ShardRecord shard : state.shards().values()) {
            ShardReport report = latest.get(shard.id());
            if (report == null) {
                against.add("shard " + shard.id() + " has no leader that reports");
            } else if (!shard.id().equals(ShardId.TOPOLOGY)
                    && report.replicas().stream().anyMatch(it -> it.node().equals(node))) {
                against.add("shard " + shard.id() + " has a replica on node " + node);
            }
        }
        return against;
    }

    /// Shards that have no caught-up majority without the node.
    private static List<String> missing(ClusterState state, SortedMap<ShardId, ShardReport> latest, NodeId node) {
        List<String> against = new ArrayList<>();
        for (ShardRecord shard : state.shards().values()) {
            ShardReport report = latest.get(shard.id());
            if (report == null) {
                against.add("shard " + shard.id() + " has no leader that reports");
            } else if (!report.hasQuorumWithout(node)) {
                against.add("shard " + shard.id() + " has no caught-up majority without node " + node);
            }
        }
        return against;
    }
}
