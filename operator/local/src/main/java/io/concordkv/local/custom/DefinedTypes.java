package io.concordkv.local.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.concordkv.local.builtin.BuiltinTypes;
import io.concordkv.local.builtin.ModelSchemas;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.ObjectKey.GroupResource;
import io.concordkv.local.object.Trees;
import io.concordkv.local.schema.Schema;
import io.concordkv.local.type.Ages;
import io.concordkv.local.type.Column;
import io.concordkv.local.type.JsonPath;
import io.concordkv.local.type.ResourceType;
import io.concordkv.local.type.ScalePaths;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The types a CustomResourceDefinition defines: one for each served version.
public final class DefinedTypes {
    private final ModelSchemas models;

    public DefinedTypes(ModelSchemas models) {
        this.models = models;
    }

    /// Served versions, the stored one first.
    public List<ResourceType> of(ObjectNode definition) {
        List<ResourceType> types = new ArrayList<>();
        for (JsonNode version : Trees.at(definition, "spec", "versions")) {
            if (version.path("served").asBoolean()) {
                ResourceType type = type(definition, version);
                types.add(version.path("storage").asBoolean() ? 0 : types.size(), type);
            }
        }
        return types;
    }

    private ResourceType type(ObjectNode definition, JsonNode version) {
        JsonNode spec = definition.path("spec");
        JsonNode names = spec.path("names");
        String group = Trees.text(spec, "group");
        String plural = Trees.text(names, "plural");
        boolean status = Trees.has(version, "subresources", "status");
        return new ResourceType(
                new GroupResource(group, plural),
                group,
                Trees.text(version, "name"),
                plural,
                Trees.text(names, "singular"),
                Trees.text(names, "kind"),
                Trees.text(names, "listKind"),
                Trees.text(spec, "scope").equals("Namespaced"),
                texts(names.path("shortNames")),
                texts(names.path("categories")),
                BuiltinTypes.ALL_VERBS,
                schema(version),
                status,
                true,
                true,
                scale(version),
                columns(version),
                selectable(version));
    }

    /// The definition's schema with what every object has: apiVersion, kind and full metadata.
    private Schema schema(JsonNode version) {
        JsonNode given = Trees.at(version, "schema", "openAPIV3Schema");
        ObjectNode schema = given instanceof ObjectNode object ? object.deepCopy() : Trees.object();
        ObjectNode properties = Trees.ensureObject(schema, "properties");
        properties.putObject("apiVersion").put("type", "string").put("description", "Version of this kind's schema.");
        properties.putObject("kind").put("type", "string").put("description", "What this object is.");
        ObjectNode metadata = models.schema(ObjectMeta.class).json().deepCopy();
        metadata.put("description", "Name, labels and bookkeeping that every object has.");
        properties.set("metadata", metadata);
        return Schema.of(schema, models::definition);
    }

    private static Optional<ScalePaths> scale(JsonNode version) {
        JsonNode scale = Trees.at(version, "subresources", "scale");
        if (!scale.isObject()) {
            return Optional.empty();
        }
        return Optional.of(new ScalePaths(
                Trees.text(scale, "specReplicasPath"),
                Trees.text(scale, "statusReplicasPath"),
                Trees.text(scale, "labelSelectorPath")));
    }

    private static List<String> selectable(JsonNode version) {
        List<String> fields = new ArrayList<>();
        for (JsonNode field : version.path("selectableFields")) {
            String path = Trees.text(field, "jsonPath");
            fields.add(path.startsWith(".") ? path.substring(1) : path);
        }
        return fields;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static List<Column> columns(JsonNode version) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column(
                "Name", "string", "name", "Name of the object.", 0, object -> TextNode.valueOf(Meta.name(object))));
        for (JsonNode given : version.path("additionalPrinterColumns")) {
            columns.add(column(given));
        }
        if (columns.size() == 1) {
            columns.add(new Column(
                    "Age",
                    "date",
                    "",
                    "Time since the object was created.",
                    0,
                    object -> age(Trees.text(object, "metadata", "creationTimestamp"))));
        }
        return columns;
    }

    private static Column column(JsonNode given) {
        JsonPath path = JsonPath.parse(Trees.text(given, "jsonPath"));
        String type = Trees.text(given, "type");
        return new Column(
                Trees.text(given, "name"),
                type,
                Trees.text(given, "format"),
                Trees.text(given, "description"),
                given.path("priority").asInt(),
                object -> cell(type, path.read(object)));
    }

    private static JsonNode cell(String type, List<JsonNode> values) {
        if (values.isEmpty() || values.getFirst().isNull()) {
            return NullNode.instance;
        }
        JsonNode value = values.getFirst();
        return switch (type) {
            case "date" -> age(value.asText());
            case "integer", "number", "boolean" -> value;
            default -> TextNode.valueOf(value.isValueNode() ? value.asText() : Trees.string(value));
        };
    }

    private static JsonNode age(String time) {
        return TextNode.valueOf(Ages.since(time, Instant.now()));
    }
}
