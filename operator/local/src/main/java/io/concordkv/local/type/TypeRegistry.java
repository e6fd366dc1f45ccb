package io.concordkv.local.type;

import io.concordkv.local.object.ObjectKey.GroupResource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// All served types: the built-in ones and those of the present CustomResourceDefinitions.
public final class TypeRegistry {
    private final List<ResourceType> builtin;
    /// By the name of the definition; one element for each served version, preferred first.
    private final ConcurrentSkipListMap<String, List<ResourceType>> custom = new ConcurrentSkipListMap<>();

    public TypeRegistry(List<ResourceType> builtin) {
        this.builtin = builtin;
    }

    /// Replaces the versions that a definition serves.
    public void define(String definition, List<ResourceType> versions) {
        custom.put(definition, versions);
    }

    public void undefine(String definition) {
        custom.remove(definition);
    }

    public List<ResourceType> ofDefinition(String definition) {
        return custom.getOrDefault(definition, List.of());
    }

    /// Built-in types first, then custom ones by name.
    public List<ResourceType> all() {
        List<ResourceType> all = new ArrayList<>(builtin);
        custom.values().forEach(all::addAll);
        return all;
    }

    public @Nullable ResourceType find(String group, String version, String resource) {
        for (ResourceType type : all()) {
            if (type.group().equals(group)
                    && type.version().equals(version)
                    && type.resource().equals(resource)) {
                return type;
            }
        }
        return null;
    }

    /// The version in which objects of a stored type are kept.
    public @Nullable ResourceType stored(GroupResource stored) {
        return all().stream()
                .filter(type -> type.stored().equals(stored))
                .min(Comparator.comparing((ResourceType type) -> !type.group().equals(stored.group())))
                .orElse(null);
    }

    /// Groups (without the core group) and their versions, both in the order of preference.
    public Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new TreeMap<>();
        for (ResourceType type : all()) {
            List<String> versions = groups.computeIfAbsent(type.group(), group -> new ArrayList<>());
            if (!versions.contains(type.version())) {
                versions.add(type.version());
            }
        }
        groups.remove("");
        return new LinkedHashMap<>(groups);
    }

    public List<ResourceType> of(String group, String version) {
        return all().stream()
                .filter(type -> type.group().equals(group) && type.version().equals(version))
                .toList();
    }
}
