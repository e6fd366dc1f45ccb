package io.concordkv.local.builtin;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Trees;
import io.concordkv.local.schema.Schema;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Structural schemas of built-in types, derived from the client library's model classes: every
/// JSON property of a class becomes a field. List keys and descriptions come from [MergeKeys] and
/// [Descriptions], since the classes do not carry them.
public final class ModelSchemas {
    private final Map<String, ObjectNode> definitions = new TreeMap<>();
    private final Map<Class<?>, String> names = new HashMap<>();

    /// The schema of a model class; classes it uses are defined once under their simple names.
    public synchronized Schema schema(Class<?> model) {
        return Schema.of(reference(model), this::definition);
    }

    /// The definition of a class by its simple name, or null.
    public synchronized @Nullable ObjectNode definition(String name) {
        return definitions.get(name);
    }

    /// All definitions so far.
    public synchronized Map<String, ObjectNode> definitions() {
        return new TreeMap<>(definitions);
    }

    private ObjectNode reference(Class<?> model) {
        String name = names.computeIfAbsent(model, this::name);
        if (!definitions.containsKey(name)) {
            ObjectNode schema = Trees.object();
            definitions.put(name, schema); // before its fields: classes may contain themselves
            fill(schema, model);
        }
        return Trees.object().put("$ref", "#/components/schemas/" + name);
    }

    private String name(Class<?> model) {
        String simple = model.getSimpleName();
        // Two API groups may use one word, such as Event.
        return definitions.containsKey(simple) ? model.getPackage().getName() + "." + simple : simple;
    }

    private void fill(ObjectNode schema, Class<?> model) {
        String owner = model.getSimpleName();
        schema.put("type", "object");
        Descriptions.of(owner).ifPresent(text -> schema.put("description", text));
        if (MergeKeys.ATOMIC_OBJECTS.contains(owner)) {
            schema.put("x-kubernetes-map-type", "atomic");
        }
        ObjectNode properties = schema.putObject("properties");
        for (Class<?> level = model; level != null && level != Object.class; level = level.getSuperclass()) {
            for (Field field : level.getDeclaredFields()) {
                JsonProperty property = field.getAnnotation(JsonProperty.class);
                if (property != null && !property.value().isEmpty()) {
                    properties.set(property.value(), property(owner, property.value(), field.getGenericType()));
                }
            }
        }
    }

    private ObjectNode property(String owner, String name, Type type) {
        ObjectNode schema = of(type);
        MergeKeys.annotate(owner, name, schema);
        Descriptions.of(owner + "." + name).ifPresent(text -> describe(schema, text));
        return schema;
    }

    private static void describe(ObjectNode schema, String text) {
        JsonNode reference = schema.remove("$ref");
        if (reference != null) {
            schema.putArray("allOf").addObject().set("$ref", reference);
        }
        schema.put("description", text);
    }

    private ObjectNode of(Type type) {
        if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            Type[] arguments = generic.getActualTypeArguments();
            if (List.class.isAssignableFrom(raw)) {
                ObjectNode array = Trees.object().put("type", "array");
                array.set("items", of(arguments[0]));
                return array;
            }
            if (Map.class.isAssignableFrom(raw)) {
                ObjectNode map = Trees.object().put("type", "object");
                map.set("additionalProperties", of(arguments[1]));
                return map;
            }
        }
        return type instanceof Class<?> plain ? ofClass(plain) : anything();
    }

    private ObjectNode ofClass(Class<?> type) {
        if (type == String.class || type.isEnum()) {
            return Trees.object().put("type", "string");
        }
        if (type == Integer.class || type == int.class) {
            return Trees.object().put("type", "integer").put("format", "int32");
        }
        if (type == Long.class || type == long.class) {
            return Trees.object().put("type", "integer").put("format", "int64");
        }
        if (type == Boolean.class || type == boolean.class) {
            return Trees.object().put("type", "boolean");
        }
        if (type == Double.class || type == Float.class) {
            return Trees.object().put("type", "number");
        }
        if (type == Quantity.class || type == IntOrString.class) {
            return Trees.object().put("x-kubernetes-int-or-string", true);
        }
        if (type == MicroTime.class) {
            return Trees.object().put("type", "string").put("format", "date-time");
        }
        return isModel(type) ? reference(type) : anything();
    }

    /// `JSONSchemaProps` mixes booleans and schemas; it is checked by the schema reader instead.
    private static boolean isModel(Class<?> type) {
        return type.getPackageName().startsWith("io.fabric8.kubernetes.api.model")
                && !type.isInterface()
                && !type.getSimpleName().startsWith("JSONSchemaProps")
                && !type.getSimpleName().equals("RawExtension")
                && !type.getSimpleName().equals("FieldsV1");
    }

    private static ObjectNode anything() {
        return Trees.object().put("x-kubernetes-preserve-unknown-fields", true);
    }
}
