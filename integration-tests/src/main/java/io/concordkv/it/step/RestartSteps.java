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
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Changes of configuration and image restart nodes, one at a time, under a checked load.
final class RestartSteps {
    /// A setting that changes nothing anybody notices.
    private static final String SETTING = "concord.raft.heartbeat";

    private static final String CONFIG = "{\"spec\":{\"config\":{\"" + SETTING + "\":%s}}}";

    private static final String IMAGE = "{\"spec\":{\"image\":\"%s\"}}";

    /// No registry has it.
    private static final String ABSENT_IMAGE = "concordkv/no-such-image:latest";

    /// Ends with an error at once.
    private static final String CRASHING_IMAGE = "concordkv/node:fail";

    /// Not said of an image that cannot be had.
    private static final String CRASHES = "its container ends again and again";

    private RestartSteps() {}

    static final Step ROLLING = new Step(
            "rolling-restart",
            "a changed setting restarts one node at a time, most leaders last, and loses no write",
            RestartSteps::rolling);
    static final Step IMAGE_CHANGE = new Step(
            "image-change", "another image reaches one node at a time, and loses no write", RestartSteps::imageChange);
    static final Step BAD_CONFIG = new Step(
            "bad-config",
            "a setting no node starts with stops one node; corrected, that node goes first",
            RestartSteps::badConfig);
    static final Step ABSENT_IMAGE_STEP = new Step(
            "absent-image",
            "an image that cannot be had stops one node and says why; corrected, that node goes first",
            stage -> badImage(stage, ABSENT_IMAGE, ABSENT_IMAGE));
    static final Step CRASHING_IMAGE_STEP = new Step(
            "crashing-image",
            "an image that crashes stops one node and says why; corrected, that node goes first",
            stage -> badImage(stage, CRASHING_IMAGE, CRASHES));

    private static void rolling(Stage stage) throws IOException, InterruptedException {
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        String other = present(cluster).equals("\"110ms\"") ? "\"120ms\"" : "\"110ms\"";
        rolls(stage, cluster, CONFIG.formatted(other));
    }

    private static void imageChange(Stage stage) throws IOException, InterruptedException {
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        String other = stage.otherImage();
        rolls(stage, cluster, IMAGE.formatted(other));
        for (Pod pod : cluster.pods()) {
            String runs = pod.getSpec().getContainers().getFirst().getImage();
            Difference.unless(
                    runs.equals(other), "%s runs %s", pod.getMetadata().getName(), runs);
        }
    }

    private static String image(Cluster cluster) {
        return cluster.get().path("spec").path("image").asText();
    }

    /// After the patch each node restarts once, one at a time, and the one that led most shards last.
    private static void rolls(Stage stage, Cluster cluster, String patch) throws IOException, InterruptedException {
        Nodes nodes = stage.nodes(cluster);
        String mostLeading = giveLeaders(stage, cluster, nodes);
        try (var timeline = PodTimeline.follow(cluster);
                var load = CheckedLoad.start(nodes, timeline::pods, "rolling-" + System.currentTimeMillis())) {
            int size = timeline.pods().size();
            long began = System.nanoTime();
            cluster.patch(patch);
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
        judgeWrites(stage, outcome);
        Difference.unless(timeline.awayTogether().isEmpty(), "away at the same time: %s", timeline.awayTogether());
    }

    static void judgeWrites(Stage stage, CheckedLoad.Outcome outcome) {
        stage.note(
                "%d writes acknowledged, longest pause between two %d ms",
                outcome.acknowledged(), outcome.longestPause().toMillis());
        Difference.unless(outcome.violations().isEmpty(), "acknowledged writes are lost: %s", outcome.violations());
        Difference.unless(outcome.acknowledged() > 0, "no write was acknowledged");
    }

    private static void badConfig(Stage stage) throws IOException, InterruptedException {
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        stopsOneNode(stage, cluster, CONFIG.formatted("\"often\""), SETTING, CONFIG.formatted(present(cluster)));
    }

    private static void badImage(Stage stage, String image, String said) throws IOException, InterruptedException {
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        stopsOneNode(stage, cluster, IMAGE.formatted(image), said, IMAGE.formatted(image(cluster)));
    }

    /// @param said  what the message of condition Stalled must hold
    /// @param right the patch that makes all well again
    private static void stopsOneNode(Stage stage, Cluster cluster, String bad, String said, String right)
            throws IOException, InterruptedException {
        Nodes nodes = stage.nodes(cluster);
        try (var timeline = PodTimeline.follow(cluster);
                var load = CheckedLoad.start(nodes, timeline::pods, "bad-" + System.currentTimeMillis())) {
            int size = timeline.pods().size();
            cluster.patch(bad);
            List<String> broken;
            try {
                Duration time = stage.await("Stalled", () -> cluster.doesNotSay("Stalled", "True", said));
                stage.note("stalled %.1f s after the change", time.toMillis() / 1e3);
                stage.note(
                        "%s",
                        Cluster.condition(cluster.get(), "Stalled")
                                .path("message")
                                .asText());
                broken = timeline.stopped();
            } finally {
                cluster.patch(right);
            }
            Difference.unless(broken.size() == 1, "it should stop one node, stopped: %s", broken);
            stage.await("the corrected node", cluster::notReady);
            List<String> order = timeline.stopped();
            stage.note("stopped in turn: %s", String.join(", ", order));
            judge(stage, timeline, load.finish());
            // The others never saw the bad one; they have the right one already.
            Difference.unless(
                    order.size() == 2
                            && order.get(1).equals(broken.getFirst())
                            && size == timeline.pods().size(),
                    "only %s does not start and should restart once more, restarted: %s",
                    broken.getFirst(),
                    order);
        }
    }
}
