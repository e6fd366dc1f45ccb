package io.concordkv.simulation.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Whether the operations on one key can be put in one order that respects real time and explains every
/// answer. Wing and Gong's search with Lowe's memory of visited states.
public final class LinearizabilityChecker {
    private static final int STEPS_MAX = 2_000_000;

    private final List<Operation> operations;
    private final Set<State> visited = new HashSet<>();
    private int steps;

    private record State(BitSet done, Optional<String> value) {}

    /// What was found of one key.
    public enum Verdict {
        LINEARIZABLE,
        NOT_LINEARIZABLE,
        /// The search was given up; never counted as a pass.
        UNDECIDED
    }

    private LinearizabilityChecker(List<Operation> operations) {
        this.operations = operations;
    }

    /// @param history all operations on one key that began absent; operations that may have happened
    ///     without an answer have no end
    public static Verdict check(List<Operation> history) {
        List<Operation> relevant = new ArrayList<>(withoutUnseen(history));
        relevant.sort(Comparator.comparingLong(Operation::invoked));
        LinearizabilityChecker checker = new LinearizabilityChecker(relevant);
        boolean found = checker.search(new BitSet(), Optional.empty());
        if (found) {
            return Verdict.LINEARIZABLE;
        }
        return checker.steps >= STEPS_MAX ? Verdict.UNDECIDED : Verdict.NOT_LINEARIZABLE;
    }

    /// A write without an answer whose value nobody read explains nothing: it may as well not have been,
    /// unless an answer depends on whether something was there.
    private static List<Operation> withoutUnseen(List<Operation> history) {
        Set<String> seen = new HashSet<>();
        boolean presenceMatters = false;
        for (Operation operation : history) {
            switch (operation.kind()) {
                case Operation.Get(var value) -> value.ifPresent(seen::add);
                case Operation.Delete(var deleted) -> presenceMatters |= deleted.isPresent();
                case Operation.PutIfAbsent(var value, var stored) -> presenceMatters |= stored.isPresent();
                case Operation.Put it -> {}
            }
        }
        if (presenceMatters) {
            return history;
        }
        return history.stream()
                .filter(it -> it.returned() != Long.MAX_VALUE
                        || !(it.kind() instanceof Operation.Put(var value))
                        || seen.contains(value))
                .toList();
    }

    private boolean search(BitSet done, Optional<String> value) {
        if (++steps >= STEPS_MAX) {
            return false;
        }
        long horizon = Long.MAX_VALUE;
        boolean open = false;
        for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
            horizon = Math.min(horizon, operations.get(i).returned());
            open |= operations.get(i).returned() != Long.MAX_VALUE;
        }
        if (!open) {
            return true; // what is left need not have happened
        }
        for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
            Operation operation = operations.get(i);
            if (operation.invoked() > horizon) {
                break;
            }
            Optional<Optional<String>> next = step(operation, value);
            if (next.isPresent()) {
                BitSet with = (BitSet) done.clone();
                with.set(i);
                if (visited.add(new State(with, next.get())) && search(with, next.get())) {
                    return true;
                }
            }
        }
        return false;
    }

    /// The value after the operation, or nothing when its answer contradicts the value before.
    private static Optional<Optional<String>> step(Operation operation, Optional<String> value) {
        return switch (operation.kind()) {
            case Operation.Put(var written) -> Optional.of(Optional.of(written));
            case Operation.PutIfAbsent(var written, var stored) -> {
                boolean stores = value.isEmpty();
                yield stored.isPresent() && stored.get() != stores
                        ? Optional.empty()
                        : Optional.of(stores ? Optional.of(written) : value);
            }
            case Operation.Delete(var deleted) ->
                deleted.isPresent() && deleted.get() != value.isPresent()
                        ? Optional.empty()
                        : Optional.of(Optional.empty());
            case Operation.Get(var read) -> read.equals(value) ? Optional.of(value) : Optional.empty();
        };
    }
}
