package io.concordkv.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.ObjectKey;
import io.concordkv.local.object.ObjectKey.GroupResource;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.StatusException.Cause;
import io.concordkv.local.object.Trees;
import io.concordkv.local.store.ObjectStore;
import io.concordkv.local.store.Selector;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/// `POST pods/NAME/eviction`: a deletion that asks the disruption budgets first. The budgets'
/// status is computed by a controller; an eviction takes one disruption off it at once, so that
/// two evictions cannot use the same one.
final class Eviction {
    private static final GroupResource BUDGETS = new GroupResource("policy", "poddisruptionbudgets");

    private final ObjectStore store;
    private final Deletion deletion;
    private final Clock clock;

    Eviction(ObjectStore store, Deletion deletion, Clock clock) {
        this.store = store;
        this.deletion = deletion;
        this.clock = clock;
    }

    /// @throws StatusException 429 when a budget allows no disruption now
    ApiResponse evict(Target pod, ApiRequest request) {
        ObjectNode body = request.object();
        ObjectNode options = Trees.ensureObject(body, "deleteOptions");
        ApiRequest asDeletion = new ApiRequest(
                "DELETE", request.prefix(), request.path(), request.query(), request.headers(), Trees.bytes(options));
        Deletion.Options deleteOptions = Deletion.Options.of(asDeletion);
        return store.atomically(() -> {
            ObjectNode current = store.get(pod.key());
            if (current == null) {
                throw StatusException.notFound(pod.subject());
            }
            if (!Meta.isDeleting(current)
                    && Trees.text(current, "status", "phase").matches("Running|Unknown|Pending|")) {
                takeDisruption(pod, current, deleteOptions.dryRun());
            }
            deletion.delete(pod, deleteOptions);
            return ApiResponse.json(201, StatusException.status("Success", 201));
        });
    }

    private void takeDisruption(Target pod, ObjectNode current, boolean dryRun) {
        List<ObjectNode> budgets = new ArrayList<>();
        for (ObjectNode budget : store.list(BUDGETS, pod.namespace()).items()) {
            if (Selector.of(Trees.at(budget, "spec", "selector")).test(current)) {
                budgets.add(budget);
            }
        }
        if (budgets.size() > 1) {
            throw StatusException.internal(
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }
        boolean ready = Trees.objects(Trees.at(current, "status", "conditions")).stream()
                .anyMatch(condition -> Trees.text(condition, "type").equals("Ready")
                        && Trees.text(condition, "status").equals("True"));
        if (budgets.isEmpty() || (Trees.text(current, "status", "phase").equals("Pending") && !ready)) {
            return;
        }
        ObjectNode budget = budgets.getFirst().deepCopy();
        ObjectNode status = Trees.ensureObject(budget, "status");
        boolean observed = status.path("observedGeneration").asLong()
                >= Trees.at(budget, "metadata", "generation").asLong();
        int allowed = status.path("disruptionsAllowed").asInt();
        if (!observed || allowed <= 0) {
            throw StatusException.tooManyRequests(
                    "Cannot evict pod as it would violate the pod's disruption budget.",
                    List.of(new Cause(
                            "DisruptionBudget",
                            "The disruption budget " + Meta.name(budget) + " needs "
                                    + status.path("desiredHealthy").asInt() + " healthy pods and has "
                                    + status.path("currentHealthy").asInt() + " currently",
                            "")));
        }
        if (!dryRun) {
            status.put("disruptionsAllowed", allowed - 1);
            Trees.ensureObject(status, "disruptedPods").put(pod.name(), Meta.time(clock.instant()));
            store.put(new ObjectKey(BUDGETS, pod.namespace(), Meta.name(budget)), budget);
        }
    }
}
