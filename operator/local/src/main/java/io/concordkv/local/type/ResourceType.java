package io.concordkv.local.type;

import io.concordkv.local.object.ObjectKey;
import io.concordkv.local.object.ObjectKey.GroupResource;
import io.concordkv.local.object.StatusException.Subject;
import io.concordkv.local.schema.Schema;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One served version of a resource type.
///
/// @param stored        where its objects are kept; versions of one type share it
/// @param resource      plural, lower case
/// @param hasStatus     status is written through its subresource only
/// @param hasGeneration `metadata.generation` counts changes of the spec
/// @param custom        defined by a CustomResourceDefinition
/// @param selectable    field selectors besides `metadata.name` and `metadata.namespace`
public record ResourceType(
        GroupResource stored,
        String group,
        String version,
        String resource,
        String singular,
        String kind,
        String listKind,
        boolean namespaced,
        List<String> shortNames,
        List<String> categories,
        Set<String> verbs,
        Schema schema,
        boolean hasStatus,
        boolean hasGeneration,
        boolean custom,
        Optional<ScalePaths> scale,
        List<Column> columns,
        List<String> selectable) {

    /// `v1` or `apps/v1`.
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public ObjectKey key(String namespace, String name) {
        return new ObjectKey(stored, namespaced ? namespace : "", name);
    }

    public Subject subject(String name) {
        return new Subject(group, resource, kind, name);
    }

    /// True for a built-in type with this plural name.
    public boolean is(String group, String resource) {
        return this.group.equals(group) && this.resource.equals(resource);
    }

    public ResourceType withSelectable(List<String> fields) {
        return new ResourceType(
                stored,
                group,
                version,
                resource,
                singular,
                kind,
                listKind,
                namespaced,
                shortNames,
                categories,
                verbs,
                schema,
                hasStatus,
                hasGeneration,
                custom,
                scale,
                columns,
                fields);
    }

    public ResourceType withCategories(List<String> names) {
        return new ResourceType(
                stored,
                group,
                version,
                resource,
                singular,
                kind,
                listKind,
                namespaced,
                shortNames,
                names,
                verbs,
                schema,
                hasStatus,
                hasGeneration,
                custom,
                scale,
                columns,
                selectable);
    }
}
