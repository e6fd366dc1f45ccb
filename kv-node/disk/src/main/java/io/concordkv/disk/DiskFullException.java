package io.concordkv.disk;

import java.io.IOException;

/// The volume has no room for what was to be written. Whatever was durable before still is.
public final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1;

    public DiskFullException(String message) {
        super(message);
    }

    public DiskFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
