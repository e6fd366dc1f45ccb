package io.concordkv.local.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Trees;
import java.util.List;

/// Values a pod template gets where its author left them out.
final class PodDefaults {
    private PodDefaults() {}

    static void apply(ObjectNode spec) {
        Trees.setDefault(spec, "restartPolicy", "Always");
        Trees.setDefault(spec, "dnsPolicy", "ClusterFirst");
        Trees.setDefault(spec, "schedulerName", "default-scheduler");
        Trees.setDefault(spec, "terminationGracePeriodSeconds", 30);
        Trees.setDefault(spec, "securityContext", Trees.object());
        if (Trees.has(spec, "serviceAccountName")) {
            Trees.setDefault(spec, "serviceAccount", Trees.text(spec, "serviceAccountName"));
        }
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : spec.path(list)) {
                if (container instanceof ObjectNode object) {
                    container(object);
                }
            }
        }
        for (JsonNode volume : spec.path("volumes")) {
            volume(volume);
        }
    }

    private static void container(ObjectNode container) {
        String image = Trees.text(container, "image");
        boolean latest = image.endsWith(":latest") || (image.indexOf(':', image.lastIndexOf('/') + 1) < 0);
        Trees.setDefault(container, "imagePullPolicy", latest ? "Always" : "IfNotPresent");
        Trees.setDefault(container, "terminationMessagePath", "/dev/termination-log");
        Trees.setDefault(container, "terminationMessagePolicy", "File");
        Trees.setDefault(container, "resources", Trees.object());
        for (JsonNode port : container.path("ports")) {
            if (port instanceof ObjectNode object) {
                Trees.setDefault(object, "protocol", "TCP");
            }
        }
        for (JsonNode variable : container.path("env")) {
            if (Trees.at(variable, "valueFrom", "fieldRef") instanceof ObjectNode reference) {
                Trees.setDefault(reference, "apiVersion", "v1");
            }
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.get(probe) instanceof ObjectNode object) {
                probe(object);
            }
        }
        for (String hook : List.of("postStart", "preStop")) {
            httpGet(Trees.at(container, "lifecycle", hook, "httpGet"));
        }
        // A limit alone is also the request.
        Trees.at(container, "resources", "limits")
                .properties()
                .forEach(limit -> Trees.setDefault(
                        Trees.ensureObject(container, "resources", "requests"), limit.getKey(), limit.getValue()));
    }

    private static void probe(ObjectNode probe) {
        Trees.setDefault(probe, "timeoutSeconds", 1);
        Trees.setDefault(probe, "periodSeconds", 10);
        Trees.setDefault(probe, "successThreshold", 1);
        Trees.setDefault(probe, "failureThreshold", 3);
        httpGet(probe.path("httpGet"));
        if (probe.get("grpc") instanceof ObjectNode grpc) {
            Trees.setDefault(grpc, "service", "");
        }
    }

    private static void httpGet(JsonNode node) {
        if (node instanceof ObjectNode httpGet) {
            Trees.setDefault(httpGet, "path", "/");
            Trees.setDefault(httpGet, "scheme", "HTTP");
        }
    }

    private static void volume(JsonNode volume) {
        for (String source : List.of("configMap", "secret", "downwardAPI", "projected")) {
            if (volume.get(source) instanceof ObjectNode object) {
                Trees.setDefault(object, "defaultMode", 420);
                for (JsonNode item : object.path("items")) {
                    fieldRef(item);
                }
                for (JsonNode projection : object.path("sources")) {
                    projection.path("downwardAPI").path("items").forEach(PodDefaults::fieldRef);
                    if (projection.get("serviceAccountToken") instanceof ObjectNode token) {
                        Trees.setDefault(token, "expirationSeconds", 3600);
                    }
                }
            }
        }
        if (volume.get("hostPath") instanceof ObjectNode hostPath) {
            Trees.setDefault(hostPath, "type", "");
        }
    }

    private static void fieldRef(JsonNode item) {
        if (item.get("fieldRef") instanceof ObjectNode reference) {
            Trees.setDefault(reference, "apiVersion", "v1");
        }
    }
}
