package io.concordkv.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// Turns the annotated records into the YAML that is committed, adding what the generator cannot
/// say: the order of the columns, that `spec` is required, and conditions as a map by type.
final class CrdYaml {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .disable(YAMLGenerator.Feature.SPLIT_LINES));

    private static final String QUANTITY = "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$";

    private CrdYaml() {}

    static String of(Class<? extends CustomResource<?, ?>> type, List<String> columns) throws IOException {
        var root = (ObjectNode) YAML.readTree(generated(type));
        for (JsonNode version : root.at("/spec/versions")) {
            order((ObjectNode) version, columns);
            var schema = (ObjectNode) version.at("/schema/openAPIV3Schema");
            schema.putArray("required").add("spec");
            byType((ObjectNode) schema.at("/properties/status/properties/conditions"));
            wholeNumbers(schema);
            onceEach(schema);
            quantities(schema);
            untyped(schema);
        }
        return YAML.writeValueAsString(root);
    }

    private static String generated(Class<? extends CustomResource<?, ?>> type) throws IOException {
        var output = new InMemory();
        var result = new CRDGenerator()
                .customResourceClasses(type)
                .forCRDVersions("v1")
                .withOutput(output)
                .detailedGenerate();
        if (result.numberOfGeneratedCRDs() != 1) {
            throw new IllegalStateException("expected one resource definition for "
                    + HasMetadata.getFullResourceName(type) + ", got " + result.numberOfGeneratedCRDs());
        }
        return output.bytes.toString(StandardCharsets.UTF_8);
    }

    private static void order(ObjectNode version, List<String> columns) {
        var byName = new LinkedHashMap<String, JsonNode>();
        version.withArray("additionalPrinterColumns")
                .forEach(c -> byName.put(c.get("name").asText(), c));
        var ordered = YAML.createArrayNode();
        for (String column : columns) {
            JsonNode found = byName.remove(column);
            if (found == null) {
                throw new IllegalStateException("no column " + column + " in the model");
            }
            ((ObjectNode) found).remove("priority");
            ordered.add(found);
        }
        if (!byName.isEmpty()) {
            throw new IllegalStateException("columns without a place in the order: " + byName.keySet());
        }
        version.set("additionalPrinterColumns", ordered);
    }

    private static void byType(ObjectNode conditions) {
        conditions.put("x-kubernetes-list-type", "map");
        conditions.putArray("x-kubernetes-list-map-keys").add("type");
    }

    /// The generator writes bounds as `9.0`; a whole number reads better and means the same.
    private static void wholeNumbers(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : new ArrayList<>(object.properties())) {
                if (field.getValue().isDouble()
                        && field.getValue().asDouble() == field.getValue().asLong()) {
                    object.put(field.getKey(), field.getValue().asLong());
                } else {
                    wholeNumbers(field.getValue());
                }
            }
        } else if (node instanceof ArrayNode array) {
            array.forEach(CrdYaml::wholeNumbers);
        }
    }

    /// An annotation of a record component reaches field and accessor, so each rule arrives twice.
    private static void onceEach(JsonNode node) {
        if (node.get("x-kubernetes-validations") instanceof ArrayNode rules) {
            var seen = new LinkedHashSet<JsonNode>();
            rules.forEach(seen::add);
            rules.removeAll().addAll(seen);
        }
        node.forEach(CrdYaml::onceEach);
    }

    /// A number or a text; as text it must read as a quantity.
    private static void quantities(JsonNode node) {
        if (node instanceof ObjectNode object && object.has("x-kubernetes-int-or-string")) {
            object.put("maxLength", 24).put("pattern", QUANTITY);
        }
        node.forEach(CrdYaml::quantities);
    }

    /// CEL does not see fields without a type.
    private static void untyped(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.has("x-kubernetes-preserve-unknown-fields")
                && !object.has("type")) {
            object.put("type", "object");
        }
        node.forEach(CrdYaml::untyped);
    }

    private static final class InMemory implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public ByteArrayOutputStream outputFor(String crdName) {
            return bytes;
        }

        @Override
        public URI crdURI(String crdName) {
            return URI.create("file:///" + crdName);
        }

        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }
}
