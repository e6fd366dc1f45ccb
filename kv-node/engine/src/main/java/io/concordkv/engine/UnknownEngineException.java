package io.concordkv.engine;

import java.util.Collection;

/// No engine of this name is part of this installation; nothing was executed.
public final class UnknownEngineException extends EngineException {
    private static final long serialVersionUID = 1;

    public UnknownEngineException(String name, Collection<String> known) {
        super("there is no engine \"" + name + "\" here, known are " + String.join(", ", known)
                + "; nothing was executed");
    }
}
