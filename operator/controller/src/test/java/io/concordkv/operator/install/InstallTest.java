package io.concordkv.operator.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The folder `k8s/`: what is installed, and with which rights.
class InstallTest {
    private static final Path OVERLAYS = Path.of("../../k8s/overlays");
    private static final Set<String> CLUSTER_KINDS =
            Set.of("Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding");

    @ParameterizedTest
    @ValueSource(strings = {"namespaced", "cluster-wide"})
    void everyObjectIsOfAKnownKindAndSaysItsNamespace(String overlay) {
        List<JsonNode> objects = Kustomization.objects(OVERLAYS.resolve(overlay));
        assertThat(objects).extracting(o -> o.path("kind").asText()).contains("Deployment", "CustomResourceDefinition");
        assertThat(objects).allSatisfy(object -> {
            String kind = object.path("kind").asText();
            // A type of its own, not the generic one: the client library knows this kind and version.
            Object read = Serialization.unmarshal(object.toString());
            assertThat(read.getClass().getSimpleName()).isEqualTo(kind);
            assertThat(object.at("/metadata/namespace").isMissingNode())
                    .as(kind)
                    .isEqualTo(CLUSTER_KINDS.contains(kind));
        });
    }

    @Test
    void bothWaysGiveTheSameRights() {
        assertThat(rules("namespaced", "Role", "concord-operator"))
                .isNotEmpty()
                .isEqualTo(rules("cluster-wide", "ClusterRole", "concord-operator"));
    }

    @Test
    void theNamespacedWayHasNoRightInTheWholeCluster() {
        assertThat(Kustomization.objects(OVERLAYS.resolve("namespaced")))
                .noneMatch(o -> o.path("kind").asText().startsWith("ClusterRole"));
    }

    /// Verbs are counted one by one: `resource.group verb` or `resource.group/name verb`.
    @Test
    void noRightIsGrantedTwiceAndNoneForEverything() {
        for (String overlay : List.of("namespaced", "cluster-wide")) {
            var seen = new TreeSet<String>();
            for (JsonNode object : Kustomization.objects(OVERLAYS.resolve(overlay))) {
                for (JsonNode rule : object.path("rules")) {
                    for (String right : rights(rule)) {
                        assertThat(right).doesNotContain("*");
                        assertThat(seen.add(object.at("/metadata/name").asText() + " " + right))
                                .as(right)
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void theWatchedNamespaceIsTheOneWithTheRights() {
        JsonNode role = named("namespaced", "Role", "concord-operator");
        assertThat(role.at("/metadata/namespace").asText()).isEqualTo("default");
        assertThat(Kustomization.patches(OVERLAYS.resolve("namespaced")))
                .singleElement()
                .satisfies(patch -> assertThat(patch.path("patch").asText())
                        .contains("name: CONCORD_OPERATOR_NAMESPACES", "value: default"));
    }

    private static List<String> rights(JsonNode rule) {
        var rights = new ArrayList<String>();
        for (JsonNode group : rule.path("apiGroups")) {
            for (JsonNode resource : rule.path("resources")) {
                for (JsonNode verb : rule.path("verbs")) {
                    rights.add(resource.asText() + "." + group.asText() + rule.path("resourceNames") + " "
                            + verb.asText());
                }
            }
        }
        return rights;
    }

    private static JsonNode rules(String overlay, String kind, String name) {
        return named(overlay, kind, name).path("rules");
    }

    private static JsonNode named(String overlay, String kind, String name) {
        return Kustomization.objects(OVERLAYS.resolve(overlay)).stream()
                .filter(o -> o.path("kind").asText().equals(kind))
                .filter(o -> o.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
