package io.concordkv.local.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A path below `/api/v1` or `/apis/GROUP/VERSION`, taken apart.
///
/// @param namespace   empty for cluster-scoped objects and for lists over all namespaces
/// @param name        empty for a collection
/// @param subresource empty for the object itself
public record ResourcePath(
        String group, String version, String namespace, String resource, String name, String subresource) {

    /// @return null when the path names no resource
    public static @Nullable ResourcePath parse(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            if (!part.isEmpty()) {
                parts.add(URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        boolean core = parts.size() >= 2 && parts.getFirst().equals("api");
        if (!core && (parts.size() < 3 || !parts.getFirst().equals("apis"))) {
            return null;
        }
        String group = core ? "" : parts.get(1);
        String version = parts.get(core ? 1 : 2);
        List<String> rest = parts.subList(core ? 2 : 3, parts.size());
        String namespace = "";
        boolean namespaceItself = rest.size() == 2
                || (rest.size() == 3
                        && (rest.get(2).equals("status") || rest.get(2).equals("finalize")));
        if (rest.size() >= 3 && rest.getFirst().equals("namespaces") && !namespaceItself) {
            namespace = rest.get(1);
            rest = rest.subList(2, rest.size());
        }
        if (rest.isEmpty() || rest.size() > 3) {
            return null;
        }
        return new ResourcePath(
                group,
                version,
                namespace,
                rest.get(0),
                rest.size() > 1 ? rest.get(1) : "",
                rest.size() > 2 ? rest.get(2) : "");
    }
}
