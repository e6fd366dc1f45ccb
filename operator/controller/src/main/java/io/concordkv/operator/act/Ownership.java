package io.concordkv.operator.act;

import io.concordkv.operator.render.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Whose an object is that has the name of one we want.
final class Ownership {
    private Ownership() {}

    /// Ours is what the cluster controls, whatever its labels say; and what has our labels unless something
    /// else controls it. An earlier cluster of the same name is no other: what is left of it is taken over.
    ///
    /// @param wanted as rendered, with labels and controller
    static boolean isOurs(HasMetadata live, HasMetadata wanted) {
        OwnerReference cluster = controller(wanted).orElseThrow();
        return controller(live)
                .map(found -> found.getKind().equals(cluster.getKind())
                        && found.getName().equals(cluster.getName())
                        && group(found).equals(group(cluster)))
                .orElseGet(() ->
                        hasSame(Names.CLUSTER_LABEL, live, wanted) && hasSame(Names.MANAGED_BY_LABEL, live, wanted));
    }

    private static Optional<OwnerReference> controller(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(reference -> Boolean.TRUE.equals(reference.getController()))
                .findFirst();
    }

    private static String group(OwnerReference reference) {
        return reference.getApiVersion().replaceFirst("/.*", "");
    }

    private static boolean hasSame(String label, HasMetadata live, HasMetadata wanted) {
        return Objects.equals(labels(live).get(label), labels(wanted).get(label));
    }

    private static Map<String, String> labels(HasMetadata object) {
        return Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
    }
}
