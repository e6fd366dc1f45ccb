package io.concordkv.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.builtin.EventVersions;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.Trees;
import io.concordkv.local.store.ObjectStore;
import io.concordkv.local.store.Selector;
import io.concordkv.local.type.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;

/// Reads single objects and lists.
final class ObjectReader {
    private static final int LIMIT_MAX = Integer.MAX_VALUE;

    private final ObjectStore store;

    ObjectReader(ObjectStore store) {
        this.store = store;
    }

    /// @throws StatusException 404 when there is no such object
    ObjectNode get(Target target) {
        ObjectNode found = store.get(target.key());
        if (found == null) {
            throw StatusException.notFound(target.subject());
        }
        return present(target.type(), found);
    }

    /// A list with the type's kind. `limit` and `continue` page through the state of one revision.
    ObjectNode list(Target target, ApiRequest request) {
        ResourceType type = target.type();
        int limit = (int) Math.min(LIMIT_MAX, request.number("limit", 0));
        Page page = Page.of(request.parameter("continue"));
        ObjectStore.Listing listing = listing(target, request, page);
        Predicate<JsonNode> selected = selector(type, request);
        ArrayNode items = Trees.array();
        String next = "";
        long remaining = 0;
        ObjectNode last = Trees.object();
        for (ObjectNode stored : listing.items()) {
            ObjectNode item = present(type, stored);
            if (sortKey(item).compareTo(page.after()) <= 0 || !selected.test(item)) {
                continue;
            }
            if (limit > 0 && items.size() == limit) {
                next = new Page(listing.revision(), sortKey(last)).token();
                remaining++;
                continue;
            }
            items.add(item);
            last = item;
        }
        ObjectNode list = Trees.object();
        list.put("kind", type.listKind()).put("apiVersion", type.apiVersion());
        ObjectNode metadata = list.putObject("metadata");
        metadata.put("resourceVersion", Long.toString(listing.revision()));
        if (!next.isEmpty()) {
            metadata.put("continue", next).put("remainingItemCount", remaining);
        }
        list.set("items", items);
        return list;
    }

    private ObjectStore.Listing listing(Target target, ApiRequest request, Page page) {
        String namespace = target.type().namespaced() ? target.namespace() : "";
        if (page.revision() > 0) {
            return store.listAt(target.type().stored(), namespace, page.revision());
        }
        long exact =
                request.parameter("resourceVersionMatch").equals("Exact") ? request.number("resourceVersion", 0) : 0;
        return exact > 0
                ? store.listAt(target.type().stored(), namespace, exact)
                : store.list(target.type().stored(), namespace);
    }

    /// Labels and fields a list or watch asks for.
    static Predicate<JsonNode> selector(ResourceType type, ApiRequest request) {
        Selector labels = Selector.labels(request.parameter("labelSelector"));
        Selector fields = Selector.fields(request.parameter("fieldSelector"), type.selectable());
        return object -> labels.test(object) && fields.test(object);
    }

    /// The stored object in the version that was asked for.
    static ObjectNode present(ResourceType type, ObjectNode stored) {
        if (type.kind().equals("Event") && !type.custom()) {
            return EventVersions.present(type, stored);
        }
        if (Trees.text(stored, "apiVersion").equals(type.apiVersion())) {
            return stored;
        }
        ObjectNode converted = stored.deepCopy();
        return converted.put("apiVersion", type.apiVersion());
    }

    /// All objects of a type in a namespace (empty: everywhere) that a test accepts.
    List<ObjectNode> all(ResourceType type, String namespace, Predicate<JsonNode> wanted) {
        List<ObjectNode> found = new ArrayList<>();
        for (ObjectNode object : store.list(type.stored(), namespace).items()) {
            if (wanted.test(object)) {
                found.add(object);
            }
        }
        return found;
    }

    private static String sortKey(ObjectNode object) {
        return Meta.namespace(object) + "/" + Meta.name(object);
    }

    /// Where a paged list goes on: which revision, after which object.
    private record Page(long revision, String after) {
        static Page of(String token) {
            if (token.isEmpty()) {
                return new Page(0, "");
            }
            try {
                String[] parts = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split(" ", 2);
                return new Page(Long.parseLong(parts[0]), parts[1]);
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw StatusException.badRequest("continue key is not valid: " + token);
            }
        }

        String token() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString((revision + " " + after).getBytes(StandardCharsets.UTF_8));
        }
    }
}
