package io.concordkv.local.object;

/// Where an object lives.
///
/// @param namespace empty for cluster-scoped objects
public record ObjectKey(GroupResource type, String namespace, String name) {

    /// The stored kind of object: two versions of one type share it.
    ///
    /// @param group    empty for the core group
    /// @param resource plural, lower case
    public record GroupResource(String group, String resource) {
        @Override
        public String toString() {
            return group.isEmpty() ? resource : resource + "." + group;
        }
    }

    /// Sorts by namespace, then name.
    public String sortKey() {
        return namespace + "/" + name;
    }
}
