package io.concordkv.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.concordkv.local.object.StatusException.Cause;
import io.concordkv.local.object.Trees;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The `x-kubernetes-validations` of a schema: rules in CEL over `self` and, for rules about
/// changes, `oldSelf`. Types are dynamic; real servers also check them when the rule is defined.
public final class Rules {
    private static final Pattern OLD = Pattern.compile("\\boldSelf\\b");
    private static final Set<String> SIMPLE = Set.of("string", "integer", "number", "boolean");
    private static final Map<String, CelRuntime.Program> PROGRAMS = new ConcurrentHashMap<>();

    private final List<Cause> findings = new ArrayList<>();

    private Rules() {}

    /// The environment costs a tenth of a second, so it is made when the first rule needs it.
    private static final class Environment {
        static final Cel CEL = create();

        private static Cel create() {
            CelOptions options = CelOptions.current()
                    .enableHeterogeneousNumericComparisons(true)
                    .build();
            CelBuilder builder = CelFactory.standardCelBuilder()
                    .setOptions(options)
                    .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                    .addVar("self", SimpleType.DYN)
                    .addVar("oldSelf", SimpleType.DYN)
                    .addCompilerLibraries(
                            CelExtensions.strings(),
                            CelExtensions.math(),
                            CelExtensions.sets(options),
                            CelExtensions.optional())
                    .addRuntimeLibraries(
                            CelExtensions.strings(),
                            CelExtensions.math(),
                            CelExtensions.sets(options),
                            CelExtensions.optional());
            KubernetesFunctions.addTo(builder);
            return builder.build();
        }
    }

    /// Checks an object against all rules of its schema.
    ///
    /// @param old the object before the change, null when it is created
    public static List<Cause> check(Schema schema, ObjectNode object, @Nullable ObjectNode old) {
        Rules rules = new Rules();
        rules.visit(schema, object, old, "", true);
        return rules.findings;
    }

    /// Compiles every rule of a schema.
    ///
    /// @return what is wrong with them
    public static List<Cause> compile(Schema schema, String path) {
        List<Cause> problems = new ArrayList<>();
        JsonNode rules = schema.json().path("x-kubernetes-validations");
        for (int i = 0; i < rules.size(); i++) {
            String at = path + ".x-kubernetes-validations[" + i + "].";
            for (String field : List.of("rule", "messageExpression")) {
                String text = Trees.text(rules.get(i), field);
                try {
                    if (!text.isEmpty()) {
                        program(text);
                    }
                } catch (CelValidationException | CelEvaluationException e) {
                    problems.add(Cause.invalid(at + field, '"' + text + '"', "compilation failed: " + e.getMessage()));
                }
            }
        }
        schema.properties()
                .forEach((name, field) -> problems.addAll(compile(field, path + ".properties[" + name + "]")));
        if (schema.json().has("items")) {
            problems.addAll(compile(schema.items(), path + ".items"));
        }
        Schema values = schema.additional();
        if (values != null) {
            problems.addAll(compile(values, path + ".additionalProperties"));
        }
        return problems;
    }

    private void visit(Schema schema, JsonNode value, @Nullable JsonNode old, String path, boolean root) {
        for (JsonNode rule : schema.json().path("x-kubernetes-validations")) {
            evaluate(schema, rule, value, old, path, root);
        }
        if (value.isObject()) {
            value.properties().forEach(field -> {
                Schema known = schema.field(field.getKey());
                if (known != null) {
                    JsonNode before = old == null ? null : old.get(field.getKey());
                    visit(known, field.getValue(), before, join(path, field.getKey()), known.isEmbeddedResource());
                }
            });
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                JsonNode item = value.get(i);
                visit(schema.items(), item, counterpart(schema, item, old), path + "[" + i + "]", false);
            }
        }
    }

    /// The old element with the same keys; elements of other lists have none.
    private static @Nullable JsonNode counterpart(Schema schema, JsonNode item, @Nullable JsonNode old) {
        if (old == null || schema.listKind() != Schema.ListKind.MAP) {
            return null;
        }
        for (JsonNode before : old) {
            if (schema.listKeys().stream().allMatch(key -> before.path(key).equals(item.path(key)))) {
                return before;
            }
        }
        return null;
    }

    private void evaluate(
            Schema schema, JsonNode rule, JsonNode value, @Nullable JsonNode old, String path, boolean root) {
        String text = Trees.text(rule, "rule");
        boolean optionalOld = rule.path("optionalOldSelf").asBoolean();
        boolean aboutChange = OLD.matcher(text).find();
        if (aboutChange && old == null && !optionalOld) {
            return;
        }
        Map<String, Object> variables = new HashMap<>();
        variables.put("self", CelValues.of(schema, value, root));
        if (aboutChange) {
            Object before = old == null ? null : CelValues.of(schema, old, root);
            variables.put("oldSelf", optionalOld ? Optional.ofNullable(before) : nonNull(before));
        }
        String where = path + Trees.text(rule, "fieldPath");
        where = where.startsWith(".") ? where.substring(1) : where;
        try {
            if (!Boolean.TRUE.equals(program(text).eval(variables))) {
                findings.add(cause(rule, where, shown(schema, value), message(rule, variables)));
            }
        } catch (CelEvaluationException | CelValidationException e) {
            String problem = "rule evaluation error: " + e.getMessage() + " in: " + text;
            findings.add(cause(rule, where, shown(schema, value), problem));
        }
    }

    /// Values of simple types are shown before the message.
    private static String shown(Schema schema, JsonNode value) {
        return SIMPLE.contains(schema.type()) ? Validator.quoted(value) + ": " : "";
    }

    private static Object nonNull(@Nullable Object value) {
        return value == null ? Map.of() : value;
    }

    private static String message(JsonNode rule, Map<String, Object> variables) {
        String expression = Trees.text(rule, "messageExpression");
        if (!expression.isEmpty()) {
            try {
                if (program(expression).eval(variables) instanceof String text && !text.isBlank()) {
                    return text;
                }
            } catch (CelEvaluationException | CelValidationException e) {
                // As in a real server: the fixed message stands in.
                return fixedMessage(rule);
            }
        }
        return fixedMessage(rule);
    }

    private static String fixedMessage(JsonNode rule) {
        String message = Trees.text(rule, "message");
        return message.isEmpty() ? "failed rule: " + Trees.text(rule, "rule") : message;
    }

    private static Cause cause(JsonNode rule, String path, String value, String message) {
        String reason = Trees.text(rule, "reason");
        String kind = switch (reason) {
            case "FieldValueRequired" -> "Required value: ";
            case "FieldValueForbidden" -> "Forbidden: ";
            case "FieldValueDuplicate" -> "Duplicate value: " + value;
            default -> "Invalid value: " + value;
        };
        return new Cause(
                reason.isEmpty() ? "FieldValueInvalid" : reason, kind + message, path.isEmpty() ? "<nil>" : path);
    }

    private static CelRuntime.Program program(String text) throws CelValidationException, CelEvaluationException {
        CelRuntime.Program known = PROGRAMS.get(text);
        if (known == null) {
            known = Environment.CEL.createProgram(Environment.CEL.compile(text).getAst());
            PROGRAMS.put(text, known);
        }
        return known;
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
