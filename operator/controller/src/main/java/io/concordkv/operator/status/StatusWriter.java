package io.concordkv.operator.status;

import io.concordkv.crds.ClusterCondition;
import io.concordkv.crds.ClusterEndpoints;
import io.concordkv.crds.ClusterMember;
import io.concordkv.crds.ClusterSummary;
import io.concordkv.crds.ClusterVersion;
import io.concordkv.crds.ConcordClusterStatus;
import io.concordkv.crds.CurrentAction;
import io.concordkv.crds.ShardCounts;
import io.concordkv.operator.act.ActReport;
import io.concordkv.operator.observe.PodFacts;
import io.concordkv.operator.observe.ShardFacts;
import io.concordkv.operator.observe.Snapshot;
import io.concordkv.operator.plan.Action;
import io.concordkv.operator.plan.Members;
import io.concordkv.operator.plan.Plan;
import io.concordkv.operator.render.Names;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Describes a cluster to its user. The same sight gives the same status, times included, so that
/// an unchanged one need not be written.
public final class StatusWriter {
    private final Snapshot snapshot;
    private final Judgement judgement;
    private final ConcordClusterStatus before;
    private final String now;

    private StatusWriter(Snapshot snapshot, Judgement judgement) {
        this.snapshot = snapshot;
        this.judgement = judgement;
        this.before = snapshot.recorded();
        this.now = snapshot.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /// How the cluster stands after a pass.
    ///
    /// @param status    what to store
    /// @param converged nothing is left to do
    /// @param stalled   waiting does not help
    public record Standing(ConcordClusterStatus status, boolean converged, boolean stalled) {}

    public static Standing describe(Snapshot snapshot, Plan plan, ActReport report) {
        var judgement = new Judgement(snapshot, plan, report);
        var status = new StatusWriter(snapshot, judgement).status(plan, report);
        return new Standing(status, judgement.isConverged(), judgement.isStalled());
    }

    private ConcordClusterStatus status(Plan plan, ActReport report) {
        var members = Members.of(snapshot);
        List<ClusterMember> rows = MemberRows.of(snapshot, members, judgement.problems());
        int pods = snapshot.pods().size();
        int ready = (int) snapshot.pods().stream().filter(PodFacts::ready).count();
        String name = snapshot.name();
        String service = Names.host(name, snapshot.namespace());
        String peers = Names.host(Names.peers(name), snapshot.namespace());
        return new ConcordClusterStatus(
                snapshot.generation(),
                report.clusterId().orElse(before.clusterId()),
                snapshot.isBootstrapped() || report.isActive() ? Boolean.TRUE : null,
                pods,
                ready,
                Names.selectorText(name),
                new ClusterVersion(
                        currentVersion(rows), targetVersion(snapshot.spec().image())),
                rows,
                shards(ready == members.size()),
                plan.action().map(this::action).orElse(null),
                judgement.blockers(),
                new ClusterEndpoints("http://" + service + ":8080", "http://" + peers + ":9000"),
                new ClusterSummary(ready + "/" + snapshot.spec().nodes()),
                conditions());
    }

    private CurrentAction action(Action action) {
        @Nullable CurrentAction old = before.currentAction();
        String since = old != null
                        && old.type().equals(action.type().word())
                        && old.target().equals(action.target())
                ? old.startedAt()
                : now;
        return new CurrentAction(action.type().word(), action.target(), since, action.reason());
    }

    private List<ClusterCondition> conditions() {
        var conditions = new ArrayList<ClusterCondition>();
        judgement.verdicts().forEach((type, verdict) -> {
            String since = before.condition(type.word())
                    .filter(c -> c.status().equals(verdict.word()))
                    .map(ClusterCondition::lastTransitionTime)
                    .orElse(now);
            conditions.add(new ClusterCondition(
                    type.word(), verdict.word(), verdict.reason(), verdict.message(), since, snapshot.generation()));
        });
        return conditions;
    }

    private @Nullable ShardCounts shards(boolean everybodyIsReady) {
        if (snapshot.cluster().isPresent()) {
            List<ShardFacts> shards = snapshot.cluster().get().shards().stream()
                    .filter(s -> !s.isTopology())
                    .toList();
            return new ShardCounts(
                    shards.size(),
                    (int) shards.stream().filter(s -> s.led() && s.quorate()).count(),
                    (int) shards.stream().filter(ShardFacts::underReplicated).count());
        }
        @Nullable ShardCounts old = before.shards();
        return old == null || everybodyIsReady ? old : new ShardCounts(old.total(), 0, old.total());
    }

    private @Nullable String currentVersion(List<ClusterMember> rows) {
        var versions = new TreeSet<String>();
        for (ClusterMember row : rows) {
            if (row.version() != null) {
                versions.add(row.version());
            }
        }
        return versions.isEmpty() ? null : String.join(", ", versions);
    }

    /// Tag of the image, or its digest.
    static String targetVersion(String image) {
        int digest = image.indexOf('@');
        if (digest >= 0) {
            return image.substring(digest + 1);
        }
        int colon = image.lastIndexOf(':');
        return colon > image.lastIndexOf('/') ? image.substring(colon + 1) : "latest";
    }
}
