package io.concordkv.it.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.it.conformance.Stage;
import io.concordkv.it.conformance.Step;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.Nodes;
import io.concordkv.it.kube.PodTimeline;
import io.concordkv.it.kube.Sample;
import io.concordkv.it.load.CheckedLoad;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Changes of the configuration restart nodes, one at a time, under a checked load.
final class RestartSteps {
    /// A setting that changes nothing anybody notices.
    private static final String SETTING = "concord.raft.heartbeat";

    private static final String CONFIG = "{\"spec\":{\"config\":{\"" + SETTING + "\":%s}}}";

    private RestartSteps() {}

    static final Step ROLLING = new Step(
            "rolling-restart",
            "a changed setting restarts one node at a time, most leaders last, and loses no write",
            RestartSteps::rolling);
    static final Step BAD_CONFIG = new Step(
            "bad-config",
            "a setting no node starts with stops one node; corrected, that node goes first",
            RestartSteps::badConfig);

    private static void rolling(Stage stage) throws IOException, InterruptedException {
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        Nodes nodes = stage.nodes(cluster);
        String mostLeading = giveLeaders(stage, cluster, nodes);
        try (var timeline = PodTimeline.follow(cluster);
                var load = CheckedLoad.start(nodes, timeline::pods, "rolling-" + System.currentTimeMillis())) {
            int size = timeline.pods().size();
            long began = System.nanoTime();
            cluster.patch(CONFIG.formatted(present(cluster).equals("\"110ms\"") ? "\"120ms\"" : "\"110ms\""));
            stage.await(
                    size + " restarted nodes",
                    () -> timeline.stopped().size() >= size
                            ? cluster.notReady()
                            : Optional.of("restarted: " + timeline.stopped()));
            stage.note("%d nodes restarted within %.1f s", size, (System.nanoTime() - began) / 1e9);
            List<String> order = timeline.stopped();
            stage.note("order: %s; %s led most shards", String.join(", ", order), mostLeading);
            judge(stage, timeline, load.finish());
            Difference.unless(
                    order.size() == size && new HashSet<>(order).size() == size,
                    "each node should restart once; restarted: %s",
                    order);
            Difference.unless(
                    order.getLast().equals(mostLeading), "%s led most shards but was not last: %s", mostLeading, order);
        }
    }

    /// Gives the first pod, which no rule but this one would make the last, most of the leaders.
    private static String giveLeaders(Stage stage, Cluster cluster, Nodes nodes)
            throws IOException, InterruptedException {
        String name = cluster.pods().getFirst().getMetadata().getName();
        nodes.moveLeadersTo(name);
        stage.await("leaders on " + name, () -> {
            Map<String, Integer> leaders = nodes.leaders();
            int all = leaders.values().stream().mapToInt(Integer::intValue).sum();
            int own = leaders.getOrDefault(name, 0);
            return own * 3 > all * 2 ? Optional.empty() : Optional.of("leaders are " + leaders);
        });
        return name;
    }

    /// The value the setting has, as JSON; null where it has none.
    private static String present(Cluster cluster) {
        JsonNode value = cluster.get().path("spec").path("config").path(SETTING);
        return value.isMissingNode() ? "null" : value.toString();
    }

    private static void judge(Stage stage, PodTimeline timeline, CheckedLoad.Outcome outcome) {
        stage.note(
                "%d writes acknowledged, longest pause between two %d ms",
                outcome.acknowledged(), outcome.longestPause().toMillis());
        Difference.unless(outcome.violations().isEmpty(), "acknowledged writes are lost: %s", outcome.violations());
        Difference.unless(outcome.acknowledged() > 0, "no write was acknowledged");
        Difference.unless(timeline.awayTogether().isEmpty(), "away at the same time: %s", timeline.awayTogether());
    }

    private static void badConfig(Stage stage) throws IOException, InterruptedException {
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        Nodes nodes = stage.nodes(cluster);
        try (var timeline = PodTimeline.follow(cluster);
                var load = CheckedLoad.start(nodes, timeline::pods, "bad-" + System.currentTimeMillis())) {
            int size = timeline.pods().size();
            String good = present(cluster);
            cluster.patch(CONFIG.formatted("\"often\""));
            Duration time = stage.await("Stalled", () -> cluster.isNot("Stalled", "True", "NodeCannotStart"));
            stage.note("stalled %.1f s after the bad setting", time.toMillis() / 1e3);
            JsonNode stalled = Cluster.condition(cluster.get(), "Stalled");
            Difference.unless(
                    stalled.path("message").asText().contains(SETTING),
                    "the operator should show why the node ends, says: %s",
                    stalled.path("message").asText());
            List<String> broken = timeline.stopped();
            Difference.unless(broken.size() == 1, "a bad setting should stop one node, stopped: %s", broken);
            cluster.patch(CONFIG.formatted(good));
            stage.await("the corrected node", cluster::notReady);
            List<String> order = timeline.stopped();
            stage.note("stopped in turn: %s", String.join(", ", order));
            judge(stage, timeline, load.finish());
            Difference.unless(
                    order.size() >= 2 && order.get(1).equals(broken.getFirst()),
                    "%s does not start and should be corrected first: %s",
                    broken.getFirst(),
                    order);
            // The others never saw the bad setting; they have the right one already.
            Difference.unless(
                    order.size() == 2 && size == timeline.pods().size(),
                    "only the broken node should restart, restarted: %s",
                    order);
        }
    }
}
