package io.concordkv.local.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;

/// A column that `kubectl get` shows.
///
/// @param type     OpenAPI type: `string`, `integer`, `date`, …
/// @param priority 0 is always shown, higher ones with `-o wide`
/// @param cell     the value, a null node when there is none
public record Column(
        String name,
        String type,
        String format,
        String description,
        int priority,
        Function<ObjectNode, JsonNode> cell) {}
