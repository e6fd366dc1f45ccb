package io.concordkv.engine;

import java.util.Collections;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The engines that are part of this installation.
public final class Engines {
    private static final SortedMap<String, EngineFactory> BY_NAME = load();

    private Engines() {}

    /// @throws UnknownEngineException naming the engines there are
    public static EngineFactory byName(String name) {
        EngineFactory factory = BY_NAME.get(name);
        if (factory == null) {
            throw new UnknownEngineException(name, BY_NAME.keySet());
        }
        return factory;
    }

    public static SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(BY_NAME.keySet()));
    }

    private static SortedMap<String, EngineFactory> load() {
        SortedMap<String, EngineFactory> factories = new TreeMap<>();
        for (EngineFactory factory : ServiceLoader.load(EngineFactory.class, EngineFactory.class.getClassLoader())) {
            EngineFactory other = factories.putIfAbsent(factory.name(), factory);
            if (other != null) {
                throw new IllegalStateException("two engines are called " + factory.name() + ": "
                        + other.getClass().getName() + " and "
                        + factory.getClass().getName());
            }
        }
        return factories;
    }
}
