package io.concordkv.wal;

import java.io.IOException;

/// The log in the folder is missing, foreign or of another format (SAFETY I5). Nothing was changed.
public final class WalIdentityException extends IOException {
    private static final long serialVersionUID = 1;

    public WalIdentityException(String message) {
        super(message);
    }
}
