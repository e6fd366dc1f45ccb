package io.concordkv.it.kube;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Follows the pods of a cluster through a watch: which are there now, in what order they were
/// stopped, and how many were away at the same time.
public final class PodTimeline implements AutoCloseable {
    private final SharedIndexInformer<Pod> informer;
    private final Map<String, Pod> present = new TreeMap<>();
    private final Set<String> stoppedUids = new TreeSet<>();
    private final List<String> stopped = new ArrayList<>();
    private final Set<String> awayTogether = new LinkedHashSet<>();
    private final Set<String> expected = new TreeSet<>();

    private PodTimeline(Cluster cluster) {
        cluster.pods().forEach(this::seen);
        expected.addAll(present.keySet());
        informer = cluster.client()
                .pods()
                .inNamespace(cluster.namespace())
                .withLabel(Cluster.LABEL, cluster.name())
                .inform(new Handler());
    }

    /// The pods there are now are those expected to be ready from now on.
    public static PodTimeline follow(Cluster cluster) {
        return new PodTimeline(cluster);
    }

    private final class Handler implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            seen(pod);
        }

        @Override
        public void onUpdate(Pod before, Pod now) {
            seen(now);
        }

        @Override
        public void onDelete(Pod pod, boolean stateUnknown) {
            gone(pod);
        }
    }

    private synchronized void seen(Pod pod) {
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            stops(pod);
        }
        present.put(pod.getMetadata().getName(), pod);
        count();
    }

    private synchronized void gone(Pod pod) {
        stops(pod);
        present.computeIfPresent(
                pod.getMetadata().getName(),
                (_, now) -> now.getMetadata().getUid().equals(pod.getMetadata().getUid()) ? null : now);
        count();
    }

    private void stops(Pod pod) {
        if (stoppedUids.add(pod.getMetadata().getUid())) {
            stopped.add(pod.getMetadata().getName());
        }
    }

    private void count() {
        var away = new TreeSet<>(expected);
        away.removeIf(name -> present.containsKey(name) && Cluster.isReady(present.get(name)));
        if (away.size() > 1) {
            awayTogether.add(String.join(" and ", away));
        }
    }

    public synchronized List<Pod> pods() {
        return List.copyOf(present.values());
    }

    /// Names in the order their pods began to stop; a name again for each of its pods.
    public synchronized List<String> stopped() {
        return List.copyOf(stopped);
    }

    /// Groups of pods that were not ready at the same moment; empty when there was never more than one.
    public synchronized Set<String> awayTogether() {
        return Set.copyOf(awayTogether);
    }

    @Override
    public void close() {
        informer.close();
    }
}
