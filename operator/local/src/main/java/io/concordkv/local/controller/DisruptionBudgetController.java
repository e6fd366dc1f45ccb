package io.concordkv.local.controller;

import static io.concordkv.local.client.Conditions.controllerOf;
import static io.concordkv.local.client.Conditions.isDeleting;
import static io.concordkv.local.client.Conditions.isReady;

import io.concordkv.local.client.ObjectKey;
import io.concordkv.local.client.WorkQueue;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes how many pods of each budget may be evicted now. Only Ready pods count as healthy. An
/// eviction itself is decided by the API server from this status.
final class DisruptionBudgetController implements Controller {
    /// An eviction that was granted but after this time has not deleted its pod counts no longer.
    private static final Duration EVICTION_BELIEVED = Duration.ofMinutes(2);

    private final KubernetesClient client;
    private final WorkQueue<ObjectKey> queue = new WorkQueue<>("disruption-controller", this::reconcile);
    private final Watching watching = new Watching();

    DisruptionBudgetController(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public void start() {
        var budgets = watching.each(
                client.policy().v1().podDisruptionBudget().inAnyNamespace(), budget -> queue.add(ObjectKey.of(budget)));
        Runnable all = () -> budgets.getStore().list().forEach(budget -> queue.add(ObjectKey.of(budget)));
        watching.each(client.pods().inAnyNamespace(), pod -> all.run());
        watching.each(client.apps().statefulSets().inAnyNamespace(), set -> all.run());
        queue.start();
    }

    private Optional<Duration> reconcile(ObjectKey key) {
        var budget = client.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(key.namespace())
                .withName(key.name())
                .get();
        if (budget == null) {
            return Optional.empty();
        }
        var status = status(budget, pods(budget), Instant.now().truncatedTo(ChronoUnit.SECONDS));
        if (!status.equals(budget.getStatus())) {
            client.resource(new PodDisruptionBudgetBuilder(budget)
                            .withStatus(status)
                            .build())
                    .updateStatus();
        }
        return status.getDisruptedPods().isEmpty() ? Optional.empty() : Optional.of(EVICTION_BELIEVED);
    }

    private List<Pod> pods(PodDisruptionBudget budget) {
        var selector = budget.getSpec().getSelector();
        if (selector == null) {
            return List.of();
        }
        return client.pods()
                .inNamespace(budget.getMetadata().getNamespace())
                .withLabelSelector(selector)
                .list()
                .getItems();
    }

    private PodDisruptionBudgetStatus status(PodDisruptionBudget budget, List<Pod> pods, Instant now) {
        var disrupted = stillDisrupted(budget, pods, now);
        int healthy = (int) pods.stream()
                .filter(pod -> isReady(pod)
                        && !isDeleting(pod)
                        && !disrupted.containsKey(pod.getMetadata().getName()))
                .count();
        IntOrString minimum = budget.getSpec().getMinAvailable();
        int expected = isNumber(minimum) ? pods.size() : wanted(budget, pods);
        int desired = desired(budget, expected);
        int allowed = expected == 0 ? 0 : Math.max(0, healthy - desired);
        return new PodDisruptionBudgetStatusBuilder()
                .withObservedGeneration(budget.getMetadata().getGeneration())
                .withExpectedPods(expected)
                .withCurrentHealthy(healthy)
                .withDesiredHealthy(desired)
                .withDisruptionsAllowed(allowed)
                .withDisruptedPods(disrupted)
                .withConditions(condition(budget, allowed > 0, now))
                .build();
    }

    private static Map<String, String> stillDisrupted(PodDisruptionBudget budget, List<Pod> pods, Instant now) {
        var still = new TreeMap<String, String>();
        if (budget.getStatus() == null || budget.getStatus().getDisruptedPods() == null) {
            return still;
        }
        budget.getStatus().getDisruptedPods().forEach((name, at) -> {
            boolean there =
                    pods.stream().anyMatch(pod -> pod.getMetadata().getName().equals(name) && !isDeleting(pod));
            if (there && Instant.parse(at).plus(EVICTION_BELIEVED).isAfter(now)) {
                still.put(name, at);
            }
        });
        return still;
    }

    /// Replicas that the controllers of these pods want; a pod without one counts as itself.
    private int wanted(PodDisruptionBudget budget, List<Pod> pods) {
        var byController = new TreeMap<String, Integer>();
        for (var pod : pods) {
            var owner =
                    controllerOf(pod).filter(reference -> reference.getKind().equals("StatefulSet"));
            String uid = owner.map(reference -> reference.getUid())
                    .orElse(pod.getMetadata().getUid());
            byController.computeIfAbsent(
                    uid,
                    ignored -> owner.map(reference -> replicas(budget, reference.getName()))
                            .orElse(1));
        }
        return byController.values().stream().mapToInt(Integer::intValue).sum();
    }

    private int replicas(PodDisruptionBudget budget, String name) {
        var set = client.apps()
                .statefulSets()
                .inNamespace(budget.getMetadata().getNamespace())
                .withName(name)
                .get();
        return set == null ? 0 : StatefulSetPods.replicas(set);
    }

    private static int desired(PodDisruptionBudget budget, int expected) {
        IntOrString minimum = budget.getSpec().getMinAvailable();
        IntOrString unavailable = budget.getSpec().getMaxUnavailable();
        if (unavailable != null) {
            return Math.max(0, expected - resolved(unavailable, expected));
        }
        return minimum == null ? 1 : resolved(minimum, expected);
    }

    /// Percentages are rounded up, as Kubernetes does for both fields.
    private static int resolved(IntOrString value, int total) {
        if (value.getIntVal() != null) {
            return value.getIntVal();
        }
        int percent = Integer.parseInt(value.getStrVal().replace("%", "").strip());
        return (percent * total + 99) / 100;
    }

    private static boolean isNumber(@Nullable IntOrString value) {
        return value != null && value.getIntVal() != null;
    }

    private static Condition condition(PodDisruptionBudget budget, boolean allowed, Instant now) {
        String status = allowed ? "True" : "False";
        String since = budget.getStatus() == null
                ? now.toString()
                : budget.getStatus().getConditions().stream()
                        .filter(before -> before.getType().equals("DisruptionAllowed")
                                && before.getStatus().equals(status))
                        .map(Condition::getLastTransitionTime)
                        .findFirst()
                        .orElse(now.toString());
        return new ConditionBuilder()
                .withType("DisruptionAllowed")
                .withStatus(status)
                .withReason(allowed ? "SufficientPods" : "InsufficientPods")
                .withMessage("")
                .withLastTransitionTime(since)
                .withObservedGeneration(
                        Objects.requireNonNullElse(budget.getMetadata().getGeneration(), 0L))
                .build();
    }

    @Override
    public void close() {
        watching.close();
        queue.close();
    }
}
