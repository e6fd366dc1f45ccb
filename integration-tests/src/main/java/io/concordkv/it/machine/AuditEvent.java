package io.concordkv.it.machine;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Set;

/// One request, as the API server wrote it down.
///
/// @param began       when it arrived
/// @param user        for example `system:serviceaccount:concordkv:concord-operator`
/// @param pod         the pod whose token it came with; empty when the token is bound to none
/// @param group       API group; empty for the core
/// @param resource    with its subresource: `pods/eviction`; empty for paths that are no resources
/// @param namespace   empty for all
/// @param name        empty for lists
/// @param code        HTTP status
/// @param reason      which binding allowed it
record AuditEvent(
        Instant began,
        String user,
        String pod,
        String agent,
        String verb,
        String group,
        String resource,
        String namespace,
        String name,
        int code,
        boolean allowed,
        String reason) {
    private static final Set<String> READS = Set.of("get", "list", "watch");
    private static final String FORBIDDEN = "forbid";

    static AuditEvent of(JsonNode line) {
        JsonNode object = line.path("objectRef");
        String subresource = object.path("subresource").asText();
        JsonNode annotations = line.path("annotations");
        return new AuditEvent(
                Instant.parse(line.path("requestReceivedTimestamp").asText()),
                line.path("user").path("username").asText(),
                line.path("user")
                        .path("extra")
                        .path("authentication.kubernetes.io/pod-name")
                        .path(0)
                        .asText(),
                line.path("userAgent").asText(),
                line.path("verb").asText(),
                object.path("apiGroup").asText(),
                object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
                object.path("namespace").asText(),
                object.path("name").asText(),
                line.path("responseStatus").path("code").asInt(),
                !annotations.path("authorization.k8s.io/decision").asText().equals(FORBIDDEN),
                annotations.path("authorization.k8s.io/reason").asText());
    }

    /// @param account name of a service account, in whatever namespace
    boolean isOf(String account) {
        return user.startsWith("system:serviceaccount:") && user.endsWith(":" + account);
    }

    boolean isWrite() {
        return !READS.contains(verb);
    }

    boolean isOfLease() {
        return group.equals("coordination.k8s.io") && resource.equals("leases");
    }

    @Override
    public String toString() {
        String where = (namespace.isEmpty() ? "" : namespace + "/") + name;
        return "%s %s %s of %s answers %d (pod %s, %s)"
                .formatted(began, verb, group.isEmpty() ? resource : resource + "." + group, where, code, pod, agent);
    }
}
