package io.concordkv.local.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.StatusException.Cause;
import io.concordkv.local.object.Trees;
import io.concordkv.local.type.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What names and labels may look like.
public final class Names {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern SERVICE = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern LABEL_VALUE = Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
    private static final Pattern LABEL_KEY =
            Pattern.compile("([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final int LABEL_CHARS_MAX = 63;
    private static final int SUBDOMAIN_CHARS_MAX = 253;
    private static final Set<String> RBAC = Set.of("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding");

    private Names() {}

    public static List<Cause> check(ResourceType type, ObjectNode object) {
        List<Cause> causes = new ArrayList<>();
        name(type, Meta.name(object), causes);
        for (var label : Trees.at(object, "metadata", "labels").properties()) {
            label(label.getKey(), label.getValue(), causes);
        }
        return causes;
    }

    private static void name(ResourceType type, String name, List<Cause> causes) {
        String quoted = "\"" + name + "\"";
        boolean strict = type.is("", "namespaces");
        if (!type.custom() && RBAC.contains(type.kind())) {
            if (name.contains("/") || name.contains("%")) {
                causes.add(Cause.invalid("metadata.name", quoted, "may not contain '/' or '%'"));
            }
        } else if (type.is("", "services")) {
            if (!SERVICE.matcher(name).matches() || name.length() > LABEL_CHARS_MAX) {
                causes.add(Cause.invalid(
                        "metadata.name",
                        quoted,
                        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
                                + " alphabetic character, and end with an alphanumeric character, at most 63 of them"));
            }
        } else if (strict && (!LABEL.matcher(name).matches() || name.length() > LABEL_CHARS_MAX)) {
            causes.add(Cause.invalid(
                    "metadata.name",
                    quoted,
                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must"
                            + " start and end with an alphanumeric character, at most 63 of them"));
        } else if (!SUBDOMAIN.matcher(name).matches() || name.length() > SUBDOMAIN_CHARS_MAX) {
            causes.add(Cause.invalid(
                    "metadata.name",
                    quoted,
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.',"
                            + " and must start and end with an alphanumeric character, at most 253 of them"));
        }
    }

    private static void label(String key, JsonNode value, List<Cause> causes) {
        if (!LABEL_KEY.matcher(key).matches()) {
            causes.add(Cause.invalid("metadata.labels", "\"" + key + "\"", "not a valid label name"));
        }
        String text = value.asText();
        if (!LABEL_VALUE.matcher(text).matches() || text.length() > LABEL_CHARS_MAX) {
            causes.add(Cause.invalid(
                    "metadata.labels",
                    "\"" + text + "\"",
                    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and"
                            + " must start and end with an alphanumeric character, at most 63 of them"));
        }
    }
}
