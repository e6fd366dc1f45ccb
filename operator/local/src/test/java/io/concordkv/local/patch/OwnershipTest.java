package io.concordkv.local.patch;

import static io.concordkv.local.patch.Json.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.builtin.ModelSchemas;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.schema.Schema;
import io.fabric8.kubernetes.api.model.Service;
import org.junit.jupiter.api.Test;

/// Who owns which field after applies and updates.
class OwnershipTest {
    private final Schema schema = new ModelSchemas().schema(Service.class);
    private ObjectNode live = object("{apiVersion: v1, kind: Service, metadata: {name: s}}");

    private void apply(String manager, String sent, boolean force) {
        Ownership ownership = new Ownership(schema, "v1", "2026-01-01T00:00:00Z");
        ObjectNode next = ownership.merge(live, object(sent), manager, "");
        ownership.recordApplied(live, next, object(sent), manager, force, "");
        live = next;
    }

    private void update(String manager, String next) {
        ObjectNode changed = object(next);
        JsonNode managed = live.at("/metadata/managedFields");
        changed.withObject("/metadata").set("managedFields", managed.isMissingNode() ? null : managed.deepCopy());
        new Ownership(schema, "v1", "2026-01-01T00:00:01Z").recordUpdated(live, changed, manager, "");
        live = changed;
    }

    private JsonNode fieldsOf(String manager) {
        for (JsonNode entry : live.at("/metadata/managedFields")) {
            if (entry.path("manager").asText().equals(manager)) {
                return entry.path("fieldsV1");
            }
        }
        return object("{}");
    }

    @Test
    void anApplierOwnsWhatItSentByListKeys() {
        apply("a", "{metadata: {labels: {l: x}}, spec: {ports: [{port: 80, name: http}], type: ClusterIP}}", false);
        assertThat(fieldsOf("a")).isEqualTo(object("""
                        {"f:metadata": {"f:labels": {"f:l": {}}},
                         "f:spec": {"f:ports": {"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}": {".": {}, "f:name": {}, "f:port": {}}},
                                    "f:type": {}}}"""));
    }

    @Test
    void twoAppliersMayOwnTheSameValueButNotDifferentOnes() {
        apply("a", "{spec: {type: ClusterIP}}", false);
        apply("b", "{spec: {type: ClusterIP}}", false);
        assertThatThrownBy(() -> apply("b", "{spec: {type: NodePort}}", false))
                .isInstanceOfSatisfying(StatusException.class, e -> {
                    assertThat(e.code()).isEqualTo(409);
                    assertThat(e.getMessage())
                            .isEqualTo("Apply failed with 1 conflict: conflict with \"a\": .spec.type");
                    assertThat(e.status().at("/details/causes/0/field").asText())
                            .isEqualTo(".spec.type");
                });
        assertThat(live.at("/spec/type").asText()).isEqualTo("ClusterIP");
        apply("b", "{spec: {type: NodePort}}", true);
        assertThat(live.at("/spec/type").asText()).isEqualTo("NodePort");
        assertThat(fieldsOf("a")).isEqualTo(object("{}"));
    }

    @Test
    void severalConflictsAreListedByManager() {
        apply("a", "{spec: {type: ClusterIP, sessionAffinity: None}}", false);
        assertThatThrownBy(() -> apply("b", "{spec: {type: NodePort, sessionAffinity: ClientIP}}", false))
                .hasMessage(
                        "Apply failed with 2 conflicts: conflicts with \"a\":\n- .spec.sessionAffinity\n- .spec.type");
    }

    @Test
    void aListElementThatIsNoLongerAppliedGoesUnlessSharedAndKeepsWhatOthersOwn() {
        apply("a", "{spec: {ports: [{port: 80, name: http}, {port: 90, name: admin}]}}", false);
        apply("b", "{spec: {ports: [{port: 90, appProtocol: h2c}]}}", false);
        apply("a", "{spec: {type: ClusterIP}}", false);
        assertThat(live.at("/spec/ports")).isEqualTo(Json.list("[{port: 90, appProtocol: h2c}]"));
        apply("b", "{metadata: {labels: {l: x}}}", false);
        assertThat(live.at("/spec/ports").isMissingNode()).isTrue();
    }

    @Test
    void anUpdaterOwnsWhatItChangedAndTakesItFromTheApplier() {
        apply("a", "{spec: {type: ClusterIP, selector: {app: x}}}", false);
        update(
                "editor",
                "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: NodePort, selector: {app: x}}}");
        assertThat(fieldsOf("editor")).isEqualTo(object("{'f:spec': {'f:type': {}}}"));
        assertThat(fieldsOf("a").at("/f:spec").has("f:type")).isFalse();
        assertThatThrownBy(() -> apply("a", "{spec: {type: ClusterIP, selector: {app: x}}}", false))
                .hasMessageContaining("conflict with \"editor\" using v1: .spec.type");
    }

    @Test
    void theServersOwnFieldsHaveNoOwner() {
        apply(
                "a",
                "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: default}, spec: {type: ClusterIP}}",
                false);
        assertThat(fieldsOf("a")).isEqualTo(object("{'f:spec': {'f:type': {}}}"));
    }
}
