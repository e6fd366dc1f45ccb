package io.concordkv.engine;

/// A view was ended by a limit, or by [StorageEngine#clear] or [StorageEngine#close], and can no longer
/// be read. Take a new one and continue behind the last key seen.
public final class ViewExpiredException extends EngineException {
    private static final long serialVersionUID = 1;

    public ViewExpiredException(String engine, String reason) {
        super("a read view of engine " + engine + " has expired: " + reason + "; take a new one");
    }
}
