package io.concordkv.local.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Values of the downward API: what a container may learn about its pod.
final class PodFields {
    private static final Pattern SUBSCRIPT = Pattern.compile("metadata\\.(labels|annotations)\\['([^']+)'\\]");

    private PodFields() {}

    /// @throws IllegalArgumentException when there is no such field
    static String value(Pod pod, String path) {
        var metadata = pod.getMetadata();
        Matcher subscript = SUBSCRIPT.matcher(path);
        if (subscript.matches()) {
            var map = subscript.group(1).equals("labels") ? metadata.getLabels() : metadata.getAnnotations();
            return Objects.requireNonNullElse(map, Map.<String, String>of()).getOrDefault(subscript.group(2), "");
        }
        return switch (path) {
            case "metadata.name" -> metadata.getName();
            case "metadata.namespace" -> metadata.getNamespace();
            case "metadata.uid" -> metadata.getUid();
            case "metadata.labels" -> lines(metadata.getLabels());
            case "metadata.annotations" -> lines(metadata.getAnnotations());
            case "spec.nodeName" -> text(pod.getSpec().getNodeName());
            case "spec.serviceAccountName" -> text(pod.getSpec().getServiceAccountName());
            case "status.podIP", "status.podIPs" -> text(pod.getStatus().getPodIP());
            case "status.hostIP", "status.hostIPs" -> text(pod.getStatus().getHostIP());
            default -> throw new IllegalArgumentException("field " + path + " is not known to the downward API");
        };
    }

    /// A limit or request of the container, in units of the divisor, rounded up.
    static String resource(Container container, String resource, @Nullable Quantity divisor) {
        var resources = container.getResources();
        String name = resource.substring(resource.indexOf('.') + 1);
        Map<String, Quantity> amounts = resources == null
                ? null
                : resource.startsWith("limits.") ? resources.getLimits() : resources.getRequests();
        Quantity amount = amounts == null ? null : amounts.get(name);
        if (amount == null) {
            return "0";
        }
        BigDecimal unit = divisor == null || divisor.getNumericalAmount().signum() == 0
                ? BigDecimal.ONE
                : divisor.getNumericalAmount();
        return amount.getNumericalAmount().divide(unit, 0, RoundingMode.CEILING).toPlainString();
    }

    private static String lines(@Nullable Map<String, String> map) {
        return map == null
                ? ""
                : map.entrySet().stream()
                        .map(entry -> entry.getKey() + "=\"" + entry.getValue() + "\"")
                        .sorted()
                        .collect(Collectors.joining("\n"));
    }

    private static String text(@Nullable String value) {
        return Objects.requireNonNullElse(value, "");
    }
}
