package io.concordkv.engine.memory;

import io.concordkv.engine.EngineContext;
import io.concordkv.engine.Engines;
import io.concordkv.engine.StorageEngine;
import io.concordkv.engine.contract.EngineConcurrencyContract;

class MemoryConcurrencyContractTest extends EngineConcurrencyContract {
    @Override
    protected StorageEngine open(EngineContext context) {
        return Engines.byName("memory").open(context);
    }
}
