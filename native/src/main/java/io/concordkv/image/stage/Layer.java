package io.concordkv.image.stage;

/// The layers of an image, in this order: what changes rarely lies below what changes often.
public enum Layer {
    /// The C library's files, users, empty mount points.
    SYSTEM,
    RUNTIME,
    /// Jars of others.
    LIBRARIES,
    /// Our own jars, and what the build generated.
    APPLICATION,
    /// The ahead-of-time cache; the one layer that differs from run to run.
    CACHE
}
