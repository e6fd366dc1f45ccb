package io.concordkv.topology.state;

/// How a keyspace spreads its keys.
public enum KeyspaceMode {
    HASH,
    SINGLE;

    /// As the interfaces write it.
    public String label() {
        return this == HASH ? "hash" : "single";
    }
}
