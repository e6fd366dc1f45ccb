package io.concordkv.engine;

/// An engine was used after it was closed; nothing was executed.
public final class EngineClosedException extends EngineException {
    private static final long serialVersionUID = 1;

    public EngineClosedException(String engine) {
        super("engine " + engine + " is closed; nothing was executed");
    }
}
