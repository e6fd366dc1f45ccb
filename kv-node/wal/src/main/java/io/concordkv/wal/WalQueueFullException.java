package io.concordkv.wal;

/// More is queued than [WalOptions#queueBytesMax]; nothing of the refused call was taken. Callers keep
/// below it by looking at [Wal#queuedBytes] when they admit work.
public final class WalQueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public WalQueueFullException(String message) {
        super(message);
    }
}
