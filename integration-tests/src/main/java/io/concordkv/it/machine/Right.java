package io.concordkv.it.machine;

/// One thing one may do.
///
/// @param scope    a namespace, or [#EVERYWHERE]
/// @param group    API group; empty for the core
/// @param resource with its subresource
/// @param name     of the only object it holds for; [#ANY] for all
record Right(String scope, String group, String resource, String verb, String name) implements Comparable<Right> {
    static final String EVERYWHERE = "*";
    static final String ANY = "*";

    @Override
    public int compareTo(Right other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return verb + " " + (group.isEmpty() ? resource : resource + "." + group)
                + (name.equals(ANY) ? "" : " '" + name + "'")
                + (scope.equals(EVERYWHERE) ? " everywhere" : " in " + scope);
    }
}
