package io.concordkv.engine;

/// Opens engines of one kind. Found by [java.util.ServiceLoader]; look up with [Engines].
public interface EngineFactory {
    /// The name a keyspace asks for, such as `memory`.
    String name();

    StorageEngine open(EngineContext context);
}
