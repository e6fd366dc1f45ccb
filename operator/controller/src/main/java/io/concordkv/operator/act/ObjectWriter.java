package io.concordkv.operator.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.operator.lead.Leadership;
import io.concordkv.operator.metric.OperatorMetrics;
import io.concordkv.operator.observe.SetFacts;
import io.concordkv.operator.render.Names;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The only place that writes to Kubernetes, status apart: server-side apply under our own field
/// manager, only when something differs; deletions that name a UID.
public final class ObjectWriter {
    /// Hash of what was rendered; a new hash means a new wish, an old one with other fields means drift.
    static final String RENDERED_ANNOTATION = "concordkv.io/rendered";

    private final KubernetesClient client;
    private final OperatorMetrics metrics;

    /// Objects that somebody changes back in the same request: uid → the version we gave up at.
    private final Map<String, String> stubborn = new ConcurrentHashMap<>();

    public ObjectWriter(KubernetesClient client, OperatorMetrics metrics) {
        this.client = client;
        this.metrics = metrics;
    }

    /// What became of one object.
    public sealed interface Outcome {
        record Unchanged() implements Outcome {}

        /// An object of this name is somebody else's; it was not touched.
        record Taken() implements Outcome {}

        /// @param drift the wish was the same; somebody had changed or removed it
        record Written(HasMetadata object, boolean drift) implements Outcome {}
    }

    /// Makes the live object what is wanted, writing only if it is not, and only if it is ours. What no
    /// cache shows may be there all the same, of somebody else, without our labels, or just made: so the
    /// API server is asked before the first write, since an apply makes and takes over alike.
    ///
    /// @param cached the object as a cache shows it
    /// @param right  asked last before the write: the question before it may have taken seconds
    /// @throws KubernetesClientException when the API server refuses or cannot be reached
    public Outcome bring(HasMetadata wanted, Optional<HasMetadata> cached, Leadership right) {
        Optional<HasMetadata> live = cached.or(() -> find(wanted));
        if (live.isPresent() && !Ownership.isOurs(live.get(), wanted)) {
            return new Outcome.Taken();
        }
        ObjectNode tree = tree(wanted);
        String hash = hash(tree);
        tree.withObject("/metadata/annotations").put(RENDERED_ANNOTATION, hash);
        if (!right.isHeld() || (live.isPresent() && isAsWanted(tree, live.get()))) {
            return new Outcome.Unchanged();
        }
        wanted.getMetadata().setAnnotations(Map.of(RENDERED_ANNOTATION, hash));
        HasMetadata written = client.resource(wanted)
                .fieldManager(Names.MANAGER)
                .forceConflicts()
                .serverSideApply();
        metrics.wrote(wanted.getKind(), "apply");
        if (FieldMatch.contains(tree, tree(written))) {
            stubborn.remove(written.getMetadata().getUid());
        } else {
            stubborn.put(written.getMetadata().getUid(), written.getMetadata().getResourceVersion());
        }
        boolean sameWish = live.map(o -> o.getMetadata().getAnnotations())
                .map(a -> a.get(RENDERED_ANNOTATION))
                .filter(hash::equals)
                .isPresent();
        return new Outcome.Written(written, sameWish);
    }

    /// A list, because the right to read single objects is not needed otherwise.
    private Optional<HasMetadata> find(HasMetadata wanted) {
        return client
                .resources(wanted.getClass())
                .inNamespace(wanted.getMetadata().getNamespace())
                .withField("metadata.name", wanted.getMetadata().getName())
                .list()
                .getItems()
                .stream()
                .findFirst()
                .map(HasMetadata.class::cast);
    }

    /// Touches a StatefulSet, so that its controller looks at it now.
    public void nudge(String namespace, String name, String uid, Instant now) {
        var set = new StatefulSetBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withUid(uid)
                .addToAnnotations(
                        SetFacts.NUDGED_ANNOTATION,
                        now.truncatedTo(ChronoUnit.SECONDS).toString())
                .endMetadata()
                .build();
        client.resource(set)
                .fieldManager(Names.MANAGER + "-nudge")
                .forceConflicts()
                .serverSideApply();
        metrics.wrote("StatefulSet", "apply");
    }

    /// Deletes exactly the object with this UID; it is no error when it is gone or another one
    /// stands in its place.
    ///
    /// @param path API path of the object, such as `/api/v1/namespaces/x/pods/y`
    public void delete(String path, String kind, String uid) {
        DeleteOptions options = new DeleteOptionsBuilder()
                .withApiVersion("v1")
                .withKind("DeleteOptions")
                .withPropagationPolicy("Background")
                .withNewPreconditions()
                .withUid(uid)
                .endPreconditions()
                .build();
        try {
            client.raw(path, "DELETE", options);
            metrics.wrote(kind, "delete");
        } catch (KubernetesClientException e) {
            if (e.getCode() != 404 && e.getCode() != 409) {
                throw e;
            }
        }
    }

    private boolean isAsWanted(ObjectNode wanted, HasMetadata live) {
        return FieldMatch.contains(wanted, tree(live))
                || live.getMetadata()
                        .getResourceVersion()
                        .equals(stubborn.get(live.getMetadata().getUid()));
    }

    private ObjectNode tree(HasMetadata object) {
        JsonNode tree = client.getKubernetesSerialization().convertValue(object, JsonNode.class);
        return (ObjectNode) tree;
    }

    private static String hash(JsonNode tree) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(tree.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
