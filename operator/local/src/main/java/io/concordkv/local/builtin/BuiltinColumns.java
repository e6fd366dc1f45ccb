package io.concordkv.local.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.Trees;
import io.concordkv.local.type.Column;
import java.util.List;
import java.util.function.Function;

/// What `kubectl get` shows of built-in types.
final class BuiltinColumns {
    private static final Column NAME = column("Name", "string", 0, object -> text(Meta.name(object)));
    private static final Column AGE =
            column("Age", "date", 0, object -> Trees.at(object, "metadata", "creationTimestamp"));

    private BuiltinColumns() {}

    static List<Column> of(String kind) {
        return List.of(NAME, AGE);
    }

    static Column column(String name, String type, int priority, Function<ObjectNode, JsonNode> cell) {
        return new Column(name, type, name.equals("Name") ? "name" : "", "", priority, cell);
    }

    static TextNode text(String text) {
        return TextNode.valueOf(text);
    }
}
