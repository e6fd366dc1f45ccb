package io.concordkv.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.Trees;
import io.concordkv.local.store.ObjectStore;
import io.concordkv.local.type.ResourceType;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Deletes objects: at once, or by marking them with `deletionTimestamp` while a grace period or
/// finalizers hold them. Collecting what they own is a controller's work, asked for by the
/// finalizers `foregroundDeletion` and `orphan`.
final class Deletion {
    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";
    private static final Set<String> PERMANENT_NAMESPACES = Set.of("default", "kube-system", "kube-public");

    private final ObjectStore store;
    private final Definitions definitions;
    private final Clock clock;

    Deletion(ObjectStore store, Definitions definitions, Clock clock) {
        this.store = store;
        this.definitions = definitions;
        this.clock = clock;
    }

    /// What the caller wants; absent values are chosen by type.
    record Options(
            @Nullable Long graceSeconds, String uid, String resourceVersion, String propagation, boolean dryRun) {

        static Options of(ApiRequest request) {
            ObjectNode body = request.body().length == 0 ? Trees.object() : request.object();
            String grace = text(body, request, "gracePeriodSeconds");
            String propagation = text(body, request, "propagationPolicy");
            if (propagation.isEmpty() && text(body, request, "orphanDependents").equals("true")) {
                propagation = "Orphan";
            }
            if (!List.of("", "Background", "Foreground", "Orphan").contains(propagation)) {
                throw StatusException.badRequest("propagationPolicy: Unsupported value: \"" + propagation
                        + "\": supported values: \"Background\", \"Foreground\", \"Orphan\"");
            }
            boolean dryRun = body.has("dryRun") || !request.parameter("dryRun").isEmpty();
            return new Options(
                    grace.isEmpty() ? null : Long.valueOf(grace),
                    Trees.text(body, "preconditions", "uid"),
                    Trees.text(body, "preconditions", "resourceVersion"),
                    propagation,
                    dryRun);
        }

        private static String text(ObjectNode body, ApiRequest request, String name) {
            return Trees.has(body, name) ? Trees.text(body, name) : request.parameter(name);
        }

        static Options background() {
            return new Options(null, "", "", "", false);
        }
    }

    /// @param object the object as it is now; the removed one when `gone`
    record Outcome(ObjectNode object, boolean gone) {}

    Outcome delete(Target target, Options options) {
        return store.atomically(() -> {
            ObjectNode current = store.get(target.key());
            if (current == null) {
                throw StatusException.notFound(target.subject());
            }
            checkPreconditions(target, current, options);
            if (target.type().is("", "namespaces") && PERMANENT_NAMESPACES.contains(target.name())) {
                throw StatusException.forbidden(target.subject(), "this namespace may not be deleted");
            }
            ObjectNode marked = current.deepCopy();
            switch (options.propagation()) {
                case "Foreground" -> addFinalizer(marked, FOREGROUND);
                case "Orphan" -> addFinalizer(marked, ORPHAN);
                default -> {
                    // the collector finds out by itself
                }
            }
            if (Definitions.isDefinition(target.type()) && !options.dryRun() && !deleteInstances(target.name())) {
                addFinalizer(marked, Definitions.FINALIZER);
            }
            long grace = grace(target, current, options);
            boolean held = Meta.hasFinalizers(marked) || hasNamespaceFinalizers(marked);
            if (grace == 0 && !held) {
                if (options.dryRun()) {
                    return new Outcome(current, true);
                }
                ObjectNode removed = store.remove(target.key());
                definitions.removed(target);
                return new Outcome(removed == null ? current : removed, true);
            }
            mark(marked, grace);
            if (marked.equals(current) || options.dryRun()) {
                return new Outcome(marked, false);
            }
            return new Outcome(store.put(target.key(), marked), false);
        });
    }

    /// True when nothing holds a marked object any more.
    static boolean isReleased(ObjectNode object) {
        return Meta.isDeleting(object)
                && Trees.at(object, "metadata", "deletionGracePeriodSeconds").asLong() == 0
                && !Meta.hasFinalizers(object)
                && !hasNamespaceFinalizers(object);
    }

    private static boolean hasNamespaceFinalizers(ObjectNode object) {
        return Trees.text(object, "kind").equals("Namespace")
                && !Trees.at(object, "spec", "finalizers").isEmpty();
    }

    private void mark(ObjectNode object, long grace) {
        ObjectNode meta = Meta.of(object);
        if (!Meta.isDeleting(object)) {
            meta.put("deletionTimestamp", Meta.time(clock.instant().plusSeconds(grace)));
            meta.set("deletionGracePeriodSeconds", Trees.number(grace));
            if (meta.has("generation")) {
                meta.set("generation", Trees.number(meta.path("generation").asLong() + 1));
            }
        } else if (grace < meta.path("deletionGracePeriodSeconds").asLong()) {
            meta.put("deletionTimestamp", Meta.time(clock.instant().plusSeconds(grace)));
            meta.set("deletionGracePeriodSeconds", Trees.number(grace));
        }
        if (Trees.text(object, "kind").equals("Namespace")) {
            Trees.ensureObject(object, "status").put("phase", "Terminating");
        }
    }

    /// Only pods end gracefully; one that never ran or has ended goes at once.
    private static long grace(Target target, ObjectNode current, Options options) {
        if (!target.type().is("", "pods")) {
            return 0;
        }
        String phase = Trees.text(current, "status", "phase");
        if (Trees.text(current, "spec", "nodeName").isEmpty() || phase.equals("Failed") || phase.equals("Succeeded")) {
            return 0;
        }
        JsonNode own = Trees.at(current, "spec", "terminationGracePeriodSeconds");
        long wanted = options.graceSeconds() == null ? own.asLong(30) : options.graceSeconds();
        return Math.max(0, wanted);
    }

    /// Deletes all objects of a definition; false when finalizers hold some of them.
    private boolean deleteInstances(String definition) {
        for (ResourceType type : definitions.types().ofDefinition(definition)) {
            for (ObjectNode instance : store.list(type.stored(), "").items()) {
                delete(new Target(type, Meta.namespace(instance), Meta.name(instance), ""), Options.background());
            }
            return store.list(type.stored(), "").items().isEmpty();
        }
        return true;
    }

    private static void addFinalizer(ObjectNode object, String wanted) {
        ArrayNode finalizers = Trees.ensureArray(Meta.of(object), "finalizers");
        for (JsonNode present : finalizers) {
            if (present.asText().equals(wanted)) {
                return;
            }
        }
        finalizers.add(wanted);
    }

    private static void checkPreconditions(Target target, ObjectNode current, Options options) {
        if (!options.uid().isEmpty() && !options.uid().equals(Meta.uid(current))) {
            throw StatusException.conflict(
                    target.subject(),
                    "Precondition failed: UID in precondition: " + options.uid() + ", UID in object meta: "
                            + Meta.uid(current));
        }
        String version = Trees.text(current, "metadata", "resourceVersion");
        if (!options.resourceVersion().isEmpty() && !options.resourceVersion().equals(version)) {
            throw StatusException.conflict(
                    target.subject(),
                    "Precondition failed: ResourceVersion in precondition: " + options.resourceVersion()
                            + ", ResourceVersion in object meta: " + version);
        }
    }
}
