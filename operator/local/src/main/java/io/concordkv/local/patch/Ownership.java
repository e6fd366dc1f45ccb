package io.concordkv.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.StatusException.Cause;
import io.concordkv.local.object.Trees;
import io.concordkv.local.schema.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who owns which field of an object (`metadata.managedFields`), for one write at one time.
///
/// A manager that applies owns exactly what it sent; a manager that updates owns what it changed.
/// Applying a different value to a field someone else owns is a conflict unless forced; leaving a
/// field out that one applied before removes it, if nobody else owns it.
public final class Ownership {
    private static final String APPLY = "Apply";
    private static final String UPDATE = "Update";
    /// Nobody owns these: the server writes them.
    private static final List<String> SERVER_FIELDS = List.of(
            "f:name",
            "f:namespace",
            "f:creationTimestamp",
            "f:selfLink",
            "f:uid",
            "f:generation",
            "f:managedFields",
            "f:resourceVersion",
            "f:deletionTimestamp",
            "f:deletionGracePeriodSeconds");

    private final Schema schema;
    private final String apiVersion;
    private final String now;

    /// One entry of `managedFields`.
    private record Entry(
            String manager, String operation, String apiVersion, String subresource, String time, FieldSet fields) {
        boolean is(String manager, String operation, String apiVersion, String subresource) {
            return this.manager.equals(manager)
                    && this.operation.equals(operation)
                    && this.subresource.equals(subresource)
                    && (operation.equals(APPLY) || this.apiVersion.equals(apiVersion));
        }

        Entry with(FieldSet other) {
            return new Entry(manager, operation, apiVersion, subresource, time, other);
        }
    }

    /// @param now RFC 3339 time of the write
    public Ownership(Schema schema, String apiVersion, String now) {
        this.schema = schema;
        this.apiVersion = apiVersion;
        this.now = now;
    }

    /// What the object becomes when a manager applies `sent`: its values laid over the live ones,
    /// without the fields that only this manager had applied before.
    public ObjectNode merge(ObjectNode live, ObjectNode sent, String manager, String subresource) {
        FieldSet before = new FieldSet();
        FieldSet others = new FieldSet();
        for (Entry entry : read(live)) {
            if (entry.is(manager, APPLY, apiVersion, subresource)) {
                before = entry.fields();
            } else {
                others = others.union(entry.fields());
            }
        }
        FieldSet now = owned(sent, subresource);
        FieldSet gone = before.minus(now).minus(others);
        JsonNode merged = Fields.merge(schema, live, sent);
        JsonNode result = Fields.remove(schema, merged, gone, others.union(now));
        return result instanceof ObjectNode object ? object : live;
    }

    /// Writes the ownership after an apply into `next`.
    ///
    /// @throws StatusException 409 when a value differs from one that someone else owns
    public void recordApplied(
            ObjectNode live, ObjectNode next, ObjectNode sent, String manager, boolean force, String subresource) {
        FieldSet mine = owned(sent, subresource);
        FieldSet changed = stripped(Fields.compare(schema, live, next).changed(), subresource)
                .intersect(mine);
        FieldSet removed = stripped(Fields.compare(schema, live, next).removed(), subresource);
        List<Entry> entries = new ArrayList<>();
        List<Cause> conflicts = new ArrayList<>();
        String time = this.now;
        for (Entry entry : read(live)) {
            if (entry.is(manager, APPLY, apiVersion, subresource)) {
                time = entry.fields().equals(mine) ? entry.time() : time;
                continue;
            }
            FieldSet contested = entry.fields().intersect(changed);
            if (!contested.isEmpty() && !force) {
                for (String path : contested.paths()) {
                    conflicts.add(new Cause("FieldManagerConflict", "conflict with " + describe(entry), path));
                }
            }
            entries.add(entry.with(entry.fields().minus(contested).minus(removed)));
        }
        if (!conflicts.isEmpty()) {
            throw conflict(conflicts);
        }
        entries.add(new Entry(manager, APPLY, apiVersion, subresource, time, mine));
        write(next, entries);
    }

    /// Writes the ownership after a create, PUT or other patch into `next`.
    ///
    /// @param live null when the object is created
    public void recordUpdated(@Nullable ObjectNode live, ObjectNode next, String manager, String subresource) {
        ObjectNode before = live == null ? Trees.object() : live;
        Fields.Difference difference = Fields.compare(schema, before, next);
        FieldSet changed = stripped(difference.changed(), subresource);
        FieldSet removed = stripped(difference.removed(), subresource);
        if (changed.isEmpty() && removed.isEmpty()) {
            return;
        }
        List<Entry> entries = new ArrayList<>();
        FieldSet mine = changed;
        for (Entry entry : read(before)) {
            if (entry.is(manager, UPDATE, apiVersion, subresource)) {
                mine = entry.fields().minus(removed).union(changed);
            } else {
                entries.add(entry.with(entry.fields().minus(changed).minus(removed)));
            }
        }
        entries.add(new Entry(manager, UPDATE, apiVersion, subresource, now, mine));
        write(next, entries);
    }

    /// Whether two objects say the same, whenever it was said.
    public static boolean sameExceptTimes(ObjectNode a, ObjectNode b) {
        return withoutTimes(a).equals(withoutTimes(b));
    }

    private static ObjectNode withoutTimes(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        copy.remove("apiVersion");
        for (JsonNode entry : Trees.at(copy, "metadata", "managedFields")) {
            if (entry instanceof ObjectNode managed) {
                managed.remove("time");
            }
        }
        return copy;
    }

    private FieldSet owned(ObjectNode sent, String subresource) {
        return stripped(Fields.of(schema, sent), subresource);
    }

    private static FieldSet stripped(FieldSet fields, String subresource) {
        FieldSet result = fields.minus(new FieldSet()); // a copy
        result.remove("f:apiVersion");
        result.remove("f:kind");
        for (String field : SERVER_FIELDS) {
            result.remove("f:metadata", field);
        }
        FieldSet metadata = result.children().get("f:metadata");
        if (metadata != null && metadata.children().isEmpty()) {
            result.remove("f:metadata");
        }
        if (subresource.equals("status")) {
            result.retainOnly("f:status");
        }
        return result;
    }

    private static List<Entry> read(ObjectNode object) {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode entry : Trees.at(object, "metadata", "managedFields")) {
            entries.add(new Entry(
                    Trees.text(entry, "manager"),
                    Trees.text(entry, "operation"),
                    Trees.text(entry, "apiVersion"),
                    Trees.text(entry, "subresource"),
                    Trees.text(entry, "time"),
                    FieldSet.parse(entry.path("fieldsV1"))));
        }
        return entries;
    }

    private static void write(ObjectNode object, List<Entry> entries) {
        var list = Trees.array();
        entries.stream()
                .filter(entry -> !entry.fields().isEmpty())
                .sorted(Comparator.comparing(Entry::operation)
                        .thenComparing(Entry::time)
                        .thenComparing(Entry::manager)
                        .thenComparing(Entry::subresource))
                .forEach(entry -> {
                    ObjectNode node = list.addObject();
                    node.put("apiVersion", entry.apiVersion()).put("fieldsType", "FieldsV1");
                    node.set("fieldsV1", entry.fields().json());
                    node.put("manager", entry.manager()).put("operation", entry.operation());
                    if (!entry.subresource().isEmpty()) {
                        node.put("subresource", entry.subresource());
                    }
                    node.put("time", entry.time());
                });
        if (list.isEmpty()) {
            Meta.of(object).remove("managedFields");
        } else {
            Meta.of(object).set("managedFields", list);
        }
    }

    private static String describe(Entry entry) {
        String text = "\"" + entry.manager() + "\"";
        if (!entry.subresource().isEmpty()) {
            text += " with subresource \"" + entry.subresource() + "\"";
        }
        return entry.operation().equals(UPDATE) ? text + " using " + entry.apiVersion() : text;
    }

    private static StatusException conflict(List<Cause> causes) {
        StringBuilder message = new StringBuilder("Apply failed with " + causes.size() + " conflict");
        if (causes.size() == 1) {
            Cause only = causes.getFirst();
            message.append(": ").append(only.message()).append(": ").append(only.field());
        } else {
            message.append("s:");
            String manager = "";
            for (Cause cause : causes) {
                if (!cause.message().equals(manager)) {
                    manager = cause.message();
                    message.append(manager.equals(causes.getFirst().message()) ? " " : "\n")
                            .append(manager.replaceFirst("conflict ", "conflicts "))
                            .append(":");
                }
                message.append("\n- ").append(cause.field());
            }
        }
        return new StatusException(409, "Conflict", message.toString(), null, causes);
    }
}
