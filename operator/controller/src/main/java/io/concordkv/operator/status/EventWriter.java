package io.concordkv.operator.status;

import io.concordkv.crds.ClusterCondition;
import io.concordkv.crds.ConcordCluster;
import io.concordkv.crds.ConcordClusterStatus;
import io.concordkv.operator.act.ActReport;
import io.concordkv.operator.lead.Leadership;
import io.concordkv.operator.metric.OperatorMetrics;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/// Tells what changed as Kubernetes events: transitions only, the same words at most once a minute.
public final class EventWriter {
    private static final Logger LOG = Logger.getLogger(EventWriter.class);
    private static final Duration SAME_WORDS_EVERY = Duration.ofMinutes(1);
    private static final List<String> BAD_WHEN_TRUE =
            List.of(ConditionType.STALLED.word(), ConditionType.DEGRADED.word());
    private static final int REMEMBERED_MAX = 1_000;
    private static final int MESSAGE_CHARS_MAX = 1_000;

    private final KubernetesClient client;
    private final OperatorMetrics metrics;
    private final Clock clock;
    private final Leadership leadership;
    private final AtomicLong sequence = new AtomicLong();
    private final Map<String, Instant> said = new ConcurrentHashMap<>();

    public EventWriter(KubernetesClient client, OperatorMetrics metrics, Clock clock, Leadership leadership) {
        this.client = client;
        this.metrics = metrics;
        this.clock = clock;
        this.leadership = leadership;
    }

    public void record(
            ConcordCluster cluster, ConcordClusterStatus before, ConcordClusterStatus after, ActReport report) {
        for (ActReport.Note note : report.notes()) {
            say(cluster, "Normal", note.reason(), note.message());
        }
        for (ClusterCondition condition : after.conditions()) {
            ClusterCondition old = before.condition(condition.type()).orElse(null);
            boolean sameAsBefore = old != null
                    && old.status().equals(condition.status())
                    && old.reason().equals(condition.reason());
            if (sameAsBefore) {
                continue;
            }
            if (BAD_WHEN_TRUE.contains(condition.type()) && condition.holds()) {
                say(cluster, "Warning", condition.reason(), condition.message());
            }
            if (condition.type().equals(ConditionType.READY.word()) && condition.holds()) {
                say(cluster, "Normal", "Ready", condition.message());
            }
        }
    }

    private void say(ConcordCluster cluster, String type, String reason, String message) {
        Instant now = clock.instant();
        String words = cluster.getMetadata().getUid() + '|' + reason + '|' + message;
        Instant last = said.get(words);
        if (!leadership.isHeld() || (last != null && last.plus(SAME_WORDS_EVERY).isAfter(now))) {
            return;
        }
        if (said.size() >= REMEMBERED_MAX) {
            said.values().removeIf(then -> then.plus(SAME_WORDS_EVERY).isBefore(now));
        }
        said.put(words, now);
        String name = cluster.getMetadata().getName();
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        var event = new EventBuilder()
                .withNewMetadata()
                .withNamespace(cluster.getMetadata().getNamespace())
                .withName(name + "." + Long.toHexString(now.toEpochMilli()) + sequence.incrementAndGet())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(ConcordCluster.GROUP + "/" + ConcordCluster.VERSION)
                .withKind(ConcordCluster.KIND)
                .withNamespace(cluster.getMetadata().getNamespace())
                .withName(name)
                .withUid(cluster.getMetadata().getUid())
                .endInvolvedObject()
                .withType(type)
                .withReason(reason)
                .withMessage(message.length() > MESSAGE_CHARS_MAX ? message.substring(0, MESSAGE_CHARS_MAX) : message)
                .withCount(1)
                .withFirstTimestamp(time)
                .withLastTimestamp(time)
                .withNewSource()
                .withComponent("concord-operator")
                .endSource()
                .build();
        try {
            client.resource(event).create();
            metrics.wrote("Event", "create");
        } catch (KubernetesClientException e) {
            LOG.warnf("event %s of %s is lost: %s", reason, name, e.getMessage());
        }
    }
}
