package io.concordkv.disk;

import java.io.IOException;

/// Another process, or another part of this one, holds the data folder.
public final class DiskInUseException extends IOException {
    private static final long serialVersionUID = 1;

    public DiskInUseException(String message) {
        super(message);
    }
}
