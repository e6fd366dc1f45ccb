package io.concordkv.local.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.Trees;
import io.concordkv.local.type.Ages;
import io.concordkv.local.type.Column;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The cells most tables share.
final class Cells {
    static final Column NAME =
            new Column("Name", "string", "name", "Name of the object.", 0, object -> text(Meta.name(object)));
    static final Column AGE = always("Age", object -> age(Trees.text(object, "metadata", "creationTimestamp")));
    static final Column CREATED = always("Created At", object -> Trees.text(object, "metadata", "creationTimestamp"));

    private Cells() {}

    static Column always(String name, Function<ObjectNode, String> cell) {
        return new Column(name, "string", "", name, 0, object -> text(cell.apply(object)));
    }

    /// Only shown with `-o wide`.
    static Column wide(String name, Function<ObjectNode, String> cell) {
        return new Column(name, "string", "", name, 1, object -> text(cell.apply(object)));
    }

    static Column number(String name, Function<ObjectNode, Long> cell) {
        return new Column(name, "integer", "", name, 0, object -> Trees.number(cell.apply(object)));
    }

    static Function<ObjectNode, String> at(String... path) {
        return object -> orNone(Trees.text(object, path));
    }

    static String age(String time) {
        return Ages.since(time, Instant.now());
    }

    static String orNone(String text) {
        return text.isEmpty() ? "<none>" : text;
    }

    static TextNode text(String text) {
        return TextNode.valueOf(text);
    }

    /// One text of each element, joined with commas.
    static String list(JsonNode nodes, Function<JsonNode, String> text) {
        List<String> parts = new ArrayList<>();
        nodes.forEach(node -> parts.add(text.apply(node)));
        return String.join(",", parts);
    }

    static String labels(JsonNode labels) {
        List<String> parts = new ArrayList<>();
        labels.properties()
                .forEach(label ->
                        parts.add(label.getKey() + "=" + label.getValue().asText()));
        return orNone(String.join(",", parts));
    }
}
