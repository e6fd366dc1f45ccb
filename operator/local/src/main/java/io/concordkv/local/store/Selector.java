package io.concordkv.local.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Label and field selectors as query parameters write them: `a=b,c!=d,e in (f,g),!h`.
public final class Selector implements Predicate<JsonNode> {
    private static final Pattern SET = Pattern.compile("\\s*(\\S+)\\s+(in|notin)\\s+\\(([^)]*)\\)\\s*");
    private static final Pattern EQUAL = Pattern.compile("\\s*([^=!\\s]+)\\s*(==|=|!=)\\s*(.*?)\\s*");
    private static final Pattern PRESENT = Pattern.compile("\\s*(!?)\\s*([^=!\\s,()]+)\\s*");

    private final List<Predicate<JsonNode>> terms;

    private Selector(List<Predicate<JsonNode>> terms) {
        this.terms = terms;
    }

    /// @throws StatusException 400 when it cannot be read
    public static Selector labels(String text) {
        List<Predicate<JsonNode>> terms = new ArrayList<>();
        for (String term : split(text)) {
            terms.add(labelTerm(term));
        }
        return new Selector(terms);
    }

    /// @param selectable paths that may be named besides name and namespace
    /// @throws StatusException 400 when a path is not selectable
    public static Selector fields(String text, List<String> selectable) {
        List<Predicate<JsonNode>> terms = new ArrayList<>();
        for (String term : split(text)) {
            Matcher equal = EQUAL.matcher(term);
            if (!equal.matches()) {
                throw StatusException.badRequest("invalid field selector: \"" + term + "\"");
            }
            String path = equal.group(1);
            if (!path.equals("metadata.name") && !path.equals("metadata.namespace") && !selectable.contains(path)) {
                throw StatusException.badRequest("field label not supported: " + path);
            }
            boolean wanted = !equal.group(2).equals("!=");
            String value = equal.group(3);
            String[] steps = path.split("\\.");
            terms.add(object -> fieldText(object, steps).equals(value) == wanted);
        }
        return new Selector(terms);
    }

    /// A `LabelSelector` object; an empty one matches everything.
    public static Selector of(JsonNode selector) {
        List<Predicate<JsonNode>> terms = new ArrayList<>();
        selector.path("matchLabels").properties().forEach(label -> {
            String value = label.getValue().asText();
            String key = label.getKey();
            terms.add(object -> Trees.has(labelsOf(object), key)
                    && Trees.text(labelsOf(object), key).equals(value));
        });
        for (JsonNode expression : selector.path("matchExpressions")) {
            List<String> values = new ArrayList<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            String key = expression.path("key").asText();
            terms.add(
                    switch (expression.path("operator").asText()) {
                        case "In" -> object -> present(object, key) && values.contains(label(object, key));
                        case "NotIn" -> object -> !present(object, key) || !values.contains(label(object, key));
                        case "Exists" -> object -> present(object, key);
                        default -> object -> !present(object, key);
                    });
        }
        return new Selector(terms);
    }

    @Override
    public boolean test(JsonNode object) {
        for (Predicate<JsonNode> term : terms) {
            if (!term.test(object)) {
                return false;
            }
        }
        return true;
    }

    private static Predicate<JsonNode> labelTerm(String term) {
        Matcher set = SET.matcher(term);
        if (set.matches()) {
            String key = set.group(1);
            List<String> values = List.of(set.group(3).strip().split("\\s*,\\s*"));
            boolean in = set.group(2).equals("in");
            return object -> (present(object, key) && values.contains(label(object, key))) == in;
        }
        Matcher equal = EQUAL.matcher(term);
        if (equal.matches()) {
            String key = equal.group(1);
            String value = equal.group(3);
            boolean wanted = !equal.group(2).equals("!=");
            return object -> (present(object, key) && label(object, key).equals(value)) == wanted;
        }
        Matcher presence = PRESENT.matcher(term);
        if (presence.matches()) {
            String key = presence.group(2);
            boolean wanted = presence.group(1).isEmpty();
            return object -> present(object, key) == wanted;
        }
        throw StatusException.badRequest("unable to parse requirement: \"" + term + "\"");
    }

    /// Splits at commas outside of parentheses.
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? ',' : text.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && (depth == 0 || i == text.length())) {
                String part = text.substring(start, i).strip();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                start = i + 1;
            }
        }
        return parts;
    }

    private static JsonNode labelsOf(JsonNode object) {
        return Trees.at(object, "metadata", "labels");
    }

    private static boolean present(JsonNode object, String key) {
        return labelsOf(object).has(key);
    }

    private static String label(JsonNode object, String key) {
        return labelsOf(object).path(key).asText();
    }

    private static String fieldText(JsonNode object, String[] steps) {
        JsonNode found = Trees.at(object, steps);
        // The source of an event is an object; the selector means its component.
        return found.isObject() ? Trees.text(found, "component") : Trees.text(object, steps);
    }
}
