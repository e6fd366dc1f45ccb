package io.concordkv.wal;

import java.io.IOException;

/// A write or sync of the log failed. Nothing since the last successful sync may be believed, nothing
/// is retried, and the process ends (SAFETY L4).
public final class WalFailedException extends IOException {
    private static final long serialVersionUID = 1;

    public WalFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
