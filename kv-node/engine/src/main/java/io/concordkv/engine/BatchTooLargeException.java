package io.concordkv.engine;

/// A batch beyond the engine's limit of count or bytes; nothing of it was executed.
public final class BatchTooLargeException extends EngineException {
    private static final long serialVersionUID = 1;

    public BatchTooLargeException(String what, long given, long allowed) {
        super("the batch has " + given + " " + what + ", allowed are " + allowed + "; nothing was executed");
    }
}
