package io.concordkv.local.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.StatusException.Cause;
import io.concordkv.local.object.Trees;
import io.concordkv.local.schema.Rules;
import io.concordkv.local.schema.Schema;
import io.concordkv.local.type.JsonPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What a CustomResourceDefinition must look like, and the status it gets: names are accepted and
/// served at once.
public final class DefinitionRules {
    private DefinitionRules() {}

    public static List<Cause> check(ObjectNode definition) {
        List<Cause> causes = new ArrayList<>();
        JsonNode spec = definition.path("spec");
        String expected = Trees.text(spec, "names", "plural") + "." + Trees.text(spec, "group");
        if (!Meta.name(definition).equals(expected)) {
            causes.add(Cause.invalid(
                    "metadata.name",
                    "\"" + Meta.name(definition) + "\"",
                    "must be spec.names.plural+\".\"+spec.group"));
        }
        for (String field : List.of("group", "scope")) {
            if (!Trees.has(spec, field)) {
                causes.add(Cause.required("spec." + field, ""));
            }
        }
        if (!Set.of("Cluster", "Namespaced", "").contains(Trees.text(spec, "scope"))) {
            causes.add(new Cause(
                    "FieldValueNotSupported",
                    "Unsupported value: \"" + Trees.text(spec, "scope")
                            + "\": supported values: \"Cluster\", \"Namespaced\"",
                    "spec.scope"));
        }
        for (String field : List.of("plural", "kind")) {
            if (!Trees.has(spec, "names", field)) {
                causes.add(Cause.required("spec.names." + field, ""));
            }
        }
        versions(spec.path("versions"), causes);
        return causes;
    }

    private static void versions(JsonNode versions, List<Cause> causes) {
        int stored = 0;
        for (int i = 0; i < versions.size(); i++) {
            JsonNode version = versions.get(i);
            String path = "spec.versions[" + i + "]";
            stored += version.path("storage").asBoolean() ? 1 : 0;
            JsonNode schema = Trees.at(version, "schema", "openAPIV3Schema");
            if (schema instanceof ObjectNode object) {
                causes.addAll(Rules.compile(Schema.of(object), path + ".schema.openAPIV3Schema"));
            } else {
                causes.add(Cause.required(path + ".schema.openAPIV3Schema", "schemas are required"));
            }
            JsonNode columns = version.path("additionalPrinterColumns");
            for (int c = 0; c < columns.size(); c++) {
                String text = Trees.text(columns.get(c), "jsonPath");
                try {
                    JsonPath.parse(text);
                } catch (IllegalArgumentException e) {
                    String field = path + ".additionalPrinterColumns[" + c + "].jsonPath";
                    causes.add(Cause.invalid(field, "\"" + text + "\"", String.valueOf(e.getMessage())));
                }
            }
        }
        if (stored != 1) {
            causes.add(Cause.invalid(
                    "spec.versions",
                    Trees.string(versions),
                    "must have exactly one version marked as storage version"));
        }
    }

    /// Writes the status of a definition that is served.
    ///
    /// @param now RFC 3339
    public static void accept(ObjectNode definition, String now) {
        ObjectNode status = Trees.ensureObject(definition, "status");
        status.set("acceptedNames", Trees.at(definition, "spec", "names").deepCopy());
        ArrayNode conditions = Trees.ensureArray(status, "conditions");
        condition(conditions, "NamesAccepted", "NoConflicts", "no conflicts found", now);
        condition(conditions, "Established", "InitialNamesAccepted", "the initial names have been accepted", now);
        ArrayNode stored = Trees.ensureArray(status, "storedVersions");
        for (JsonNode version : Trees.at(definition, "spec", "versions")) {
            String name = Trees.text(version, "name");
            boolean known = false;
            for (JsonNode present : stored) {
                known |= present.asText().equals(name);
            }
            if (version.path("storage").asBoolean() && !known) {
                stored.add(name);
            }
        }
    }

    private static void condition(ArrayNode conditions, String type, String reason, String message, String now) {
        for (JsonNode present : conditions) {
            if (Trees.text(present, "type").equals(type)) {
                return;
            }
        }
        conditions
                .addObject()
                .put("type", type)
                .put("status", "True")
                .put("lastTransitionTime", now)
                .put("reason", reason)
                .put("message", message);
    }
}
