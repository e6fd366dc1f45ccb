package io.concordkv.local.client;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/// Writes `v1` events in the background: the same about the same object counts one event up.
/// Events are news, not truth: when more than 500 wait, further ones are dropped and logged.
public final class EventRecorder implements AutoCloseable {
    private static final Logger LOG = System.getLogger(EventRecorder.class.getName());
    private static final int WAITING_MAX = 500;
    private static final int REMEMBERED_MAX = 1_000;

    private record News(ObjectReference about, String type, String reason, String message, Instant at) {
        String identity() {
            return about.getUid() + "|" + about.getFieldPath() + "|" + reason + "|" + message;
        }
    }

    private final KubernetesClient client;
    private final String component;
    private final BlockingQueue<News> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    /// Only the writer thread touches it.
    private final Map<String, Event> written = new LinkedHashMap<>();
    private final Thread writer;
    private volatile boolean closed;

    public EventRecorder(KubernetesClient client, String component) {
        this.client = client;
        this.component = component;
        this.writer = Thread.ofVirtual().name("events " + component).start(this::run);
    }

    public void normal(HasMetadata about, String reason, String message) {
        record(about, null, "Normal", reason, message);
    }

    public void warning(HasMetadata about, String reason, String message) {
        record(about, null, "Warning", reason, message);
    }

    /// @param container name of the container it is about; null for the whole object
    public void record(HasMetadata about, @Nullable String container, String type, String reason, String message) {
        var reference = new ObjectReferenceBuilder()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withName(about.getMetadata().getName())
                .withNamespace(about.getMetadata().getNamespace())
                .withUid(about.getMetadata().getUid())
                .withFieldPath(container == null ? null : "spec.containers{" + container + "}")
                .build();
        var news = new News(reference, type, reason, message, Instant.now().truncatedTo(ChronoUnit.SECONDS));
        if (!waiting.offer(news)) {
            LOG.log(Level.WARNING, "too many events at once, dropped: {0} {1}", reason, message);
        }
    }

    private void run() {
        while (!closed) {
            try {
                write(waiting.take());
            } catch (InterruptedException stop) {
                return;
            } catch (RuntimeException failure) {
                LOG.log(Level.DEBUG, "event not written: {0}", failure.toString());
            }
        }
    }

    private void write(News news) {
        Event before = written.remove(news.identity());
        Event now;
        if (before == null) {
            now = client.v1().events().resource(first(news)).create();
        } else {
            now = again(before, news);
        }
        written.put(news.identity(), now);
        if (written.size() > REMEMBERED_MAX) {
            written.remove(written.keySet().iterator().next());
        }
    }

    private Event again(Event before, News news) {
        var counted = new EventBuilder(before)
                .withCount(before.getCount() + 1)
                .withLastTimestamp(news.at().toString())
                .editMetadata()
                .withResourceVersion(null)
                .endMetadata()
                .build();
        try {
            return client.v1().events().resource(counted).update();
        } catch (KubernetesClientException gone) {
            return client.v1().events().resource(first(news)).create();
        }
    }

    private Event first(News news) {
        String namespace = Objects.requireNonNullElse(news.about().getNamespace(), "default");
        String suffix = Long.toHexString(System.nanoTime());
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(news.about().getName() + "." + suffix)
                .endMetadata()
                .withInvolvedObject(news.about())
                .withType(news.type())
                .withReason(news.reason())
                .withMessage(news.message())
                .withFirstTimestamp(news.at().toString())
                .withLastTimestamp(news.at().toString())
                .withCount(1)
                .withReportingComponent(component)
                .withReportingInstance("")
                .withNewSource()
                .withComponent(component)
                .endSource()
                .build();
    }

    @Override
    public void close() {
        closed = true;
        writer.interrupt();
    }
}
