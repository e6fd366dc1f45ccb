package io.concordkv.local.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.type.ResourceType;
import java.util.Map;

/// Events have two versions with other field names: core `v1`, in which they are stored, and
/// `events.k8s.io/v1`.
public final class EventVersions {
    /// Name in events.k8s.io/v1 → name in core v1.
    private static final Map<String, String> NAMES = Map.of(
            "regarding", "involvedObject",
            "note", "message",
            "reportingController", "reportingComponent",
            "deprecatedSource", "source",
            "deprecatedFirstTimestamp", "firstTimestamp",
            "deprecatedLastTimestamp", "lastTimestamp",
            "deprecatedCount", "count");

    private EventVersions() {}

    /// A stored event in the version that was asked for.
    public static ObjectNode present(ResourceType type, ObjectNode stored) {
        return type.group().isEmpty() ? stored : renamed(stored, type.apiVersion(), false);
    }

    /// A received event in the stored version.
    public static ObjectNode store(ResourceType type, ObjectNode received) {
        return type.group().isEmpty() ? received : renamed(received, "v1", true);
    }

    private static ObjectNode renamed(ObjectNode event, String apiVersion, boolean toStored) {
        ObjectNode result = event.deepCopy();
        result.put("apiVersion", apiVersion);
        NAMES.forEach((newer, stored) -> {
            JsonNode value = result.remove(toStored ? newer : stored);
            if (value != null) {
                result.set(toStored ? stored : newer, value);
            }
        });
        return result;
    }
}
