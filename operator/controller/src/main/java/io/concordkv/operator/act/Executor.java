package io.concordkv.operator.act;

import io.concordkv.crds.ConcordCluster;
import io.concordkv.operator.admin.AdminClient;
import io.concordkv.operator.admin.AdminReply;
import io.concordkv.operator.lead.Leadership;
import io.concordkv.operator.metric.OperatorMetrics;
import io.concordkv.operator.observe.Expectations;
import io.concordkv.operator.observe.LiveObjects;
import io.concordkv.operator.observe.ObjectKey;
import io.concordkv.operator.observe.PodFacts;
import io.concordkv.operator.observe.Snapshot;
import io.concordkv.operator.plan.Decision;
import io.concordkv.operator.plan.Plan;
import io.concordkv.operator.plan.Problem;
import io.concordkv.operator.render.ClusterObjects;
import io.concordkv.operator.render.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// Carries a plan out, decision by decision. Every step may be the last one before a crash: the
/// next operator derives the rest from what it sees.
public final class Executor {
    private static final int CLUSTER_ID_BYTES = 16;

    private final ObjectWriter writer;
    private final AdminClient admin;
    private final Expectations expectations;
    private final OperatorMetrics metrics;
    private final RandomGenerator random;
    private final Leadership leadership;

    /// By uid of the resource: the id of the cluster whose founding was asked for.
    private final Map<String, String> asked = new ConcurrentHashMap<>();

    public Executor(
            ObjectWriter writer,
            AdminClient admin,
            Expectations expectations,
            OperatorMetrics metrics,
            RandomGenerator random,
            Leadership leadership) {
        this.writer = writer;
        this.admin = admin;
        this.expectations = expectations;
        this.metrics = metrics;
        this.random = random;
        this.leadership = leadership;
    }

    public ActReport execute(Plan plan, Snapshot snapshot, ConcordCluster cluster, LiveObjects live) {
        var report = new ActReport();
        for (Decision decision : plan.decisions()) {
            if (leadership.isHeld()) {
                perform(decision, snapshot, cluster, live, report);
            }
        }
        return report;
    }

    private void perform(
            Decision decision, Snapshot snapshot, ConcordCluster cluster, LiveObjects live, ActReport report) {
        if (!(decision instanceof Decision.ApplyObjects)) {
            metrics.decided(decision.type());
        }
        switch (decision) {
            case Decision.ApplyObjects apply -> apply(apply, cluster, live, report);
            case Decision.DrawClusterId() -> report.clusterId(drawClusterId());
            case Decision.AdoptClusterId(var id) -> {
                report.clusterId(id);
                report.note("ClusterAdopted", "the volumes belong to cluster " + id);
            }
            case Decision.RememberActive() -> becameActive(snapshot, cluster, report);
            case Decision.Found found -> found(found, snapshot, cluster, report);
            case Decision.RestartNode restart -> restart(restart, snapshot, cluster, report);
            case Decision.DeletePod(var pod, var uid, var exception) -> deletePod(pod, uid, exception, cluster, report);
            case Decision.Release release -> release(release, snapshot, cluster, report);
            case Decision.Nudge(var uid) -> nudge(uid, snapshot, cluster, report);
            case Decision.DeleteSet(var uid) -> {
                String set = Names.set(snapshot.name());
                delete("/apis/apps/v1/namespaces/%s/statefulsets/%s", "StatefulSet", set, uid, cluster, report);
            }
            case Decision.DeleteClaims(var names) ->
                snapshot.claims().stream()
                        .filter(c -> names.contains(c.name()))
                        .forEach(c -> delete(
                                "/api/v1/namespaces/%s/persistentvolumeclaims/%s",
                                "PersistentVolumeClaim", c.name(), c.uid(), cluster, report));
            case Decision.Forget() -> {
                expectations.forget(cluster.getMetadata().getUid());
                asked.remove(cluster.getMetadata().getUid());
                report.finished();
            }
        }
    }

    /// The StatefulSet, which comes last, is not made while a name it depends on is somebody else's.
    private void apply(Decision.ApplyObjects apply, ConcordCluster cluster, LiveObjects live, ActReport report) {
        boolean taken = false;
        for (HasMetadata wanted : ClusterObjects.of(cluster, apply.replicas(), apply.maxUnavailable())) {
            if (!leadership.isHeld()) {
                return;
            }
            ObjectKey key = ObjectKey.of(wanted);
            if (taken && wanted instanceof StatefulSet && live.find(key).isEmpty()) {
                continue;
            }
            try {
                switch (writer.bring(wanted, live.find(key), leadership)) {
                    case ObjectWriter.Outcome.Unchanged() -> {}
                    case ObjectWriter.Outcome.Taken() -> {
                        taken = true;
                        report.problem(nameTaken(key));
                    }
                    case ObjectWriter.Outcome.Written(var object, var drift) -> {
                        metrics.decided(apply.type());
                        expectations.written(cluster.getMetadata().getUid(), object);
                        report.wrote();
                        if (drift) {
                            report.note(
                                    "DriftCorrected", key.kind() + " " + key.name() + " was changed by somebody else");
                        }
                    }
                }
            } catch (KubernetesClientException e) {
                report.problem(refused(e, "", key));
            }
        }
    }

    /// An API server that fails at one object may do so for ever, and that must be told.
    ///
    /// @throws KubernetesClientException when there was no answer: then nothing else can be written either
    private static Problem refused(KubernetesClientException e, String what, ObjectKey key) {
        if (e.getCode() < 400) {
            throw e;
        }
        String does = e.getCode() < 500 ? "refuses " : "fails at ";
        return new Problem(
                Problem.Kind.APPLY_REFUSED,
                key.kind() + "/" + key.name(),
                "the API server " + does + what + key.kind() + " " + key.name() + ": " + e.getMessage());
    }

    private void nudge(String uid, Snapshot snapshot, ConcordCluster cluster, ActReport report) {
        String set = Names.set(snapshot.name());
        try {
            writer.nudge(cluster.getMetadata().getNamespace(), set, uid, snapshot.now());
        } catch (KubernetesClientException e) {
            report.problem(refused(e, "a touch of ", new ObjectKey("StatefulSet", set)));
        }
    }

    private static Problem nameTaken(ObjectKey key) {
        return new Problem(
                Problem.Kind.NAME_TAKEN,
                key.kind() + "/" + key.name(),
                "%s %s is there already and belongs to somebody else; it is left alone. Remove it, or give the cluster another name"
                        .formatted(key.kind(), key.name()));
    }

    /// A node that is busy or away is no refusal: the same founding is sent again by the next pass.
    private void found(Decision.Found found, Snapshot snapshot, ConcordCluster cluster, ActReport report) {
        asked.put(cluster.getMetadata().getUid(), found.body().clusterId());
        switch (admin.bootstrap(ip(snapshot, found.via()), found.body())) {
            case AdminReply.Answer answer
            when answer.isOk() -> noteFounded(found.body().clusterId(), report);
            case AdminReply.Answer answer
            when answer.status() < 500 && !answer.isConflicting() ->
                report.problem(new Problem(
                        Problem.Kind.FOUNDING_REFUSED,
                        snapshot.name(),
                        found.via() + " refuses to found the cluster: " + answer.refusal()));
            case AdminReply.Answer answer -> report.blocker("founding: " + answer.refusal());
            case AdminReply.NoAnswer(var reason) -> report.blocker("founding: " + found.via() + ": " + reason);
        }
    }

    /// Nodes that have prepared may finish a founding whose answer said that it is unfinished.
    private void becameActive(Snapshot snapshot, ConcordCluster cluster, ActReport report) {
        report.becameActive();
        String id = asked.get(cluster.getMetadata().getUid());
        if (id != null && id.equals(snapshot.recorded().clusterId())) {
            noteFounded(id, report);
        }
    }

    /// Said twice, it is one event: the same words are.
    private static void noteFounded(String clusterId, ActReport report) {
        report.note("ClusterFounded", "cluster " + clusterId + " is founded");
    }

    private void restart(Decision.RestartNode restart, Snapshot snapshot, ConcordCluster cluster, ActReport report) {
        switch (admin.reservation(ip(snapshot, restart.via()), restart.nodeId(), "reserve", claim(cluster))) {
            case AdminReply.Answer answer
            when answer.isOk() -> {
                if (restart.mayDelete()) {
                    deletePod(restart.pod(), restart.uid(), "its restart is reserved", cluster, report);
                }
            }
            case AdminReply.Answer answer ->
                report.blocker("restart of " + restart.pod() + " is not granted: " + answer.refusal());
            case AdminReply.NoAnswer(var reason) ->
                report.blocker("restart of " + restart.pod() + " is not granted: " + reason);
        }
    }

    /// The reservation is given back only when the cluster says so.
    private void release(Decision.Release release, Snapshot snapshot, ConcordCluster cluster, ActReport report) {
        switch (admin.reservation(ip(snapshot, release.via()), release.nodeId(), "release", claim(cluster))) {
            // Somebody else holds the node, or it is no member any more: ours has ended.
            case AdminReply.Answer answer when answer.isOk() || answer.isConflicting() || answer.status() == 404 -> {}
            case AdminReply.Answer answer -> notReleased(release, answer.refusal(), report);
            case AdminReply.NoAnswer(var reason) -> notReleased(release, reason, report);
        }
    }

    private static void notReleased(Decision.Release release, String reason, ActReport report) {
        report.blocker("the reservation of " + release.pod() + " is not given back yet: " + reason);
        release.action().ifPresent(report::stays);
    }

    private void deletePod(String pod, String uid, String why, ConcordCluster cluster, ActReport report) {
        if (delete("/api/v1/namespaces/%s/pods/%s", "Pod", pod, uid, cluster, report)) {
            report.note("NodeRestarting", pod + " restarts with the new template; " + why);
        }
    }

    /// Returns whether the object ends. What was refused or got no answer is not waited for: the next pass
    /// may delete the same uid again, which is harmless if it was done after all.
    private boolean delete(
            String path, String kind, String name, String uid, ConcordCluster cluster, ActReport report) {
        if (!leadership.isHeld()) {
            return false; // the answer of a node took longer than the right to act lasted
        }
        ObjectKey key = new ObjectKey(kind, name);
        String owner = cluster.getMetadata().getUid();
        expectations.deleted(owner, key, uid);
        try {
            writer.delete(path.formatted(cluster.getMetadata().getNamespace(), name), kind, uid);
            report.wrote();
            return true;
        } catch (KubernetesClientException e) {
            expectations.notDeleted(owner, key);
            report.problem(refused(e, "the deletion of ", key));
            return false;
        }
    }

    /// Who asks and what for.
    private static Map<String, String> claim(ConcordCluster cluster) {
        return Map.of(
                "purpose",
                "restart",
                "owner",
                Names.reservationOwner(
                        cluster.getMetadata().getNamespace(),
                        cluster.getMetadata().getName()));
    }

    private static String ip(Snapshot snapshot, String pod) {
        return snapshot.pod(pod)
                .map(PodFacts::ip)
                .orElseThrow(() -> new IllegalStateException("the plan asks " + pod + ", which has no address"));
    }

    private String drawClusterId() {
        byte[] id = new byte[CLUSTER_ID_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
