package io.concordkv.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.StatusException.Cause;
import io.concordkv.local.object.Trees;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Checks a value against a schema and words every finding as a real API server does.
public final class Validator {
    private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

    private final List<Cause> findings = new ArrayList<>();

    private Validator() {}

    public static List<Cause> validate(Schema schema, JsonNode value) {
        Validator validator = new Validator();
        validator.check(schema, value, "");
        return validator.findings;
    }

    private void check(Schema schema, JsonNode value, String path) {
        if (value.isNull() && schema.isNullable()) {
            return;
        }
        if (!hasType(schema, value)) {
            String type = schema.isIntOrString() ? "integer or string" : schema.type();
            String found = typeOf(value);
            add(new Cause(
                    Cause.TYPE_INVALID,
                    "Invalid value: " + found + ": " + shown(path) + " in body must be of type " + type + ": " + found,
                    path));
            return;
        }
        enumeration(schema, value, path);
        combinations(schema, value, path);
        switch (value.getNodeType()) {
            case STRING -> string(schema, value.asText(), path);
            case NUMBER -> number(schema, value, path);
            case ARRAY -> array(schema, value, path);
            case OBJECT -> object(schema, (ObjectNode) value, path);
            case BINARY, BOOLEAN, MISSING, NULL, POJO -> {
                // nothing more to check
            }
        }
    }

    private static boolean hasType(Schema schema, JsonNode value) {
        if (schema.isIntOrString()) {
            return value.isIntegralNumber() || value.isTextual() || value.isNumber();
        }
        return switch (schema.type()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber() || isWhole(value);
            case "number" -> value.isNumber();
            default -> true;
        };
    }

    private static boolean isWhole(JsonNode value) {
        return value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
    }

    private static String typeOf(JsonNode value) {
        if (value.isNumber()) {
            return value.isIntegralNumber() ? "\"integer\"" : "\"number\"";
        }
        return "\"" + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT) + "\"";
    }

    private void enumeration(Schema schema, JsonNode value, String path) {
        JsonNode allowed = schema.json().path("enum");
        if (!allowed.isArray()) {
            return;
        }
        List<String> names = new ArrayList<>();
        for (JsonNode one : allowed) {
            if (one.equals(value)) {
                return;
            }
            names.add(quoted(one));
        }
        String message = "Unsupported value: " + quoted(value) + ": supported values: " + String.join(", ", names);
        add(new Cause("FieldValueNotSupported", message, path));
    }

    private void combinations(Schema schema, JsonNode value, String path) {
        JsonNode json = schema.json();
        for (JsonNode part : json.path("allOf")) {
            if (part instanceof ObjectNode object && !object.has("$ref")) {
                check(Schema.of(object), value, path);
            }
        }
        if (json.has("anyOf") && !schema.isIntOrString() && matches(json.path("anyOf"), value) == 0) {
            add(Cause.invalid(path, quoted(value), shown(path) + " in body must validate at least one schema (anyOf)"));
        }
        if (json.has("oneOf") && matches(json.path("oneOf"), value) != 1) {
            add(Cause.invalid(
                    path, quoted(value), shown(path) + " in body must validate one and only one schema (oneOf)"));
        }
        if (json.get("not") instanceof ObjectNode not
                && validate(Schema.of(not), value).isEmpty()) {
            add(Cause.invalid(path, quoted(value), shown(path) + " in body must not validate the schema (not)"));
        }
    }

    private static int matches(JsonNode schemas, JsonNode value) {
        int count = 0;
        for (JsonNode schema : schemas) {
            if (schema instanceof ObjectNode object
                    && validate(Schema.of(object), value).isEmpty()) {
                count++;
            }
        }
        return count;
    }

    private void string(Schema schema, String text, String path) {
        JsonNode json = schema.json();
        int chars = text.codePointCount(0, text.length());
        if (json.has("maxLength") && chars > json.path("maxLength").asInt()) {
            int max = json.path("maxLength").asInt();
            add(new Cause("FieldValueTooLong", "Too long: may not be more than " + max + " bytes", path));
        }
        if (json.has("minLength") && chars < json.path("minLength").asInt()) {
            String detail = shown(path) + " in body should be at least "
                    + json.path("minLength").asInt() + " chars long";
            add(Cause.invalid(path, "\"" + text + "\"", detail));
        }
        String pattern = Trees.text(json, "pattern");
        if (!pattern.isEmpty()
                && !PATTERNS.computeIfAbsent(pattern, Pattern::compile)
                        .matcher(text)
                        .find()) {
            add(Cause.invalid(path, "\"" + text + "\"", shown(path) + " in body should match '" + pattern + "'"));
        }
        if (Trees.text(json, "format").equals("date-time") && !isTime(text)) {
            add(Cause.invalid(
                    path, "\"" + text + "\"", shown(path) + " in body must be of type date-time: \"" + text + "\""));
        }
    }

    private static boolean isTime(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private void number(Schema schema, JsonNode value, String path) {
        JsonNode json = schema.json();
        BigDecimal number = value.decimalValue();
        boolean aboveOnly = json.path("exclusiveMinimum").asBoolean();
        boolean belowOnly = json.path("exclusiveMaximum").asBoolean();
        if (json.has("minimum")) {
            BigDecimal min = json.path("minimum").decimalValue();
            if (number.compareTo(min) < (aboveOnly ? 1 : 0)) {
                String rule = aboveOnly ? "should be greater than " : "should be greater than or equal to ";
                add(Cause.invalid(path, value.asText(), shown(path) + " in body " + rule + plain(min)));
            }
        }
        if (json.has("maximum")) {
            BigDecimal max = json.path("maximum").decimalValue();
            if (number.compareTo(max) > (belowOnly ? -1 : 0)) {
                String rule = belowOnly ? "should be less than " : "should be less than or equal to ";
                add(Cause.invalid(path, value.asText(), shown(path) + " in body " + rule + plain(max)));
            }
        }
        if (json.has("multipleOf")
                && number.remainder(json.path("multipleOf").decimalValue()).signum() != 0) {
            String factor = json.path("multipleOf").asText();
            add(Cause.invalid(path, value.asText(), shown(path) + " in body should be a multiple of " + factor));
        }
        if (Trees.text(json, "format").equals("int32") && !value.canConvertToInt()) {
            add(Cause.invalid(path, value.asText(), shown(path) + " in body must be of type int32: \"integer\""));
        }
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    private void array(Schema schema, JsonNode list, String path) {
        JsonNode json = schema.json();
        if (json.has("maxItems") && list.size() > json.path("maxItems").asInt()) {
            String message = "Too many: " + list.size() + ": must have at most "
                    + json.path("maxItems").asInt() + " items";
            add(new Cause("FieldValueTooMany", message, path));
        }
        if (json.has("minItems") && list.size() < json.path("minItems").asInt()) {
            String detail = shown(path) + " in body should have at least "
                    + json.path("minItems").asInt() + " items";
            add(Cause.invalid(path, Integer.toString(list.size()), detail));
        }
        Set<JsonNode> seen = new HashSet<>();
        boolean distinct = json.path("uniqueItems").asBoolean() || schema.listKind() != Schema.ListKind.ATOMIC;
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            String at = path + "[" + i + "]";
            if (distinct && !seen.add(identity(schema, item))) {
                String duplicate =
                        schema.listKind() == Schema.ListKind.MAP ? Trees.string(identity(schema, item)) : quoted(item);
                add(new Cause("FieldValueDuplicate", "Duplicate value: " + duplicate, at));
            }
            check(schema.items(), item, at);
        }
    }

    private static JsonNode identity(Schema schema, JsonNode item) {
        if (schema.listKind() != Schema.ListKind.MAP || !item.isObject()) {
            return item;
        }
        ObjectNode keys = Trees.object();
        for (String key : schema.listKeys()) {
            JsonNode value = item.get(key);
            JsonNode fallback = schema.items().fieldOrUnknown(key).defaultValue();
            keys.set(key, value != null ? value : fallback);
        }
        return keys;
    }

    private void object(Schema schema, ObjectNode object, String path) {
        JsonNode json = schema.json();
        if (json.has("maxProperties")
                && object.size() > json.path("maxProperties").asInt()) {
            int max = json.path("maxProperties").asInt();
            String message = "Too many: " + object.size() + ": must have at most " + max + " items";
            add(new Cause("FieldValueTooMany", message, path));
        }
        if (json.has("minProperties")
                && object.size() < json.path("minProperties").asInt()) {
            String detail = shown(path) + " in body should have at least "
                    + json.path("minProperties").asInt() + " properties";
            add(Cause.invalid(path, Integer.toString(object.size()), detail));
        }
        for (String name : schema.required()) {
            if (!object.has(name)) {
                add(Cause.required(join(path, name), ""));
            }
        }
        object.properties().forEach(field -> {
            Schema known = schema.field(field.getKey());
            if (known != null) {
                check(known, field.getValue(), join(path, field.getKey()));
            }
        });
    }

    private void add(Cause cause) {
        findings.add(cause);
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String shown(String path) {
        return path.isEmpty() ? "the object" : path;
    }

    /// A value as messages show it; objects and lists by their content.
    static String quoted(JsonNode value) {
        return Trees.string(value);
    }
}
