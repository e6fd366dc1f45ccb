package io.concordkv.local.type;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The part of JSONPath that printer columns use: `.a.b`, `['a.b']`, `[0]`, `[*]` and
/// `[?(@.type=="Ready")]`.
public final class JsonPath {
    private static final Pattern STEP = Pattern.compile("\\.?([^.\\[\\]\\\\]+(?:\\\\.[^.\\[\\]\\\\]*)*)"
            + "|\\[\\s*'([^']*)'\\s*]"
            + "|\\[\\s*(-?\\d+|\\*)\\s*]"
            + "|\\[\\?\\(\\s*@\\.([^=!\\s]+)\\s*(==|!=)\\s*[\"']?([^\"')]*)[\"']?\\s*\\)]");

    private final List<Step> steps;

    private sealed interface Step {
        record Field(String name) implements Step {}

        /// -1 stands for all elements.
        record Index(int index) implements Step {}

        record Filter(String field, boolean equal, String value) implements Step {}
    }

    private JsonPath(List<Step> steps) {
        this.steps = steps;
    }

    /// @throws IllegalArgumentException when the path uses something else
    public static JsonPath parse(String text) {
        String path = text.startsWith("{") && text.endsWith("}") ? text.substring(1, text.length() - 1) : text;
        List<Step> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(path);
        int end = 0;
        while (end < path.length() && matcher.find(end) && matcher.start() == end) {
            if (matcher.group(1) != null) {
                steps.add(new Step.Field(matcher.group(1).replace("\\.", ".")));
            } else if (matcher.group(2) != null) {
                steps.add(new Step.Field(matcher.group(2)));
            } else if (matcher.group(3) != null) {
                steps.add(new Step.Index(matcher.group(3).equals("*") ? -1 : Integer.parseInt(matcher.group(3))));
            } else {
                steps.add(new Step.Filter(matcher.group(4), matcher.group(5).equals("=="), matcher.group(6)));
            }
            end = matcher.end();
        }
        if (end < path.length()) {
            throw new IllegalArgumentException(
                    "cannot read the path " + text + " from '" + path.substring(end) + "' on");
        }
        return new JsonPath(steps);
    }

    /// All values the path leads to.
    public List<JsonNode> read(JsonNode root) {
        List<JsonNode> current = List.of(root);
        for (Step step : steps) {
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode node : current) {
                follow(step, node, next);
            }
            current = next;
        }
        return current;
    }

    private static void follow(Step step, JsonNode node, List<JsonNode> into) {
        switch (step) {
            case Step.Field field -> {
                if (node.has(field.name())) {
                    into.add(node.get(field.name()));
                }
            }
            case Step.Index index -> {
                if (index.index() < 0) {
                    node.forEach(into::add);
                } else if (node.has(index.index())) {
                    into.add(node.get(index.index()));
                }
            }
            case Step.Filter filter ->
                node.forEach(element -> {
                    JsonNode value = element;
                    for (String name : filter.field().split("\\.")) {
                        value = value.path(name);
                    }
                    if (value.asText().equals(filter.value()) == filter.equal()) {
                        into.add(element);
                    }
                });
        }
    }
}
