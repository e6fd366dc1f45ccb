package io.concordkv.simulation.fault;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The faults that a run may have.
///
/// @param kept names of those; empty when all happen that the seed stands for
public record FaultChoice(Optional<Set<String>> kept) {
    public static final FaultChoice ALL = new FaultChoice(Optional.empty());

    public static FaultChoice only(Iterable<String> names) {
        Set<String> kept = new TreeSet<>();
        names.forEach(kept::add);
        return new FaultChoice(Optional.of(kept));
    }

    boolean holds(String name) {
        return kept.map(it -> it.contains(name)).orElse(true);
    }
}
