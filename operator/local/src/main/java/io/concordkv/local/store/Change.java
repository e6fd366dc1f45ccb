package io.concordkv.local.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// One step in the life of an object.
///
/// @param revision the resourceVersion this change got
/// @param before   null when the object was created
/// @param after    the new object, or for a deletion the last one with the deletion's revision
public record Change(
        Kind kind, long revision, String sortKey, @Nullable ObjectNode before, ObjectNode after) {
    public enum Kind {
        ADDED,
        MODIFIED,
        DELETED
    }
}
