package io.concordkv.local.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.KubernetesVersion;
import io.concordkv.local.object.Trees;
import io.concordkv.local.type.ResourceType;
import io.concordkv.local.type.TypeRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client asks before it knows anything: version, health, groups, and the resources of each
/// group version (the legacy form of discovery, which every client understands).
final class Discovery {
    private static final List<String> HEALTH = List.of("/readyz", "/livez", "/healthz");

    private final TypeRegistry types;

    Discovery(TypeRegistry types) {
        this.types = types;
    }

    /// Paths that need no token: they tell nothing about what is stored.
    static boolean isPublic(String path) {
        return path.equals("/version") || HEALTH.stream().anyMatch(path::startsWith);
    }

    @Nullable
    ApiResponse answer(ApiRequest request) {
        String path = request.path();
        if (HEALTH.contains(path)) {
            return ApiResponse.text("ok");
        }
        return switch (path) {
            case "/version", "/version/" -> ApiResponse.json(200, version());
            case "/api", "/api/" -> ApiResponse.json(200, coreVersions());
            case "/apis", "/apis/" -> ApiResponse.json(200, groups());
            case "/" -> ApiResponse.json(200, paths());
            default -> resources(path);
        };
    }

    private @Nullable ApiResponse resources(String path) {
        String[] parts = path.substring(1).split("/");
        if (parts.length == 2 && parts[0].equals("api") && parts[1].equals("v1")) {
            return ApiResponse.json(200, resources("", "v1"));
        }
        if (!parts[0].equals("apis")) {
            return null;
        }
        Map<String, List<String>> groups = groupVersions();
        if (parts.length == 2 && groups.containsKey(parts[1])) {
            ObjectNode group = group(parts[1], groups.getOrDefault(parts[1], List.of()));
            return ApiResponse.json(200, group.put("kind", "APIGroup").put("apiVersion", "v1"));
        }
        boolean known =
                parts.length == 3 && groups.getOrDefault(parts[1], List.of()).contains(parts[2]);
        return known ? ApiResponse.json(200, resources(parts[1], parts[2])) : null;
    }

    private static ObjectNode version() {
        return Trees.object()
                .put("major", KubernetesVersion.MAJOR)
                .put("minor", KubernetesVersion.MINOR)
                .put("gitVersion", KubernetesVersion.FULL)
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "2026-01-01T00:00:00Z")
                .put("goVersion", "none: ConcordKV local endpoint")
                .put("compiler", "javac")
                .put("platform", "linux/amd64");
    }

    private static ObjectNode coreVersions() {
        ObjectNode node = Trees.object().put("kind", "APIVersions");
        node.putArray("versions").add("v1");
        node.putArray("serverAddressByClientCIDRs");
        return node;
    }

    private ObjectNode groups() {
        ObjectNode list = Trees.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        groupVersions().forEach((name, versions) -> groups.add(group(name, versions)));
        return list;
    }

    private Map<String, List<String>> groupVersions() {
        Map<String, List<String>> groups = types.groups();
        for (Subresources.Extra extra : Subresources.EXTRAS) {
            if (!extra.group().isEmpty()) {
                groups.putIfAbsent(extra.group(), List.of(extra.version()));
            }
        }
        return groups;
    }

    private static ObjectNode group(String name, List<String> versions) {
        ObjectNode group = Trees.object().put("name", name);
        ArrayNode list = group.putArray("versions");
        for (String version : versions) {
            list.addObject().put("groupVersion", name + "/" + version).put("version", version);
        }
        group.putObject("preferredVersion")
                .put("groupVersion", name + "/" + versions.getFirst())
                .put("version", versions.getFirst());
        return group;
    }

    private ObjectNode resources(String group, String version) {
        ObjectNode list = Trees.object().put("kind", "APIResourceList").put("apiVersion", "v1");
        list.put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        ArrayNode resources = list.putArray("resources");
        for (ResourceType type : types.of(group, version)) {
            ObjectNode entry = resource(
                    resources,
                    type,
                    type.resource(),
                    type.kind(),
                    type.verbs().stream().sorted().toList());
            entry.put("singularName", type.singular());
            if (!type.shortNames().isEmpty()) {
                type.shortNames().forEach(entry.putArray("shortNames")::add);
            }
            if (!type.categories().isEmpty()) {
                type.categories().forEach(entry.putArray("categories")::add);
            }
            if (type.hasStatus()) {
                resource(resources, type, type.resource() + "/status", type.kind(), List.of("get", "patch", "update"));
            }
            if (type.scale().isPresent()) {
                resource(resources, type, type.resource() + "/scale", "Scale", List.of("get", "patch", "update"))
                        .put("group", "autoscaling")
                        .put("version", "v1");
            }
        }
        for (Subresources.Extra extra : Subresources.EXTRAS) {
            if (extra.group().equals(group) && extra.version().equals(version)) {
                ObjectNode entry = resources.addObject();
                entry.put("name", extra.name()).put("singularName", extra.singular());
                entry.put("namespaced", extra.namespaced()).put("kind", extra.kind());
                extra.verbs().forEach(entry.putArray("verbs")::add);
                if (!extra.kindGroup().isEmpty()) {
                    entry.put("group", extra.kindGroup()).put("version", "v1");
                }
            }
        }
        return list;
    }

    private static ObjectNode resource(
            ArrayNode into, ResourceType type, String name, String kind, List<String> verbs) {
        ObjectNode entry = into.addObject();
        entry.put("name", name).put("singularName", "").put("namespaced", type.namespaced());
        entry.put("kind", kind);
        verbs.forEach(entry.putArray("verbs")::add);
        return entry;
    }

    private ObjectNode paths() {
        List<String> paths = new ArrayList<>(List.of("/api", "/api/v1", "/apis", "/openapi/v3", "/version"));
        paths.addAll(HEALTH);
        groupVersions().forEach((group, versions) -> versions.forEach(v -> paths.add("/apis/" + group + "/" + v)));
        ObjectNode root = Trees.object();
        paths.stream().sorted().forEach(root.putArray("paths")::add);
        return root;
    }
}
