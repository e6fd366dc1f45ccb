package io.concordkv.simulation.core;

import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Configuration;
import java.io.IOException;

class ModelLogStoreTest extends LogStoreContract {
    @Override
    LogStore create(ReplicaId replica, Configuration configuration) throws IOException {
        return new ModelLogStore(configuration);
    }
}
