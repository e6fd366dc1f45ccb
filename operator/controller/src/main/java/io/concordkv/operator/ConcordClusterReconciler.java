package io.concordkv.operator;

import io.concordkv.crds.ConcordCluster;
import io.concordkv.crds.ConcordClusterStatus;
import io.concordkv.operator.act.ActReport;
import io.concordkv.operator.act.Executor;
import io.concordkv.operator.lead.Leadership;
import io.concordkv.operator.metric.OperatorMetrics;
import io.concordkv.operator.observe.LiveObjects;
import io.concordkv.operator.observe.Observer;
import io.concordkv.operator.observe.Snapshot;
import io.concordkv.operator.plan.Plan;
import io.concordkv.operator.plan.Planner;
import io.concordkv.operator.render.Names;
import io.concordkv.operator.status.EventWriter;
import io.concordkv.operator.status.StatusWriter;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// One pass over one cluster: observe, plan, act (rendering on the way), status. Never waits; what
/// is not finished is looked at again soon.
@ApplicationScoped
@ControllerConfiguration(
        name = "concordcluster",
        finalizerName = "concordkv.io/cluster",
        fieldManager = Names.MANAGER,
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 2, timeUnit = TimeUnit.MINUTES))
public class ConcordClusterReconciler implements Reconciler<ConcordCluster>, Cleaner<ConcordCluster> {
    /// Something was remembered that the next pass builds on.
    static final Duration AT_ONCE = Duration.ofMillis(20);

    /// Not yet as declared: nodes change without Kubernetes saying so.
    static final Duration SOON = Duration.ofSeconds(1);

    /// As declared: look whether shards and leaders still are.
    static final Duration CALM = Duration.ofSeconds(30);

    private final Observer observer;
    private final Executor executor;
    private final EventWriter events;
    private final OperatorMetrics metrics;
    private final Leadership leadership;

    @Inject
    public ConcordClusterReconciler(
            Observer observer, Executor executor, EventWriter events, OperatorMetrics metrics, Leadership leadership) {
        this.observer = observer;
        this.executor = executor;
        this.events = events;
        this.metrics = metrics;
        this.leadership = leadership;
    }

    @Override
    public List<EventSource<?, ConcordCluster>> prepareEventSources(EventSourceContext<ConcordCluster> context) {
        return new ArrayList<>(OwnedObjects.informers(context));
    }

    @Override
    public UpdateControl<ConcordCluster> reconcile(ConcordCluster cluster, Context<ConcordCluster> context) {
        Pass pass = pass(cluster, context);
        return UpdateControl.<ConcordCluster>noUpdate().rescheduleAfter(pass.again());
    }

    @Override
    public DeleteControl cleanup(ConcordCluster cluster, Context<ConcordCluster> context) {
        Pass pass = pass(cluster, context);
        if (pass.report().isFinished()) {
            letGo(cluster, context);
        }
        return DeleteControl.noFinalizerRemoval().rescheduleAfter(pass.again());
    }

    /// Applies a resource without our finalizer, as it was applied with it: one call, where that of the
    /// SDK also wants the right to read single resources. The uid keeps it from making a new one.
    private void letGo(ConcordCluster cluster, Context<ConcordCluster> context) {
        var patch = new ConcordCluster();
        patch.setMetadata(new ObjectMetaBuilder()
                .withNamespace(cluster.getMetadata().getNamespace())
                .withName(cluster.getMetadata().getName())
                .withUid(cluster.getMetadata().getUid())
                .build());
        if (!leadership.isHeld()) {
            return;
        }
        try {
            context.getClient()
                    .resource(patch)
                    .fieldManager(Names.MANAGER)
                    .forceConflicts()
                    .serverSideApply();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            // It is gone already, and so is what this pass has seen.
        }
    }

    private record Pass(ActReport report, Duration again) {}

    private Pass pass(ConcordCluster cluster, Context<ConcordCluster> context) {
        long started = System.nanoTime();
        String outcome = "failed";
        if (!leadership.isHeld()) {
            return new Pass(new ActReport(), SOON);
        }
        try {
            LiveObjects live = OwnedObjects.of(context);
            Snapshot snapshot = observer.observe(cluster, live);
            Plan plan = Planner.plan(snapshot);
            ActReport report = executor.execute(plan, snapshot, cluster, live);
            StatusWriter.Standing standing = StatusWriter.describe(snapshot, report.asCarriedOut(plan), report);
            boolean stored = !report.isFinished() && store(standing.status(), cluster, report, context);
            outcome = standing.converged() ? "converged" : standing.stalled() ? "stalled" : "waiting";
            boolean remembered = stored && isMilestone(cluster.recorded(), standing.status());
            return new Pass(report, remembered ? AT_ONCE : standing.converged() ? CALM : SOON);
        } finally {
            metrics.reconciled(outcome, Duration.ofNanos(System.nanoTime() - started));
        }
    }

    /// Only over the version this pass has seen: a pass that was overtaken must not take back what its
    /// successor has remembered. What it had to say beyond the status is told all the same.
    ///
    /// @return whether anything was written
    private boolean store(
            ConcordClusterStatus status, ConcordCluster cluster, ActReport report, Context<ConcordCluster> context) {
        ConcordClusterStatus before = cluster.recorded();
        if (status.equals(before)) {
            events.record(cluster, before, status, report);
            return false;
        }
        if (!leadership.isHeld()) {
            return false;
        }
        var patch = new ConcordCluster();
        patch.setMetadata(new ObjectMetaBuilder()
                .withNamespace(cluster.getMetadata().getNamespace())
                .withName(cluster.getMetadata().getName())
                .withResourceVersion(cluster.getMetadata().getResourceVersion())
                .build());
        patch.setStatus(status);
        try {
            context.resourceOperations().serverSideApplyPrimaryStatus(patch);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            events.record(cluster, before, before, report);
            return false;
        }
        metrics.wrote(ConcordCluster.KIND, "status");
        events.record(cluster, before, status, report);
        return true;
    }

    /// The next decision waits for this to be stored.
    private static boolean isMilestone(ConcordClusterStatus before, ConcordClusterStatus after) {
        return !Objects.equals(before.clusterId(), after.clusterId())
                || !Objects.equals(before.bootstrapped(), after.bootstrapped())
                || !Objects.equals(before.currentAction(), after.currentAction());
    }
}
