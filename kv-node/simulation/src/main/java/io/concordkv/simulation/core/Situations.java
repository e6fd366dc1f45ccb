package io.concordkv.simulation.core;

import java.util.EnumMap;
import java.util.Map;

/// How often each [Situation] happened.
public final class Situations {
    private final Map<Situation, Long> counts = new EnumMap<>(Situation.class);

    void saw(Situation situation) {
        counts.merge(situation, 1L, Long::sum);
    }

    public long count(Situation situation) {
        return counts.getOrDefault(situation, 0L);
    }

    /// Adds those of another run.
    public void add(Situations other) {
        other.counts.forEach((situation, count) -> counts.merge(situation, count, Long::sum));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Situations that && counts.equals(that.counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode();
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
