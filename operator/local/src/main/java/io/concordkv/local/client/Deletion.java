package io.concordkv.local.client;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Deletes that name the very object they mean, by uid.
public final class Deletion {
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private Deletion() {}

    /// Does nothing when the object is gone or another one has its name.
    ///
    /// @param path        of the object
    /// @param graceSeconds null means the object's own grace period
    /// @param propagation `Background`, `Foreground`, `Orphan` or null for the type's default
    public static void delete(
            KubernetesClient client,
            String path,
            String uid,
            @Nullable Integer graceSeconds,
            @Nullable String propagation) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("kind", "DeleteOptions");
        options.put("apiVersion", "v1");
        options.put("preconditions", Map.of("uid", uid));
        if (graceSeconds != null) {
            options.put("gracePeriodSeconds", graceSeconds);
        }
        if (propagation != null) {
            options.put("propagationPolicy", propagation);
        }
        try {
            client.raw(path, "DELETE", options);
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != NOT_FOUND && refused.getCode() != CONFLICT) {
                throw refused;
            }
        }
    }

    public static String podPath(ObjectKey pod) {
        return "/api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name();
    }
}
