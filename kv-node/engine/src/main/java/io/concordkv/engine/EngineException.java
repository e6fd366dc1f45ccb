package io.concordkv.engine;

/// Something an engine refuses or can no longer do. The message says what was wrong, what is allowed
/// and whether anything was executed.
public abstract class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    protected EngineException(String message) {
        super(message);
    }
}
