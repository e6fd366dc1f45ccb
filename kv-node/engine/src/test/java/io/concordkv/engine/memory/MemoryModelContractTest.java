package io.concordkv.engine.memory;

import io.concordkv.engine.EngineContext;
import io.concordkv.engine.Engines;
import io.concordkv.engine.StorageEngine;
import io.concordkv.engine.contract.EngineModelContract;

class MemoryModelContractTest extends EngineModelContract {
    @Override
    protected StorageEngine open(EngineContext context) {
        return Engines.byName("memory").open(context);
    }
}
