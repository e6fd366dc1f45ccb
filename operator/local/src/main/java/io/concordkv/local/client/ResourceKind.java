package io.concordkv.local.client;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;

/// One type of objects as discovery names it.
///
/// @param group  empty for the core group
/// @param plural as in paths
public record ResourceKind(String group, String version, String plural, String kind, boolean namespaced) {

    /// All types whose objects can be listed, watched and deleted; each group in its preferred
    /// version. Events are left out: they own nothing and end by themselves.
    public static List<ResourceKind> discover(KubernetesClient client) {
        var versions = new LinkedHashMap<String, String>();
        versions.put("", "v1");
        for (var group : client.getApiGroups().getGroups()) {
            versions.put(group.getName(), group.getPreferredVersion().getVersion());
        }
        var kinds = new ArrayList<ResourceKind>();
        versions.forEach((group, version) -> {
            var resources = client.getApiResources(group.isEmpty() ? version : group + "/" + version);
            if (resources != null) {
                resources.getResources().stream()
                        .filter(ResourceKind::isCollected)
                        .map(resource -> new ResourceKind(
                                group,
                                version,
                                resource.getName(),
                                resource.getKind(),
                                Boolean.TRUE.equals(resource.getNamespaced())))
                        .forEach(kinds::add);
            }
        });
        return kinds;
    }

    private static boolean isCollected(APIResource resource) {
        return !resource.getName().contains("/")
                && !resource.getName().equals("events")
                && resource.getVerbs().containsAll(List.of("list", "watch", "delete"));
    }

    /// Whether `apiVersion` and `kind` of a reference mean this type, in whatever version.
    public boolean isMeantBy(String apiVersion, String kindName) {
        String groupOfReference = apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
        return kind.equals(kindName) && group.equals(groupOfReference);
    }

    public String path(String namespace, String name) {
        String base = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
        return base + (namespaced ? "/namespaces/" + namespace : "") + "/" + plural + "/" + name;
    }

    public ResourceDefinitionContext context() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(Objects.requireNonNull(group))
                .withVersion(version)
                .withPlural(plural)
                .withKind(kind)
                .withNamespaced(namespaced)
                .build();
    }
}
