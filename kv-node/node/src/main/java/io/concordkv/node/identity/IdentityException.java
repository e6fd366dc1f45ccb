package io.concordkv.node.identity;

import java.io.IOException;

/// The volume cannot be started as it is: says what is there, what is missing and what to do.
public final class IdentityException extends IOException {
    private static final long serialVersionUID = 1;

    public IdentityException(String message) {
        super(message);
    }

    public IdentityException(String message, Throwable cause) {
        super(message, cause);
    }
}
