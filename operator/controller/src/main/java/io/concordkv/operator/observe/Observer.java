package io.concordkv.operator.observe;

import io.concordkv.crds.ClusterMember;
import io.concordkv.crds.ConcordCluster;
import io.concordkv.operator.admin.AdminClient;
import io.concordkv.operator.admin.AdminReply;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Builds the snapshot: Kubernetes from caches, nodes by asking all of them at once.
public class Observer {
    private static final int CLUSTER_QUESTIONS_MAX = 3;

    private final AdminClient admin;
    private final Expectations expectations;
    private final Causes causes;
    private final Clock clock;
    private final Absences absences = new Absences();

    public Observer(AdminClient admin, Expectations expectations, Causes causes, Clock clock) {
        this.admin = admin;
        this.expectations = expectations;
        this.causes = causes;
        this.clock = clock;
    }

    public Snapshot observe(ConcordCluster cluster, LiveObjects live) {
        String name = cluster.getMetadata().getName();
        String prefix = name + "-a-";
        String namespace = cluster.getMetadata().getNamespace();
        Instant now = clock.instant();
        List<PodFacts> pods = live.all(Pod.class)
                .filter(p -> ordinal(p.getMetadata().getName(), prefix) >= 0)
                .map(p -> KubeFacts.pod(p, ordinal(p.getMetadata().getName(), prefix), now))
                .sorted(Comparator.comparingInt(PodFacts::ordinal))
                .toList();
        List<ClaimFacts> claims = live.all(PersistentVolumeClaim.class)
                .filter(c -> ordinal(c.getMetadata().getName(), "data-" + prefix) >= 0)
                .map(c -> KubeFacts.claim(c, ordinal(c.getMetadata().getName(), "data-" + prefix), unbound(c, now)))
                .sorted(Comparator.comparingInt(ClaimFacts::ordinal))
                .toList();
        boolean deleting = cluster.getMetadata().getDeletionTimestamp() != null;
        Map<String, NodeAnswer> answers = deleting ? Map.of() : ask(pods);
        Set<String> longAway = longAway(cluster, pods, answers, now);
        return new Snapshot(
                namespace,
                name,
                cluster.getMetadata().getGeneration(),
                deleting,
                cluster.getSpec(),
                cluster.recorded(),
                live.find(StatefulSet.class, name + "-a")
                        .map(set -> KubeFacts.set(set, deleting ? Map.of() : refused(set, pods))),
                pods,
                claims,
                live.find(PodDisruptionBudget.class, name).map(KubeFacts::budget),
                expectations.isSettled(cluster.getMetadata().getUid(), live),
                answers,
                longAway,
                askAboutCluster(pods, answers),
                now);
    }

    private Set<String> longAway(
            ConcordCluster cluster, List<PodFacts> pods, Map<String, NodeAnswer> answers, Instant now) {
        String uid = cluster.getMetadata().getUid();
        if (cluster.getMetadata().getDeletionTimestamp() != null) {
            absences.forget(uid);
            return Set.of();
        }
        var wanted = new TreeSet<String>();
        var serving = new TreeSet<String>();
        for (ClusterMember member :
                Objects.requireNonNullElse(cluster.recorded().members(), List.<ClusterMember>of())) {
            wanted.add(member.name());
        }
        for (PodFacts pod : pods) {
            wanted.add(pod.name());
            boolean serves = pod.ready()
                    && answers.get(pod.name()) instanceof NodeAnswer.Answered(var facts)
                    && facts.state() == NodeState.SERVING;
            if (serves && !pod.deleting()) {
                serving.add(pod.name());
            }
        }
        return absences.look(uid, wanted, serving, now);
    }

    /// Why pods are missing, by pod name.
    private Map<String, String> refused(StatefulSet set, List<PodFacts> pods) {
        var refused = new TreeMap<String, String>();
        int replicas = Objects.requireNonNullElse(set.getSpec().getReplicas(), 1);
        for (int ordinal = 0; ordinal < replicas; ordinal++) {
            String name = set.getMetadata().getName() + "-" + ordinal;
            boolean missing = pods.stream().noneMatch(p -> p.name().equals(name));
            causes.ofMissingPod(
                            set.getMetadata().getNamespace(), set.getMetadata().getUid(), name, missing)
                    .ifPresent(cause -> refused.put(name, cause));
        }
        return refused;
    }

    private @Nullable String unbound(PersistentVolumeClaim claim, Instant now) {
        return KubeFacts.unboundFor(claim, now)
                .flatMap(age -> causes.ofUnboundClaim(
                        claim.getMetadata().getNamespace(),
                        claim.getMetadata().getUid(),
                        claim.getSpec().getStorageClassName(),
                        age))
                .orElse(null);
    }

    private Map<String, NodeAnswer> ask(List<PodFacts> pods) {
        var asked = new TreeMap<String, CompletableFuture<AdminReply>>();
        for (PodFacts pod : pods) {
            if (pod.ip() != null && pod.container().running()) {
                asked.put(pod.name(), admin.node(pod.ip()));
            }
        }
        var answers = new TreeMap<String, NodeAnswer>();
        asked.forEach((pod, reply) -> answers.put(pod, answer(reply.join())));
        return answers;
    }

    private static NodeAnswer answer(AdminReply reply) {
        return switch (reply) {
            case AdminReply.Answer answer ->
                answer.isOk()
                        ? new NodeAnswer.Answered(AdminJson.node(answer.body()))
                        : new NodeAnswer.Silent(answer.refusal());
            case AdminReply.NoAnswer(var reason) -> new NodeAnswer.Silent(reason);
        };
    }

    /// Ready nodes first: they have heard from a topology quorum lately.
    private Optional<ClusterFacts> askAboutCluster(List<PodFacts> pods, Map<String, NodeAnswer> answers) {
        return pods.stream()
                .filter(p -> answers.get(p.name()) instanceof NodeAnswer.Answered(var facts)
                        && facts.state().isActivated()
                        && facts.state() != NodeState.DAMAGED)
                .sorted(Comparator.comparing((PodFacts p) -> !p.ready()).thenComparingInt(PodFacts::ordinal))
                .limit(CLUSTER_QUESTIONS_MAX)
                .map(this::askAboutCluster)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<ClusterFacts> askAboutCluster(PodFacts pod) {
        return pod.ip() != null && admin.cluster(pod.ip()) instanceof AdminReply.Answer answer && answer.isOk()
                ? Optional.of(AdminJson.cluster(answer.body()))
                : Optional.empty();
    }

    /// Number after the prefix, −1 when the name is not of this family.
    private static int ordinal(String name, String prefix) {
        if (!name.startsWith(prefix)) {
            return -1;
        }
        String digits = name.substring(prefix.length());
        return !digits.isEmpty() && digits.length() <= 9 && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Integer.parseInt(digits)
                : -1;
    }
}
