package io.concordkv.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A set of fields of an object, as `managedFields[].fieldsV1` writes it: a tree of path elements
/// `f:NAME` (field), `k:{"key":value}` (list element by its keys), `v:VALUE` (element of a set).
/// `.` marks an inner element that is a member itself; a leaf is always a member.
final class FieldSet {
    private boolean member;
    private final TreeMap<String, FieldSet> children = new TreeMap<>();

    static FieldSet parse(JsonNode fieldsV1) {
        FieldSet set = new FieldSet();
        fieldsV1.properties().forEach(field -> {
            if (field.getKey().equals(".")) {
                set.member = true;
            } else {
                FieldSet child = parse(field.getValue());
                child.member |= field.getValue().isEmpty();
                set.children.put(field.getKey(), child);
            }
        });
        return set;
    }

    ObjectNode json() {
        ObjectNode node = Trees.object();
        if (member && !children.isEmpty()) {
            node.putObject(".");
        }
        children.forEach((element, child) -> node.set(element, child.json()));
        return node;
    }

    boolean isMember() {
        return member;
    }

    Map<String, FieldSet> children() {
        return children;
    }

    void add() {
        member = true;
    }

    /// The subtree below an element, created when absent.
    FieldSet child(String element) {
        return children.computeIfAbsent(element, e -> new FieldSet());
    }

    void put(String element, FieldSet child) {
        children.put(element, child);
    }

    boolean isEmpty() {
        return !member && children.values().stream().allMatch(FieldSet::isEmpty);
    }

    FieldSet union(FieldSet other) {
        FieldSet result = new FieldSet();
        result.member = member || other.member;
        result.children.putAll(children);
        other.children.forEach((element, child) -> result.children.merge(element, child, FieldSet::union));
        return result;
    }

    /// Members of this set that are not in the other one.
    FieldSet minus(FieldSet other) {
        FieldSet result = new FieldSet();
        result.member = member && !other.member;
        children.forEach((element, child) -> {
            FieldSet theirs = other.children.get(element);
            FieldSet rest = theirs == null ? child : child.minus(theirs);
            if (!rest.isEmpty()) {
                result.children.put(element, rest);
            }
        });
        return result;
    }

    FieldSet intersect(FieldSet other) {
        FieldSet result = new FieldSet();
        result.member = member && other.member;
        children.forEach((element, child) -> {
            FieldSet theirs = other.children.get(element);
            FieldSet both = theirs == null ? new FieldSet() : child.intersect(theirs);
            if (!both.isEmpty()) {
                result.children.put(element, both);
            }
        });
        return result;
    }

    void remove(String... path) {
        FieldSet parent = this;
        for (int i = 0; i < path.length - 1; i++) {
            FieldSet next = parent.children.get(path[i]);
            if (next == null) {
                return;
            }
            parent = next;
        }
        parent.children.remove(path[path.length - 1]);
    }

    void retainOnly(String element) {
        children.keySet().removeIf(other -> !other.equals(element));
    }

    /// Paths of the members, such as `.spec.replicas` or `.spec.ports[port=80,protocol="TCP"]`.
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        collect("", paths);
        return paths;
    }

    private void collect(String prefix, List<String> into) {
        if (member) {
            into.add(prefix);
        }
        children.forEach((element, child) -> child.collect(prefix + readable(element), into));
    }

    private static String readable(String element) {
        String content = element.substring(2);
        return switch (element.charAt(0)) {
            case 'f' -> "." + content;
            case 'k' -> "[" + content.replaceAll("[{}]", "").replaceAll("\"([A-Za-z]+)\":", "$1=") + "]";
            default -> "[=" + content + "]";
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldSet set && set.member == member && set.children.equals(children);
    }

    @Override
    public int hashCode() {
        return 31 * children.hashCode() + Boolean.hashCode(member);
    }
}
