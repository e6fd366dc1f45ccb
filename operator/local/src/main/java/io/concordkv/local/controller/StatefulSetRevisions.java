package io.concordkv.local.controller;

import static io.concordkv.local.client.Conditions.isControlledBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;

/// The templates a StatefulSet has had, each kept as a ControllerRevision named
/// `<set>-<hash of the template>`. A template that comes back gets its old revision with a new
/// number.
final class StatefulSetRevisions {
    /// Digits without vowels or look-alikes, as Kubernetes writes hashes in names.
    private static final String HASH_DIGITS = "bcdfghjklmnpqrstvwxz2456789";

    private final KubernetesClient client;
    private final KubernetesSerialization json;
    private final StatefulSet set;
    private final List<ControllerRevision> known;
    private final ControllerRevision update;
    private final ControllerRevision current;

    StatefulSetRevisions(KubernetesClient client, StatefulSet set) {
        this.client = client;
        this.json = client.getKubernetesSerialization();
        this.set = set;
        this.known = new ArrayList<>(list());
        this.update = revisionOfTemplate();
        this.current = currentOr(update);
    }

    String currentName() {
        return current.getMetadata().getName();
    }

    String updateName() {
        return update.getMetadata().getName();
    }

    PodTemplateSpec template(String revision) {
        var found = known.stream()
                .filter(candidate -> candidate.getMetadata().getName().equals(revision))
                .findFirst();
        if (found.isEmpty()) {
            return set.getSpec().getTemplate();
        }
        JsonNode template = tree(found.get()).path("spec").path("template").deepCopy();
        if (template instanceof ObjectNode object) {
            object.remove("$patch");
        }
        return json.convertValue(template, PodTemplateSpec.class);
    }

    /// Keeps what pods or the status refer to and `revisionHistoryLimit` others.
    void forgetOld(List<Pod> pods, String currentNow) {
        var unused = known.stream()
                .filter(revision -> {
                    String name = revision.getMetadata().getName();
                    return !name.equals(currentNow)
                            && !name.equals(updateName())
                            && pods.stream()
                                    .noneMatch(pod ->
                                            StatefulSetPods.revisionOf(pod).equals(name));
                })
                .toList();
        int keep = Objects.requireNonNullElse(set.getSpec().getRevisionHistoryLimit(), 10);
        unused.stream()
                .limit(Math.max(0, unused.size() - keep))
                .forEach(revision -> client.resource(revision).delete());
    }

    private List<ControllerRevision> list() {
        var selector = set.getSpec().getSelector();
        return client
                .apps()
                .controllerRevisions()
                .inNamespace(set.getMetadata().getNamespace())
                .withLabelSelector(selector)
                .list()
                .getItems()
                .stream()
                .filter(revision -> isControlledBy(revision, set.getMetadata().getUid()))
                .sorted(Comparator.comparing(ControllerRevision::getRevision)
                        .thenComparing(revision -> revision.getMetadata().getName()))
                .toList();
    }

    private ControllerRevision revisionOfTemplate() {
        ObjectNode data = data();
        long newest = known.isEmpty() ? 0 : known.getLast().getRevision();
        for (var revision : known) {
            if (tree(revision).equals(data)) {
                return revision.getRevision() == newest ? revision : renumbered(revision, newest + 1);
            }
        }
        return created(data, newest + 1);
    }

    private ControllerRevision renumbered(ControllerRevision revision, long number) {
        var renumbered = client.resource(new ControllerRevisionBuilder(revision)
                        .withRevision(number)
                        .build())
                .update();
        known.remove(revision);
        known.add(renumbered);
        return renumbered;
    }

    private ControllerRevision created(ObjectNode data, long number) {
        String hash = hash(data.toString());
        String name = set.getMetadata().getName() + "-" + hash;
        var labels = Objects.requireNonNullElse(
                set.getSpec().getTemplate().getMetadata().getLabels(), Map.<String, String>of());
        var revision = client.resource(new ControllerRevisionBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(set.getMetadata().getNamespace())
                        .withLabels(labels)
                        .addToLabels("controller.kubernetes.io/hash", hash)
                        .addNewOwnerReference()
                        .withApiVersion("apps/v1")
                        .withKind("StatefulSet")
                        .withName(set.getMetadata().getName())
                        .withUid(set.getMetadata().getUid())
                        .withController(true)
                        .withBlockOwnerDeletion(true)
                        .endOwnerReference()
                        .endMetadata()
                        .withData(data)
                        .withRevision(number)
                        .build())
                .create();
        known.add(revision);
        return revision;
    }

    private ControllerRevision currentOr(ControllerRevision fallback) {
        String name = set.getStatus() == null ? null : set.getStatus().getCurrentRevision();
        return known.stream()
                .filter(revision -> revision.getMetadata().getName().equals(name))
                .findFirst()
                .orElse(fallback);
    }

    private ObjectNode data() {
        ObjectNode template = json.convertValue(set.getSpec().getTemplate(), ObjectNode.class);
        template.put("$patch", "replace");
        ObjectNode data = template.objectNode();
        data.putObject("spec").set("template", template);
        return json.unmarshal(data.toString(), ObjectNode.class);
    }

    /// Through text, so that numbers of all origins compare equal.
    private JsonNode tree(ControllerRevision revision) {
        return json.unmarshal(json.asJson(revision.getData()), JsonNode.class);
    }

    private static String hash(String text) {
        var crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        var hash = new StringBuilder();
        for (long rest = crc.getValue(); hash.length() < 9; rest /= HASH_DIGITS.length()) {
            hash.append(HASH_DIGITS.charAt((int) (rest % HASH_DIGITS.length())));
        }
        return hash.toString();
    }
}
