package io.concordkv.engine;

/// A key or value of a length that is not allowed; nothing of its batch was executed.
public final class EntryOutOfBoundsException extends EngineException {
    private static final long serialVersionUID = 1;

    public EntryOutOfBoundsException(String what, long given, long least, long most) {
        super("a " + what + " has " + given + " bytes, allowed are " + least + ".." + most + "; nothing was executed");
    }
}
