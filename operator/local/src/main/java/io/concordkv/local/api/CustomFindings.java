package io.concordkv.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.StatusException.Cause;
import io.concordkv.local.schema.Rules;
import io.concordkv.local.schema.Validator;
import io.concordkv.local.type.JsonPath;
import io.concordkv.local.type.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is wrong with a custom resource, in the order and words of a real API server: first the schema,
/// then the CEL rules, unless the object is so wrong that rules could not be evaluated.
final class CustomFindings {
    private static final String ROOT = "<nil>";

    /// With one of these the rules are not evaluated.
    private static final Set<String> BLOCKING = Set.of(
            "FieldValueNotSupported",
            "FieldValueRequired",
            "FieldValueTooLong",
            "FieldValueTooMany",
            Cause.TYPE_INVALID);

    private static final Cause NOT_CHECKED = new Cause(
            "FieldValueInvalid",
            "Invalid value: null: some validation rules were not checked because the object was invalid;"
                    + " correct the existing errors to complete validation",
            ROOT);

    private CustomFindings() {}

    /// Without what was wrong before and was not touched: a stricter definition must not stop writes to
    /// other fields.
    static List<Cause> of(ResourceType type, ObjectNode object, @Nullable ObjectNode current) {
        List<Cause> findings = findings(type, object, current);
        if (!findings.isEmpty() && current != null) {
            List<Cause> before = findings(type, current, null);
            findings.removeIf(
                    cause -> before.contains(cause) && at(object, cause.field()).equals(at(current, cause.field())));
        }
        if (isBlocked(findings)) {
            findings.add(NOT_CHECKED);
        }
        return findings;
    }

    /// @throws StatusException 500 when a value of an applied object has another type than its field
    static void requireTypes(Target target, ObjectNode sent) {
        Validator.validate(target.type().schema(), sent).stream()
                .filter(cause -> cause.reason().equals(Cause.TYPE_INVALID))
                .findFirst()
                .ifPresent(cause -> {
                    throw StatusException.untyped(
                            target.subject(), target.type().version(), target.namespace(), cause);
                });
    }

    private static List<Cause> findings(ResourceType type, ObjectNode object, @Nullable ObjectNode current) {
        List<Cause> findings = new ArrayList<>(Validator.validate(type.schema(), object));
        type.scale().ifPresent(paths -> addUncountable(paths.specReplicas(), object, findings));
        if (!isBlocked(findings)) {
            findings.addAll(Rules.check(type.schema(), object, current));
        }
        return findings;
    }

    /// The scale subresource could not show it.
    private static void addUncountable(String path, ObjectNode object, List<Cause> findings) {
        for (JsonNode value : JsonPath.parse(path).read(object)) {
            if (!value.isIntegralNumber()) {
                findings.add(Cause.invalid(
                        path,
                        "0",
                        path + " accessor error: " + value.asText() + " is of the type " + typeOf(value)
                                + ", expected int64"));
            } else if (value.bigIntegerValue().signum() < 0) {
                findings.add(Cause.invalid(path, value.asText(), "should be a non-negative integer"));
            }
        }
    }

    private static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> "float64";
            case BOOLEAN -> "bool";
            case ARRAY -> "[]interface {}";
            case OBJECT -> "map[string]interface {}";
            case BINARY, MISSING, NULL, POJO -> "<nil>";
        };
    }

    private static boolean isBlocked(List<Cause> findings) {
        return findings.stream().anyMatch(cause -> BLOCKING.contains(cause.reason()));
    }

    private static List<JsonNode> at(ObjectNode object, String field) {
        try {
            return field.equals(ROOT) ? List.of(object) : JsonPath.parse(field).read(object);
        } catch (IllegalArgumentException e) {
            return List.of(object); // a map key that is no plain path: compare everything
        }
    }
}
