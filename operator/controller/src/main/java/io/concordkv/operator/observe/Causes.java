package io.concordkv.operator.observe;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Why Kubernetes has not made a pod or a volume: it says so only in events. They are read while
/// something is missing, and not more often than every [AGAIN_AFTER][#AGAIN_AFTER] for each object.
public class Causes {
    private static final Logger LOG = Logger.getLogger(Causes.class);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);
    private static final Duration MISSED_FOR = Duration.ofSeconds(5);
    private static final Duration LOOKED_FOR_EVERY = Duration.ofMinutes(5);
    private static final int REMEMBERED_MAX = 1_000;

    /// Longer than a provisioner takes that is there.
    static final Duration PROVIDED_WITHIN = Duration.ofSeconds(30);

    private static final Set<String> WAITS_FOR_POD = Set.of("WaitForFirstConsumer", "WaitForPodScheduled");
    private static final String WAITS_FOR_PROVISIONER = "ExternalProvisioning";

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, Read> reads = new ConcurrentHashMap<>();
    private final Map<String, Missed> missed = new ConcurrentHashMap<>();

    /// @param seen when it was last looked for: nobody looks for the pods of a deleted cluster
    private record Missed(Instant since, Instant seen) {}

    private record Read(Instant at, Optional<List<Event>> events) {}

    public Causes(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /// @param set     uid of the StatefulSet
    /// @param missing whether the pod is missing now
    /// @return why it was not made, when it has been missing for some time and an event tells
    Optional<String> ofMissingPod(String namespace, String set, String pod, boolean missing) {
        String key = set + "/" + pod;
        if (!missing) {
            missed.remove(key);
            return Optional.empty();
        }
        Instant now = clock.instant();
        if (!missed.containsKey(key)) {
            missed.values()
                    .removeIf(other -> other.seen().plus(LOOKED_FOR_EVERY).isBefore(now));
        }
        Missed found = missed.merge(key, new Missed(now, now), (before, _) -> new Missed(before.since(), now));
        if (found.since().plus(MISSED_FOR).isAfter(now)) {
            return Optional.empty();
        }
        return events(namespace, set).flatMap(events -> refusal(events, pod));
    }

    /// How many missing pods are remembered.
    int missedPods() {
        return missed.size();
    }

    /// Why the pod, or its claim, was refused last, unless the same was made later.
    static Optional<String> refusal(List<Event> events, String pod) {
        return newest(events, e -> "FailedCreate".equals(e.getReason()) && names(e, pod))
                .filter(refused -> events.stream()
                        .noneMatch(e -> "SuccessfulCreate".equals(e.getReason())
                                && names(e, pod)
                                && what(e).equals(what(refused))
                                && time(e).compareTo(time(refused)) > 0))
                .map(refused -> afterLast(refused.getMessage(), " failed error: "));
    }

    /// `create Pod demo-a-1 …`, `create Claim data-demo-a-1 …`: the second word.
    private static String what(Event event) {
        String[] words = Objects.requireNonNullElse(event.getMessage(), "").split(" ", 3);
        return words.length < 2 ? "" : words[1];
    }

    /// @param claim        uid of a claim that has no volume
    /// @param storageClass of the claim; null when it has none
    /// @param age          how long it has been without
    /// @return why; empty while that is nothing unusual
    Optional<String> ofUnboundClaim(String namespace, String claim, @Nullable String storageClass, Duration age) {
        return events(namespace, claim)
                .flatMap(events -> unbound(events, age))
                .map(cause ->
                        cause + (storageClass == null ? " (no StorageClass)" : " (StorageClass " + storageClass + ")"));
    }

    /// A provisioner that is away says nothing, so after some time silence, and that Kubernetes waits for it,
    /// are a cause too. A claim that waits for its pod to get a machine is none.
    static Optional<String> unbound(List<Event> events, Duration age) {
        Optional<String> refused = newest(
                        events, e -> "Warning".equals(e.getType()) || "FailedBinding".equals(e.getReason()))
                .map(Event::getMessage);
        boolean waitsForPod = events.stream().anyMatch(e -> WAITS_FOR_POD.contains(e.getReason()));
        boolean waitsForProvisioner = events.stream().anyMatch(e -> WAITS_FOR_PROVISIONER.equals(e.getReason()));
        if (refused.isPresent() || age.compareTo(PROVIDED_WITHIN) < 0 || (waitsForPod && !waitsForProvisioner)) {
            return refused;
        }
        return newest(events, e -> WAITS_FOR_PROVISIONER.equals(e.getReason()))
                .map(Event::getMessage)
                .or(() -> Optional.of("nobody has made one, and nobody says why"));
    }

    private static Optional<Event> newest(List<Event> events, Predicate<Event> which) {
        return events.stream().filter(which).max(Comparator.comparing(Causes::time));
    }

    /// Empty when they cannot be read.
    private Optional<List<Event>> events(String namespace, String uid) {
        Instant now = clock.instant();
        @Nullable Read before = reads.get(uid);
        if (before != null && before.at().plus(AGAIN_AFTER).isAfter(now)) {
            return before.events();
        }
        Optional<List<Event>> events = read(namespace, uid);
        if (reads.size() >= REMEMBERED_MAX) {
            reads.values().removeIf(read -> read.at().plus(AGAIN_AFTER).isBefore(now));
        }
        reads.put(uid, new Read(now, events));
        return events;
    }

    /// Without an answer the fault has no cause to show; what is done does not depend on it.
    private Optional<List<Event>> read(String namespace, String uid) {
        try {
            return Optional.of(client.v1()
                    .events()
                    .inNamespace(namespace)
                    .withField("involvedObject.uid", uid)
                    .list()
                    .getItems());
        } catch (KubernetesClientException e) {
            LOG.warnf("events of %s in %s cannot be read: %s", uid, namespace, e.getMessage());
            return Optional.empty();
        }
    }

    private static String time(Event event) {
        String last = event.getLastTimestamp();
        return last != null
                ? last
                : Objects.requireNonNullElse(event.getMetadata().getCreationTimestamp(), "");
    }

    /// The name as a word: `demo-a-1` is not named by `demo-a-10`.
    private static boolean names(Event event, String pod) {
        String words = " " + Objects.requireNonNullElse(event.getMessage(), "").replaceAll("[^a-z0-9-]", " ") + " ";
        return words.contains(" " + pod + " ") || words.contains(" data-" + pod + " ");
    }

    private static String afterLast(String text, String mark) {
        int at = text.lastIndexOf(mark);
        return at < 0 ? text : text.substring(at + mark.length());
    }
}
