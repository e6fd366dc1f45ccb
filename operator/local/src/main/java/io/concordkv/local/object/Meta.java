package io.concordkv.local.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/// The fields of `metadata` by name.
public final class Meta {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private Meta() {}

    public static ObjectNode of(ObjectNode object) {
        return Trees.ensureObject(object, "metadata");
    }

    public static String name(JsonNode object) {
        return Trees.text(object, "metadata", "name");
    }

    public static String namespace(JsonNode object) {
        return Trees.text(object, "metadata", "namespace");
    }

    public static String uid(JsonNode object) {
        return Trees.text(object, "metadata", "uid");
    }

    /// 0 when absent.
    public static long resourceVersion(JsonNode object) {
        return Trees.at(object, "metadata", "resourceVersion").asLong();
    }

    public static boolean isDeleting(JsonNode object) {
        return Trees.has(object, "metadata", "deletionTimestamp");
    }

    public static boolean hasFinalizers(JsonNode object) {
        return !Trees.at(object, "metadata", "finalizers").isEmpty();
    }

    /// A time as Kubernetes writes it: RFC 3339 in UTC with whole seconds.
    public static String time(Instant instant) {
        return SECONDS.format(instant.truncatedTo(ChronoUnit.SECONDS));
    }
}
