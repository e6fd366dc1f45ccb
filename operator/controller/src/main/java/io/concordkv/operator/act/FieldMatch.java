package io.concordkv.operator.act;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/// Whether a live object still holds everything we rendered. Fields others added do not matter.
final class FieldMatch {
    private FieldMatch() {}

    /// Objects match field by field; lists of objects match when every wanted element has a live one
    /// that contains it, in any order; lists of plain values must be equal.
    static boolean contains(JsonNode wanted, JsonNode live) {
        if (wanted.isObject()) {
            for (Map.Entry<String, JsonNode> field : wanted.properties()) {
                if (!contains(field.getValue(), live.path(field.getKey()))) {
                    return false;
                }
            }
            return live.isObject() || wanted.isEmpty();
        }
        if (wanted.isArray()) {
            return containsAll(wanted, live);
        }
        return equalScalars(wanted, live);
    }

    private static boolean containsAll(JsonNode wanted, JsonNode live) {
        if (!live.isArray()) {
            return wanted.isEmpty();
        }
        boolean plain = !wanted.isEmpty() && wanted.get(0).isValueNode();
        if (plain) {
            return wanted.equals(live);
        }
        for (JsonNode element : wanted) {
            boolean found = false;
            for (JsonNode candidate : live) {
                found |= contains(element, candidate);
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    /// An API server rewrites quantities (`1000m` becomes `1`), so texts that differ are compared as such.
    private static boolean equalScalars(JsonNode wanted, JsonNode live) {
        if (wanted.equals(live)) {
            return true;
        }
        if (!wanted.isValueNode() || !live.isValueNode() || live.isNull()) {
            return false;
        }
        if (wanted.asText().equals(live.asText())) {
            return true;
        }
        return wanted.isTextual() && live.isTextual() && sameQuantity(wanted.asText(), live.asText());
    }

    private static boolean sameQuantity(String wanted, String live) {
        if (!Character.isDigit(firstOf(wanted)) || !Character.isDigit(firstOf(live))) {
            return false;
        }
        try {
            return Quantity.getAmountInBytes(new Quantity(wanted))
                            .compareTo(Quantity.getAmountInBytes(new Quantity(live)))
                    == 0;
        } catch (IllegalArgumentException e) {
            return false; // not quantities: then they simply differ
        }
    }

    private static char firstOf(String text) {
        return text.isEmpty() ? ' ' : text.charAt(0);
    }
}
