package io.concordkv.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.builtin.EventVersions;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.Trees;
import io.concordkv.local.patch.JsonPatch;
import io.concordkv.local.patch.MergePatch;
import io.concordkv.local.patch.Ownership;
import io.concordkv.local.patch.StrategicMerge;
import io.concordkv.local.store.ObjectStore;
import io.concordkv.local.type.ResourceType;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Creates, replaces and patches objects. Each call is one atomic step of the store: read, check,
/// change, write. A write that changes nothing gets no new resourceVersion.
final class ObjectWriter {
    private static final String NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int NAME_SUFFIX_CHARS = 5;
    /// Set by the server; what a client sends is ignored.
    private static final List<String> SERVER_FIELDS = List.of(
            "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink");

    private final ObjectStore store;
    private final Admission admission;
    private final Definitions definitions;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /// The object after the write, and whether the write created it.
    record Written(ObjectNode object, boolean created) {}

    ObjectWriter(ObjectStore store, Admission admission, Definitions definitions, Clock clock) {
        this.store = store;
        this.admission = admission;
        this.definitions = definitions;
        this.clock = clock;
    }

    ObjectNode create(Target collection, ObjectNode body, WriteOptions options) {
        return store.atomically(() -> {
            ObjectNode object = received(collection.type(), body);
            Target target = name(collection, object);
            if (!Trees.text(object, "metadata", "resourceVersion").isEmpty()) {
                throw StatusException.badRequest("resourceVersion should not be set on objects to be created");
            }
            Meta.of(object).remove("managedFields");
            return insert(target, object, options, false);
        });
    }

    /// @param applied fields of the object were sent by server-side apply
    private ObjectNode insert(Target target, ObjectNode object, WriteOptions options, boolean applied) {
        ResourceType type = target.type();
        ObjectNode sent = applied ? object.deepCopy() : object;
        ObjectNode meta = Meta.of(object);
        meta.remove(SERVER_FIELDS);
        meta.remove("resourceVersion");
        admission.requireNamespace(target);
        if (store.get(target.key()) != null) {
            throw StatusException.alreadyExists(target.subject());
        }
        admission.shape(type, object, options);
        if (type.hasStatus() && !admission.mayCreateWithStatus(type)) {
            object.remove("status");
        }
        admission.complete(target, object, null);
        meta.put("uid", UUID.randomUUID().toString());
        meta.put("creationTimestamp", Meta.time(clock.instant()));
        if (type.hasGeneration() || type.custom()) {
            meta.put("generation", 1);
        }
        admission.validate(target, object, null);
        Ownership ownership = new Ownership(type.schema(), type.apiVersion(), Meta.time(clock.instant()));
        if (applied) {
            ownership.recordApplied(Trees.object(), object, sent, options.manager(), true, "");
        } else {
            ownership.recordUpdated(null, object, options.manager(), "");
        }
        if (options.dryRun()) {
            return object;
        }
        return put(target, ordered(object));
    }

    private ObjectNode put(Target target, ObjectNode object) {
        ObjectNode stored = store.put(target.key(), object);
        definitions.stored(target, stored);
        return stored;
    }

    ObjectNode update(Target target, ObjectNode body, WriteOptions options) {
        return store.atomically(() -> {
            ObjectNode next = received(target.type(), body);
            Target named = name(target, next);
            ObjectNode current = existing(named);
            if (target.type().custom()
                    && Trees.text(next, "metadata", "resourceVersion").isEmpty()) {
                throw StatusException.invalid(
                        named.subject(),
                        List.of(StatusException.Cause.invalid(
                                "metadata.resourceVersion", "0x0", "must be specified for an update")));
            }
            return replace(named, current, next, options);
        });
    }

    /// Stores an object whose replicas were changed through its `scale` subresource.
    ObjectNode scale(Target target, ObjectNode next, WriteOptions options) {
        return store.atomically(() -> replace(target, existing(target), next, options));
    }

    /// @param contentType media type of the patch
    Written patch(Target target, String contentType, ApiRequest request, WriteOptions options) {
        return store.atomically(() -> {
            if (contentType.equals("application/apply-patch+yaml")) {
                return apply(target, request.object(), options);
            }
            ObjectNode current = existing(target);
            ObjectNode shown = ObjectReader.present(target.type(), current);
            ObjectNode next = switch (contentType) {
                case "application/json-patch+json" ->
                    JsonPatch.apply(shown, request.tree() instanceof ArrayNode list ? list : badPatch());
                case "application/merge-patch+json" -> MergePatch.apply(shown, request.object());
                case "application/strategic-merge-patch+json" -> {
                    if (target.type().custom()) {
                        throw unsupportedPatch(contentType);
                    }
                    yield StrategicMerge.apply(
                            shown, request.object(), target.type().schema());
                }
                default -> throw unsupportedPatch(contentType);
            };
            return new Written(replace(target, current, received(target.type(), next), options), false);
        });
    }

    private Written apply(Target target, ObjectNode body, WriteOptions options) {
        if (body.has("metadata") && Trees.has(body, "metadata", "managedFields")) {
            throw StatusException.badRequest("metadata.managedFields must be nil");
        }
        ObjectNode sent = received(target.type(), body);
        Target named = name(target, sent);
        if (target.type().hasStatus() && target.subresource().isEmpty()) {
            sent.remove("status");
        }
        if (target.type().custom()) {
            CustomFindings.requireTypes(named, sent);
        }
        ObjectNode current = store.get(target.key());
        if (current == null) {
            if (!target.subresource().isEmpty()) {
                throw StatusException.notFound(target.subject());
            }
            String uid = Trees.text(sent, "metadata", "uid");
            if (!uid.isEmpty()) {
                throw StatusException.conflict(
                        target.subject(),
                        "uid mismatch: the provided object specified uid " + uid
                                + ", and no existing object was found");
            }
            return new Written(insert(named, sent, options, true), true);
        }
        checkIdentity(target, current, sent);
        Meta.of(sent).remove(List.of("uid", "resourceVersion"));
        admission.shape(target.type(), sent, options);
        ObjectNode live = ObjectReader.present(target.type(), current);
        Ownership ownership =
                new Ownership(target.type().schema(), target.type().apiVersion(), Meta.time(clock.instant()));
        ObjectNode merged = ownership.merge(live, sent, options.manager(), target.subresource());
        ObjectNode next = carryOver(target, current, merged, options);
        ownership.recordApplied(live, next, sent, options.manager(), options.force(), target.subresource());
        return new Written(commit(target, current, next, options), false);
    }

    /// The change that a PUT or a patch asks for; fields that are not theirs stay as they were.
    private ObjectNode replace(Target target, ObjectNode current, ObjectNode next, WriteOptions options) {
        checkIdentity(target, current, next);
        ObjectNode live = ObjectReader.present(target.type(), current);
        JsonNode managed = Trees.at(next, "metadata", "managedFields");
        boolean reset = managed.isArray()
                && (managed.isEmpty() || managed.equals(Trees.array().add(Trees.object())));
        ObjectNode changed = carryOver(target, current, next, options);
        if (reset) {
            Meta.of(changed).remove("managedFields");
        } else {
            new Ownership(target.type().schema(), target.type().apiVersion(), Meta.time(clock.instant()))
                    .recordUpdated(live, changed, options.manager(), target.subresource());
        }
        return commit(target, current, changed, options);
    }

    /// Cleans what was sent and takes from the current object what this request may not write.
    private ObjectNode carryOver(Target target, ObjectNode current, ObjectNode sent, WriteOptions options) {
        ResourceType type = target.type();
        ObjectNode next = sent;
        admission.shape(type, next, options);
        if (target.subresource().equals("status")) {
            ObjectNode kept = current.deepCopy();
            kept.put("apiVersion", type.apiVersion());
            kept.remove("status");
            if (next.has("status")) {
                kept.set("status", next.get("status"));
            }
            next = kept;
        } else {
            if (type.hasStatus()) {
                next.remove("status");
                if (current.has("status")) {
                    next.set("status", current.get("status").deepCopy());
                }
            }
            ObjectNode meta = Meta.of(next);
            JsonNode old = current.path("metadata");
            for (String field : SERVER_FIELDS) {
                meta.remove(field);
                if (old.has(field)) {
                    meta.set(field, old.get(field));
                }
            }
            meta.remove("managedFields");
            if (old.has("managedFields")) {
                meta.set("managedFields", old.get("managedFields").deepCopy());
            }
            meta.set("resourceVersion", old.path("resourceVersion"));
            if (old.has("generateName")) {
                meta.set("generateName", old.path("generateName"));
            }
            admission.complete(target, next, current);
        }
        return next;
    }

    private ObjectNode commit(Target target, ObjectNode current, ObjectNode next, WriteOptions options) {
        ResourceType type = target.type();
        ObjectNode ordered = ordered(next);
        if (Ownership.sameExceptTimes(current, ordered)) {
            return ObjectReader.present(type, current);
        }
        if ((type.hasGeneration() || type.custom()) && desiredStateDiffers(type, current, ordered)) {
            Meta.of(ordered)
                    .set(
                            "generation",
                            Trees.number(
                                    Trees.at(current, "metadata", "generation").asLong() + 1));
        }
        admission.validate(target, ordered, current);
        if (options.dryRun()) {
            return ordered;
        }
        if (Deletion.isReleased(ordered)) {
            store.remove(target.key());
            definitions.removed(target);
            return ordered;
        }
        return put(target, ordered);
    }

    private static boolean desiredStateDiffers(ResourceType type, ObjectNode before, ObjectNode after) {
        ObjectNode a = before.deepCopy();
        ObjectNode b = after.deepCopy();
        for (ObjectNode object : List.of(a, b)) {
            object.remove(List.of("metadata", "apiVersion", "kind"));
            if (type.hasStatus()) {
                object.remove("status");
            }
        }
        return !a.equals(b);
    }

    private ObjectNode existing(Target target) {
        ObjectNode current = store.get(target.key());
        if (current == null) {
            throw StatusException.notFound(target.subject());
        }
        return current;
    }

    private static ObjectNode received(ResourceType type, ObjectNode body) {
        ObjectNode object = body.deepCopy();
        String kind = Trees.text(object, "kind");
        String apiVersion = Trees.text(object, "apiVersion");
        if ((!kind.isEmpty() && !kind.equals(type.kind()))
                || (!apiVersion.isEmpty() && !apiVersion.equals(type.apiVersion()))) {
            throw StatusException.badRequest("the object provided is unrecognized: " + kind + " in " + apiVersion
                    + " (expected " + type.kind() + " in " + type.apiVersion() + ")");
        }
        object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        ObjectNode stored = type.kind().equals("Event") ? EventVersions.store(type, object) : object;
        Trees.dropNulls(stored);
        return stored;
    }

    /// Fills in namespace and name and checks them against the path.
    private Target name(Target target, ObjectNode object) {
        ResourceType type = target.type();
        ObjectNode meta = Meta.of(object);
        String namespace = Trees.text(meta, "namespace");
        if (!type.namespaced()) {
            meta.remove("namespace");
        } else if (!namespace.isEmpty() && !namespace.equals(target.namespace())) {
            throw StatusException.badRequest(
                    "the namespace of the provided object does not match the namespace sent" + " on the request");
        } else {
            meta.put("namespace", target.namespace());
        }
        String name = Trees.text(meta, "name");
        if (!target.name().isEmpty()) {
            if (!name.isEmpty() && !name.equals(target.name())) {
                throw StatusException.badRequest("the name of the object (" + name + ") does not match the name on the"
                        + " URL (" + target.name() + ")");
            }
            name = target.name();
        } else if (name.isEmpty() && Trees.has(meta, "generateName")) {
            name = Trees.text(meta, "generateName") + suffix();
        } else if (name.isEmpty()) {
            throw StatusException.invalid(
                    type.subject(""),
                    List.of(StatusException.Cause.required("metadata.name", "name or generateName is required")));
        }
        meta.put("name", name);
        return target.named(name);
    }

    private String suffix() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < NAME_SUFFIX_CHARS; i++) {
            text.append(NAME_ALPHABET.charAt(random.nextInt(NAME_ALPHABET.length())));
        }
        return text.toString();
    }

    private static void checkIdentity(Target target, ObjectNode current, ObjectNode next) {
        String version = Trees.text(next, "metadata", "resourceVersion");
        String uid = Trees.text(next, "metadata", "uid");
        if (!uid.isEmpty() && !uid.equals(Meta.uid(current))) {
            throw StatusException.conflict(
                    target.subject(),
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + Meta.uid(current));
        }
        if (!version.isEmpty() && !version.equals(Trees.text(current, "metadata", "resourceVersion"))) {
            throw StatusException.modified(target.subject());
        }
    }

    /// apiVersion, kind, metadata first, as people expect them.
    private static ObjectNode ordered(ObjectNode object) {
        ObjectNode ordered = Trees.object();
        for (String field : List.of("apiVersion", "kind", "metadata")) {
            ordered.set(field, object.path(field));
        }
        @Nullable JsonNode status = object.get("status");
        object.properties().forEach(field -> {
            if (!ordered.has(field.getKey()) && !field.getKey().equals("status")) {
                ordered.set(field.getKey(), field.getValue());
            }
        });
        if (status != null) {
            ordered.set("status", status);
        }
        return ordered;
    }

    private static ArrayNode badPatch() {
        throw StatusException.badRequest("a JSON patch must be a list of operations");
    }

    private static StatusException unsupportedPatch(String contentType) {
        return StatusException.unsupportedMediaType(
                contentType,
                "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml, and for"
                        + " built-in types application/strategic-merge-patch+json");
    }
}
