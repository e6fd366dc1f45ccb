package io.concordkv.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.NullValue;
import io.concordkv.local.object.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// JSON values as CEL sees them: numbers by the schema's type, field names escaped where CEL could
/// not read them (`namespace` becomes `__namespace__`, `a-b` becomes `a__dash__b`).
final class CelValues {
    private static final Set<String> KEYWORDS = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");

    private CelValues() {}

    /// @param resource the value is a whole resource: only its name is visible of its metadata
    static Object of(Schema schema, JsonNode value, boolean resource) {
        return switch (value.getNodeType()) {
            case STRING -> value.asText();
            case BOOLEAN -> value.asBoolean();
            case NUMBER ->
                schema.type().equals("number") || !value.isIntegralNumber()
                        ? value.asDouble()
                        : (Object) value.asLong();
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                value.forEach(item -> list.add(of(schema.items(), item, false)));
                yield list;
            }
            case OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                value.properties().forEach(field -> {
                    String name = field.getKey();
                    if (resource && name.equals("metadata")) {
                        map.put(name, names(field.getValue()));
                    } else {
                        boolean declared = schema.properties().containsKey(name);
                        Schema known = schema.fieldOrUnknown(name);
                        map.put(
                                declared ? escaped(name) : name,
                                of(known, field.getValue(), known.isEmbeddedResource()));
                    }
                });
                yield map;
            }
            case NULL, MISSING, BINARY, POJO -> NullValue.NULL_VALUE;
        };
    }

    private static Map<String, Object> names(JsonNode metadata) {
        Map<String, Object> names = new LinkedHashMap<>();
        for (String field : List.of("name", "generateName")) {
            if (Trees.has(metadata, field)) {
                names.put(field, Trees.text(metadata, field));
            }
        }
        return names;
    }

    private static String escaped(String name) {
        if (KEYWORDS.contains(name)) {
            return "__" + name + "__";
        }
        return name.replace("__", "__underscores__")
                .replace(".", "__dot__")
                .replace("-", "__dash__")
                .replace("/", "__slash__");
    }
}
