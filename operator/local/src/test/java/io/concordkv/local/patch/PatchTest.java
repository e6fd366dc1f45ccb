package io.concordkv.local.patch;

import static io.concordkv.local.patch.Json.list;
import static io.concordkv.local.patch.Json.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.local.builtin.ModelSchemas;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.schema.Schema;
import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// JSON, merge and strategic merge patches.
class PatchTest {
    @Nested
    class JsonPatches {
        @Test
        void operationsAreDoneInTheirOrder() {
            var result = JsonPatch.apply(object("{a: 1, list: [x, z], old: {deep: true}}"), list("""
                            [{op: test, path: /a, value: 1},
                             {op: replace, path: /a, value: 2},
                             {op: add, path: /list/1, value: y},
                             {op: add, path: /list/-, value: end},
                             {op: move, from: /old/deep, path: /deep},
                             {op: copy, from: /a, path: /b},
                             {op: remove, path: /old}]"""));
            assertThat(result).isEqualTo(object("{a: 2, list: [x, y, z, end], deep: true, b: 2}"));
        }

        @Test
        void aSlashInANameIsEscaped() {
            assertThat(JsonPatch.apply(object("{}"), list("[{op: add, path: /a~1b~0c, value: 1}]")))
                    .isEqualTo(object("{a/b~c: 1}"));
        }

        @Test
        void whatDoesNotFitIsRefusedAsAWhole() {
            var target = object("{a: 1, list: [x]}");
            for (String operation : new String[] {
                "{op: test, path: /a, value: 2}",
                "{op: remove, path: /missing}",
                "{op: replace, path: /missing, value: 1}",
                "{op: add, path: /missing/deep, value: 1}",
                "{op: add, path: /list/9, value: 1}",
                "{op: invent, path: /a}",
                "{op: add, path: no-slash, value: 1}",
                "{op: add, path: /a}"
            }) {
                assertThatThrownBy(() -> JsonPatch.apply(target, list("[" + operation + "]")))
                        .as(operation)
                        .isInstanceOfSatisfying(
                                StatusException.class, e -> assertThat(e.code()).isEqualTo(422));
            }
            assertThat(target).isEqualTo(object("{a: 1, list: [x]}"));
        }
    }

    @Nested
    class MergePatches {
        @Test
        void nullDeletesAndListsAreReplaced() {
            assertThat(MergePatch.apply(
                            object("{a: {b: 1, c: 2}, list: [1, 2]}"),
                            object("{a: {b: null, d: 3}, list: [9], e: {f: null}}")))
                    .isEqualTo(object("{a: {c: 2, d: 3}, list: [9], e: {}}"));
        }
    }

    @Nested
    class StrategicMergePatches {
        private final Schema pod = new ModelSchemas().schema(Pod.class);

        @Test
        void listsWithAMergeKeyAreMergedByElement() {
            var result = StrategicMerge.apply(
                    object(
                            "{spec: {containers: [{name: a, image: x, env: [{name: E, value: '1'}]}, {name: b, image: y}]}}"),
                    object("{spec: {containers: [{name: c, image: z}, {name: a, env: [{name: F, value: '2'}]}]}}"),
                    pod);
            assertThat(result)
                    .isEqualTo(object(
                            "{spec: {containers: [{name: a, image: x, env: [{name: E, value: '1'}, {name: F, value: '2'}]},"
                                    + " {name: b, image: y}, {name: c, image: z}]}}"));
        }

        @Test
        void directivesDeleteReplaceAndOrder() {
            var target =
                    object("{spec: {containers: [{name: a}, {name: b}, {name: c}], nodeSelector: {x: '1', y: '2'}},"
                            + " metadata: {finalizers: [f, g]}}");
            assertThat(StrategicMerge.apply(target, object("{spec: {containers: [{name: b, $patch: delete}]}}"), pod)
                            .at("/spec/containers"))
                    .isEqualTo(list("[{name: a}, {name: c}]"));
            assertThat(StrategicMerge.apply(target, object("{spec: {containers: [{$patch: replace}, {name: z}]}}"), pod)
                            .at("/spec/containers"))
                    .isEqualTo(list("[{name: z}]"));
            assertThat(StrategicMerge.apply(
                                    target,
                                    object("{spec: {$setElementOrder/containers: [{name: c}, {name: a}]}}"),
                                    pod)
                            .at("/spec/containers"))
                    .isEqualTo(list("[{name: c}, {name: b}, {name: a}]"));
            assertThat(StrategicMerge.apply(target, object("{spec: {nodeSelector: {$patch: replace, z: '3'}}}"), pod)
                            .at("/spec/nodeSelector"))
                    .isEqualTo(object("{z: '3'}"));
            assertThat(StrategicMerge.apply(
                                    target, object("{metadata: {$deleteFromPrimitiveList/finalizers: [f]}}"), pod)
                            .at("/metadata/finalizers"))
                    .isEqualTo(list("[g]"));
        }

        @Test
        void anElementWithoutItsKeyIsRefused() {
            assertThatThrownBy(() -> StrategicMerge.apply(
                            object("{spec: {containers: [{name: a}]}}"),
                            object("{spec: {containers: [{image: x}]}}"),
                            pod))
                    .hasMessageContaining("does not contain declared merge key: name");
        }
    }
}
