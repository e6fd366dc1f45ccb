package io.concordkv.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.Trees;
import io.concordkv.local.patch.JsonPatch;
import io.concordkv.local.patch.MergePatch;
import io.concordkv.local.type.ScalePaths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The `scale` subresource: one view (`autoscaling/v1 Scale`) of every type that counts replicas.
final class Scales {
    private final ObjectReader reader;
    private final ObjectWriter writer;

    Scales(ObjectReader reader, ObjectWriter writer) {
        this.reader = reader;
        this.writer = writer;
    }

    ApiResponse handle(Target target, ApiRequest request) {
        ScalePaths paths = target.type().scale().orElseThrow(StatusException::unknownPath);
        ObjectNode object = reader.get(target.main());
        ObjectNode scale = scale(object, paths);
        WriteOptions options = WriteOptions.of(request);
        ObjectNode wanted = switch (request.method()) {
            case "GET" -> scale;
            case "PUT" -> request.object();
            case "PATCH" -> patched(scale, request);
            default -> throw StatusException.methodNotAllowed(request.method());
        };
        if (request.method().equals("GET")) {
            return ApiResponse.json(200, scale);
        }
        JsonNode replicas = Trees.at(wanted, "spec", "replicas");
        if (!replicas.isMissingNode() && (!replicas.isIntegralNumber() || replicas.asInt() < 0)) {
            throw StatusException.invalid(
                    target.subject(),
                    List.of(StatusException.Cause.invalid(
                            "spec.replicas", replicas.toString(), "must be greater than or equal to 0")));
        }
        ObjectNode next = object.deepCopy();
        List<String> path = steps(paths.specReplicas());
        ObjectNode parent =
                Trees.ensureObject(next, path.subList(0, path.size() - 1).toArray(String[]::new));
        parent.set(path.getLast(), Trees.number(replicas.asLong(0)));
        String version = Trees.text(wanted, "metadata", "resourceVersion");
        if (version.isEmpty()) {
            next.withObject("metadata").remove("resourceVersion");
        } else {
            next.withObject("metadata").put("resourceVersion", version);
        }
        ObjectNode written = writer.scale(target, next, options);
        return ApiResponse.json(200, scale(written, paths), options.warnings());
    }

    private static ObjectNode patched(ObjectNode scale, ApiRequest request) {
        return switch (request.contentType()) {
            case "application/json-patch+json" -> {
                if (request.tree() instanceof ArrayNode operations) {
                    yield JsonPatch.apply(scale, operations);
                }
                throw StatusException.badRequest("a JSON patch must be a list of operations");
            }
            case "application/merge-patch+json",
                    "application/strategic-merge-patch+json",
                    "application/apply-patch+yaml" -> MergePatch.apply(scale, request.object());
            default ->
                throw StatusException.unsupportedMediaType(
                        request.contentType(), "application/json-patch+json, application/merge-patch+json");
        };
    }

    private static ObjectNode scale(ObjectNode object, ScalePaths paths) {
        ObjectNode scale = Trees.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            if (Trees.has(object, "metadata", field)) {
                metadata.set(field, Trees.at(object, "metadata", field));
            }
        }
        scale.putObject("spec")
                .set("replicas", Trees.number(at(object, paths.specReplicas()).asLong(0)));
        ObjectNode status = scale.putObject("status");
        status.set("replicas", Trees.number(at(object, paths.statusReplicas()).asLong(0)));
        JsonNode selector = paths.selector().isEmpty() ? Trees.object() : at(object, paths.selector());
        String text = selector.isTextual() ? selector.asText() : labels(selector);
        if (!text.isEmpty()) {
            status.put("selector", text);
        }
        return scale;
    }

    private static String labels(JsonNode selector) {
        List<String> terms = new ArrayList<>();
        selector.path("matchLabels")
                .properties()
                .forEach(label ->
                        terms.add(label.getKey() + "=" + label.getValue().asText()));
        return String.join(",", terms.stream().sorted().toList());
    }

    private static JsonNode at(ObjectNode object, String path) {
        return Trees.at(object, steps(path).toArray(String[]::new));
    }

    private static List<String> steps(String path) {
        return Arrays.stream(path.split("\\.")).filter(step -> !step.isEmpty()).toList();
    }
}
