package io.concordkv.it.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// One ConcordCluster, as anybody with a client sees it.
public final class Cluster {
    public static final String LABEL = "concordkv.io/cluster";
    public static final ResourceDefinitionContext TYPE = new ResourceDefinitionContext.Builder()
            .withGroup("concordkv.io")
            .withVersion("v1alpha1")
            .withKind("ConcordCluster")
            .withPlural("concordclusters")
            .withNamespaced(true)
            .build();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String APPLIES = "concord-conformance";

    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    public Cluster(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    public String name() {
        return name;
    }

    public KubernetesClient client() {
        return client;
    }

    public String namespace() {
        return namespace;
    }

    private NonNamespaceOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>> clusters() {
        return client.genericKubernetesResources(TYPE).inNamespace(namespace);
    }

    /// As JSON; empty when there is none.
    public Optional<JsonNode> find() {
        return Optional.ofNullable(clusters().withName(name).get()).map(JSON::<JsonNode>valueToTree);
    }

    /// As JSON; a missing node when there is none.
    public JsonNode get() {
        return find().orElseGet(() -> JSON.getNodeFactory().missingNode());
    }

    /// Server-side apply.
    public void apply(ObjectNode resource) {
        clusters().resource(object(resource)).patch(context(false));
    }

    /// Server-side apply that stores nothing.
    public void dryRun(ObjectNode resource) {
        clusters().resource(object(resource)).patch(context(true));
    }

    /// A create that stores nothing; the causes of a refusal name the fields.
    public void dryCreate(ObjectNode resource) {
        clusters()
                .resource(object(resource))
                .dryRun()
                .fieldValidation(FieldValidateable.Validation.STRICT)
                .create();
    }

    private GenericKubernetesResource object(ObjectNode resource) {
        var object = JSON.convertValue(resource, GenericKubernetesResource.class);
        object.getMetadata().setNamespace(namespace);
        return object;
    }

    private static PatchContext context(boolean dry) {
        return new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(APPLIES)
                .withForce(true)
                .withDryRun(dry ? List.of("All") : null)
                .withFieldValidation("Strict")
                .build();
    }

    /// JSON merge patch.
    public void patch(String json) {
        clusters().withName(name).patch(PatchContext.of(PatchType.JSON_MERGE), json);
    }

    /// Asks for deletion; returns at once.
    public void delete() {
        clusters().withName(name).delete();
    }

    /// Empty when the cluster is as its newest spec says.
    public Optional<String> notReady() {
        JsonNode cluster = get();
        if (cluster.isMissingNode()) {
            return Optional.of("there is no ConcordCluster " + name);
        }
        long generation = cluster.path("metadata").path("generation").asLong();
        JsonNode ready = condition(cluster, "Ready");
        if (!ready.path("status").asText().equals("True")) {
            return Optional.of("Ready is " + text(ready));
        }
        if (ready.path("observedGeneration").asLong() < generation) {
            return Optional.of("the operator has not looked at generation " + generation);
        }
        long wanted = cluster.path("spec").path("nodes").asLong();
        long have = pods().stream().filter(Cluster::isReady).count();
        return have == wanted ? Optional.empty() : Optional.of(have + " of " + wanted + " pods are ready");
    }

    /// Empty when the condition has this status and reason.
    public Optional<String> isNot(String type, String status, String reason) {
        JsonNode found = condition(get(), type);
        boolean same = found.path("status").asText().equals(status)
                && found.path("reason").asText().equals(reason);
        return same ? Optional.empty() : Optional.of(type + " is " + text(found));
    }

    /// Empty when the condition has this status and its message holds this text.
    public Optional<String> doesNotSay(String type, String status, String part) {
        JsonNode found = condition(get(), type);
        boolean says = found.path("status").asText().equals(status)
                && found.path("message").asText().contains(part);
        return says ? Optional.empty() : Optional.of(type + " is " + text(found));
    }

    public static JsonNode condition(JsonNode cluster, String type) {
        for (JsonNode condition : cluster.path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return cluster.path("no such condition");
    }

    private static String text(JsonNode condition) {
        return condition.isMissingNode()
                ? "not reported"
                : condition.path("status").asText() + ", "
                        + condition.path("reason").asText() + ": "
                        + condition.path("message").asText();
    }

    /// By name.
    public List<Pod> pods() {
        return client.pods().inNamespace(namespace).withLabel(LABEL, name).list().getItems().stream()
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .toList();
    }

    public Optional<Pod> pod(String podName) {
        return Optional.ofNullable(
                client.pods().inNamespace(namespace).withName(podName).get());
    }

    /// Name, uid and restarts of each pod: the same again means that none was replaced or restarted.
    public List<String> incarnations() {
        return pods().stream()
                .map(pod ->
                        pod.getMetadata().getName() + " " + pod.getMetadata().getUid() + " "
                                + pod.getStatus().getContainerStatuses().stream()
                                        .mapToInt(ContainerStatus::getRestartCount)
                                        .sum())
                .toList();
    }

    /// Names of the volume claims, sorted.
    public List<String> claims() {
        return client.persistentVolumeClaims().inNamespace(namespace).withLabel(LABEL, name).list().getItems().stream()
                .map(claim -> claim.getMetadata().getName())
                .sorted()
                .toList();
    }

    /// Serves, and is not about to stop.
    public static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }
}
