package io.concordkv.base;

import java.io.IOException;

/// Damage on disk: names file, offset, what was expected and what was found. Never repaired by guessing.
public final class CorruptionException extends IOException {
    private static final long serialVersionUID = 1;
    private final transient Origin origin;

    public CorruptionException(Origin origin, String field, Object expected, Object found) {
        super(origin + ": " + field + ": expected " + expected + ", found " + found);
        this.origin = origin;
    }

    public Origin origin() {
        return origin;
    }
}
