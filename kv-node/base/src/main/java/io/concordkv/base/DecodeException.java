package io.concordkv.base;

/// Bytes that cannot be what they should be: from a peer, a client or a file whose checksum held.
public final class DecodeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DecodeException(String message) {
        super(message);
    }

    public DecodeException(String field, String allowed, long found) {
        super(field + ": want " + allowed + ", found " + found);
    }
}
