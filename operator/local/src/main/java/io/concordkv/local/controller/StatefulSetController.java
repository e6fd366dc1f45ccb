package io.concordkv.local.controller;

import static io.concordkv.local.client.Conditions.controllerOf;
import static io.concordkv.local.client.Conditions.isAvailable;
import static io.concordkv.local.client.Conditions.isControlledBy;
import static io.concordkv.local.client.Conditions.isDeleting;

import io.concordkv.local.client.Deletion;
import io.concordkv.local.client.EventRecorder;
import io.concordkv.local.client.ObjectKey;
import io.concordkv.local.client.WorkQueue;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Keeps the pods of each StatefulSet as its spec says. Each pass reads the pods from the API, not
/// from a cache, so a pass never acts on a state older than its own last write.
final class StatefulSetController implements Controller {
    private final KubernetesClient client;
    private final EventRecorder events;
    private final WorkQueue<ObjectKey> queue = new WorkQueue<>("statefulset-controller", this::reconcile);
    private final Watching watching = new Watching();

    StatefulSetController(KubernetesClient client) {
        this.client = client;
        this.events = new EventRecorder(client, "statefulset-controller");
    }

    @Override
    public void start() {
        watching.each(client.apps().statefulSets().inAnyNamespace(), set -> queue.add(ObjectKey.of(set)));
        watching.each(client.pods().inAnyNamespace(), this::podChanged);
        queue.start();
    }

    private void podChanged(Pod pod) {
        controllerOf(pod)
                .filter(owner -> owner.getKind().equals("StatefulSet"))
                .ifPresent(owner -> queue.add(new ObjectKey(pod.getMetadata().getNamespace(), owner.getName())));
    }

    private Optional<Duration> reconcile(ObjectKey key) {
        var set = client.apps()
                .statefulSets()
                .inNamespace(key.namespace())
                .withName(key.name())
                .get();
        if (set == null || isDeleting(set)) {
            return Optional.empty();
        }
        var pods = pods(set);
        var revisions = new StatefulSetRevisions(client, set);
        var claims = new StatefulSetClaims(client, set);
        for (var pod : pods) {
            ownClaims(set, claims, pod);
        }
        var plan = StatefulSetPlan.of(set, pods, revisions.currentName(), revisions.updateName(), Instant.now());
        boolean waiting = false;
        for (var step : plan) {
            waiting |= !perform(set, revisions, claims, step);
        }
        var now = plan.isEmpty() ? pods : pods(set);
        String current = StatefulSetStatusWriter.write(client, set, now, revisions, Instant.now());
        revisions.forgetOld(now, current);
        return waiting ? Optional.of(Duration.ofMillis(200)) : untilAvailable(set, now);
    }

    /// @return false when the step has to wait for something that sends no event
    private boolean perform(
            StatefulSet set, StatefulSetRevisions revisions, StatefulSetClaims claims, StatefulSetPlan.Step step) {
        return switch (step) {
            case StatefulSetPlan.Step.Create(int ordinal, String revision) -> {
                String name = StatefulSetPods.podName(set, ordinal);
                if (!claims.ensure(ordinal)) {
                    events.warning(
                            set,
                            "FailedCreate",
                            "create Pod " + name + " in StatefulSet "
                                    + set.getMetadata().getName() + " failed error: its claim is being deleted");
                    yield false;
                }
                create(set, StatefulSetPods.newPod(set, revisions.template(revision), revision, ordinal));
                yield true;
            }
            case StatefulSetPlan.Step.Delete(Pod pod) -> {
                Deletion.delete(
                        client,
                        Deletion.podPath(ObjectKey.of(pod)),
                        pod.getMetadata().getUid(),
                        null,
                        null);
                events.normal(
                        set,
                        "SuccessfulDelete",
                        "delete Pod " + pod.getMetadata().getName() + " in StatefulSet "
                                + set.getMetadata().getName() + " successful");
                yield true;
            }
        };
    }

    private void create(StatefulSet set, Pod pod) {
        String sentence = "create Pod " + pod.getMetadata().getName() + " in StatefulSet "
                + set.getMetadata().getName();
        try {
            client.resource(pod).create();
            events.normal(set, "SuccessfulCreate", sentence + " successful");
        } catch (KubernetesClientException refused) {
            events.warning(set, "FailedCreate", sentence + " failed error: " + refused.getMessage());
            throw refused;
        }
    }

    private static void ownClaims(StatefulSet set, StatefulSetClaims claims, Pod pod) {
        StatefulSetPods.ordinalOf(set, pod.getMetadata().getName()).ifPresent(ordinal -> {
            int first = StatefulSetPods.firstOrdinal(set);
            boolean wanted = ordinal >= first && ordinal < first + StatefulSetPods.replicas(set);
            claims.ownByPolicy(ordinal, wanted, pod);
        });
    }

    /// Pods that match the selector and belong to this set; orphans with a fitting name join it.
    private List<Pod> pods(StatefulSet set) {
        return client
                .pods()
                .inNamespace(set.getMetadata().getNamespace())
                .withLabelSelector(set.getSpec().getSelector())
                .list()
                .getItems()
                .stream()
                .map(pod -> mayAdopt(set, pod) ? adopt(set, pod) : pod)
                .filter(pod -> isControlledBy(pod, set.getMetadata().getUid()))
                .toList();
    }

    private static boolean mayAdopt(StatefulSet set, Pod pod) {
        return controllerOf(pod).isEmpty()
                && !isDeleting(pod)
                && StatefulSetPods.ordinalOf(set, pod.getMetadata().getName()).isPresent();
    }

    private Pod adopt(StatefulSet set, Pod pod) {
        var owners = StatefulSetPods.newPod(set, set.getSpec().getTemplate(), "", 0)
                .getMetadata()
                .getOwnerReferences();
        return client.resource(new PodBuilder(pod)
                        .editMetadata()
                        .addAllToOwnerReferences(owners)
                        .endMetadata()
                        .build())
                .update();
    }

    private static Optional<Duration> untilAvailable(StatefulSet set, List<Pod> pods) {
        int seconds = Objects.requireNonNullElse(set.getSpec().getMinReadySeconds(), 0);
        boolean waits = seconds > 0 && pods.stream().anyMatch(pod -> !isAvailable(pod, seconds, Instant.now()));
        return waits ? Optional.of(Duration.ofSeconds(1)) : Optional.empty();
    }

    @Override
    public void close() {
        watching.close();
        queue.close();
        events.close();
    }
}
