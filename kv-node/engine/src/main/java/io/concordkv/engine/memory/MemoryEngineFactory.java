package io.concordkv.engine.memory;

import io.concordkv.engine.EngineContext;
import io.concordkv.engine.EngineFactory;
import io.concordkv.engine.StorageEngine;

/// Opens engines of kind `memory`.
public final class MemoryEngineFactory implements EngineFactory {
    @Override
    public String name() {
        return "memory";
    }

    @Override
    public StorageEngine open(EngineContext context) {
        return new MemoryEngine(context);
    }
}
