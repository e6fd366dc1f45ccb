package io.concordkv.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.builtin.ModelSchemas;
import io.concordkv.local.object.KubernetesVersion;
import io.concordkv.local.object.Trees;
import io.concordkv.local.type.ResourceType;
import io.concordkv.local.type.TypeRegistry;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `/openapi/v3`: an index and one document for each group version, as far as clients read them:
/// the schemas (for `explain` and for the merge keys of `apply` and `diff`) and, for each type, the
/// operations with their parameters (kubectl asks whether the server validates fields).
final class OpenApi {
    private static final String REF = "#/components/schemas/";
    private static final List<String> WRITE_PARAMETERS =
            List.of("dryRun", "fieldManager", "fieldValidation", "force", "pretty");

    private final TypeRegistry types;
    private final ModelSchemas models;

    OpenApi(TypeRegistry types, ModelSchemas models) {
        this.types = types;
        this.models = models;
    }

    /// @return null when the path is no OpenAPI document
    @Nullable
    ApiResponse answer(ApiRequest request) {
        String path = request.path();
        if (path.equals("/openapi/v3")) {
            return ApiResponse.json(200, index(request.prefix()));
        }
        if (!path.startsWith("/openapi/v3/")) {
            return null;
        }
        String[] parts = path.substring("/openapi/v3/".length()).split("/");
        if (parts.length == 2 && parts[0].equals("api")) {
            return document("", parts[1]);
        }
        return parts.length == 3 && parts[0].equals("apis") ? document(parts[1], parts[2]) : null;
    }

    /// @param prefix the client's own prefix, because it takes the addresses as absolute
    private ObjectNode index(String prefix) {
        Map<String, String> hashes = new TreeMap<>();
        for (ResourceType type : types.all()) {
            String key = (type.group().isEmpty() ? "api/" : "apis/") + type.apiVersion();
            hashes.merge(key, Integer.toHexString(type.schema().json().hashCode()), String::concat);
        }
        ObjectNode index = Trees.object();
        ObjectNode paths = index.putObject("paths");
        hashes.forEach((path, hash) -> paths.putObject(path)
                .put(
                        "serverRelativeURL",
                        prefix + "/openapi/v3/" + path + "?hash=" + Integer.toHexString(hash.hashCode())));
        return index;
    }

    private @Nullable ApiResponse document(String group, String version) {
        List<ResourceType> served = types.of(group, version);
        if (served.isEmpty()) {
            return null;
        }
        ObjectNode document = Trees.object().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", KubernetesVersion.FULL);
        ObjectNode paths = document.putObject("paths");
        ObjectNode schemas = Trees.ensureObject(document, "components", "schemas");
        for (ResourceType type : served) {
            String name = schemaName(type);
            ObjectNode schema = type.schema().json().deepCopy();
            schema.putArray("x-kubernetes-group-version-kind").add(gvk(type));
            schemas.set(name, schema);
            paths(paths, type, name);
        }
        addReferenced(schemas);
        return ApiResponse.json(200, document);
    }

    private static String schemaName(ResourceType type) {
        return type.custom() ? type.group() + "." + type.version() + "." + type.kind() : type.kind();
    }

    private static void paths(ObjectNode paths, ResourceType type, String schema) {
        String root = (type.group().isEmpty() ? "/api/" : "/apis/") + type.apiVersion();
        String collection = root + (type.namespaced() ? "/namespaces/{namespace}/" : "/") + type.resource();
        ObjectNode list = paths.putObject(collection);
        operation(list, "get", "list", type, schema);
        operation(list, "post", "post", type, schema);
        ObjectNode one = paths.putObject(collection + "/{name}");
        operation(one, "get", "get", type, schema);
        operation(one, "put", "put", type, schema);
        operation(one, "patch", "patch", type, schema);
        operation(one, "delete", "delete", type, schema);
    }

    private static void operation(ObjectNode path, String method, String action, ResourceType type, String schema) {
        ObjectNode operation = path.putObject(method);
        operation.put("operationId", action + type.kind());
        operation.put("x-kubernetes-action", action);
        operation.set("x-kubernetes-group-version-kind", gvk(type));
        if (!method.equals("get")) {
            ArrayNode parameters = operation.putArray("parameters");
            for (String name : WRITE_PARAMETERS) {
                parameters
                        .addObject()
                        .put("name", name)
                        .put("in", "query")
                        .putObject("schema")
                        .put("type", "string");
            }
        }
        Trees.ensureObject(operation, "responses", "200", "content", "application/json", "schema")
                .put("$ref", REF + schema);
    }

    private static ObjectNode gvk(ResourceType type) {
        return Trees.object()
                .put("group", type.group())
                .put("version", type.version())
                .put("kind", type.kind());
    }

    /// Adds the definitions that the present ones refer to.
    private void addReferenced(ObjectNode schemas) {
        ArrayDeque<JsonNode> open = new ArrayDeque<>();
        schemas.forEach(open::add);
        while (!open.isEmpty()) {
            JsonNode node = open.removeFirst();
            String reference = node.path("$ref").asText();
            if (reference.startsWith(REF)) {
                String name = reference.substring(REF.length());
                ObjectNode definition = models.definition(name);
                if (!schemas.has(name) && definition != null) {
                    schemas.set(name, definition);
                    open.add(definition);
                }
            }
            node.forEach(open::add);
        }
    }
}
