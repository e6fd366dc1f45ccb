package io.concordkv.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A structural schema: OpenAPI v3 with the `x-kubernetes-*` extensions, read lazily, because the
/// built-in types refer to each other (and to themselves) by `$ref`.
public final class Schema {
    /// Knows nothing: objects merge field by field, lists are replaced as a whole.
    public static final Schema UNKNOWN = of(Trees.object().put("x-kubernetes-preserve-unknown-fields", true));

    private static final String REF_PREFIX = "#/components/schemas/";

    /// How a list is owned and merged (Kubernetes' `x-kubernetes-list-type`).
    public enum ListKind {
        ATOMIC,
        SET,
        MAP
    }

    private final ObjectNode json;
    private final Function<String, @Nullable ObjectNode> definitions;
    private @Nullable Map<String, Schema> properties;
    private @Nullable Schema items;
    private @Nullable Schema additional;

    private Schema(ObjectNode json, Function<String, @Nullable ObjectNode> definitions) {
        this.json = json;
        this.definitions = definitions;
    }

    public static Schema of(ObjectNode json) {
        return new Schema(json, name -> null);
    }

    /// @param definitions finds the target of `#/components/schemas/NAME`
    public static Schema of(ObjectNode json, Function<String, @Nullable ObjectNode> definitions) {
        return resolve(json, definitions);
    }

    private static Schema resolve(JsonNode json, Function<String, @Nullable ObjectNode> definitions) {
        JsonNode node = json;
        // Kubernetes wraps a $ref that has siblings into allOf.
        JsonNode reference = node.has("$ref") ? node : node.path("allOf").path(0);
        if (reference.path("$ref").asText().startsWith(REF_PREFIX)) {
            String name = reference.path("$ref").asText().substring(REF_PREFIX.length());
            ObjectNode target = definitions.apply(name);
            if (target == null) {
                return UNKNOWN;
            }
            if (node.size() > 1) {
                ObjectNode merged = target.deepCopy();
                node.properties().forEach(field -> {
                    if (!field.getKey().equals("allOf")) {
                        merged.set(field.getKey(), field.getValue());
                    }
                });
                return new Schema(merged, definitions);
            }
            node = target;
        }
        return node instanceof ObjectNode object ? new Schema(object, definitions) : UNKNOWN;
    }

    public ObjectNode json() {
        return json;
    }

    /// `object`, `array`, `string`, `integer`, `number`, `boolean`, or empty for any.
    public String type() {
        return Trees.text(json, "type");
    }

    public boolean isIntOrString() {
        return json.path("x-kubernetes-int-or-string").asBoolean()
                || json.path("format").asText().equals("int-or-string");
    }

    public boolean isNullable() {
        return json.path("nullable").asBoolean();
    }

    public boolean keepsUnknownFields() {
        return json.path("x-kubernetes-preserve-unknown-fields").asBoolean();
    }

    public boolean isEmbeddedResource() {
        return json.path("x-kubernetes-embedded-resource").asBoolean();
    }

    /// An object that is owned and replaced as a whole.
    public boolean isAtomicObject() {
        return json.path("x-kubernetes-map-type").asText().equals("atomic");
    }

    public ListKind listKind() {
        return switch (json.path("x-kubernetes-list-type").asText()) {
            case "set" -> ListKind.SET;
            case "map" -> ListKind.MAP;
            default -> ListKind.ATOMIC;
        };
    }

    /// Fields that identify an element of a `map` list.
    public List<String> listKeys() {
        List<String> keys = new ArrayList<>();
        json.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
        return keys;
    }

    /// The field by which a strategic merge patch finds list elements; empty when lists of this
    /// kind are replaced. A list without patch strategy is never merged.
    public String patchMergeKey() {
        return Trees.text(json, "x-kubernetes-patch-merge-key");
    }

    public boolean hasPatchStrategy(String strategy) {
        return List.of(Trees.text(json, "x-kubernetes-patch-strategy").split(","))
                .contains(strategy);
    }

    public @Nullable JsonNode defaultValue() {
        return json.get("default");
    }

    public List<String> required() {
        List<String> required = new ArrayList<>();
        json.path("required").forEach(field -> required.add(field.asText()));
        return required;
    }

    public synchronized Map<String, Schema> properties() {
        if (properties == null) {
            Map<String, Schema> read = new LinkedHashMap<>();
            json.path("properties")
                    .properties()
                    .forEach(field -> read.put(field.getKey(), resolve(field.getValue(), definitions)));
            properties = read;
        }
        return properties;
    }

    public synchronized Schema items() {
        if (items == null) {
            items = json.path("items").isObject() ? resolve(json.path("items"), definitions) : UNKNOWN;
        }
        return items;
    }

    /// Schema of the values of a map; null when there are none besides the properties.
    public synchronized @Nullable Schema additional() {
        if (additional == null && json.has("additionalProperties")) {
            JsonNode values = json.path("additionalProperties");
            additional = values.isObject() ? resolve(values, definitions) : UNKNOWN;
        }
        return additional;
    }

    /// Schema of a field, or null when the field is not known here.
    public @Nullable Schema field(String name) {
        Schema property = properties().get(name);
        return property != null ? property : additional();
    }

    /// Schema of a field; [#UNKNOWN] when nothing is known about it.
    public Schema fieldOrUnknown(String name) {
        Schema field = field(name);
        return field == null ? UNKNOWN : field;
    }
}
