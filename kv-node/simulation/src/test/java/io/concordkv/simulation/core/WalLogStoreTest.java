package io.concordkv.simulation.core;

import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Configuration;
import java.io.IOException;

class WalLogStoreTest extends LogStoreContract {
    @Override
    LogStore create(ReplicaId replica, Configuration configuration) throws IOException {
        return new WalLogStore(replica, configuration);
    }
}
