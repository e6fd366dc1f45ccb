package io.concordkv.engine;

/// No room for a batch within the memory budget; nothing of it was executed. Deletes are always taken.
public final class EngineFullException extends EngineException {
    private static final long serialVersionUID = 1;

    public EngineFullException(String engine, long needed, MemoryBudget budget) {
        super("engine " + engine + " is full: the batch needs up to " + needed + " bytes, free are " + budget.free()
                + " of " + budget.bytesMax() + "; nothing was executed, deletes are still taken");
    }
}
