package io.concordkv.simulation.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Looks for the few faults of a failing seed that make it fail: first the shortest beginning that does, then, by
/// delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002), as few
/// of those as it finds. A run counts as failing when it violates the same invariant, wherever it does.
public final class Shrinker {
    private final Trial trial;
    private final String invariant;
    private final int runsMax;
    private final Consumer<String> progress;
    private Shrunk best;
    private int runs;

    /// Runs the seed.
    public interface Trial {
        Result run(FaultChoice choice);
    }

    /// What a run came to.
    ///
    /// @param invariant what it violated; empty when nothing
    /// @param finding   the violation in words; empty when nothing
    /// @param faults    that happened in it
    public record Result(Optional<String> invariant, String finding, List<FaultGate.Happened> faults) {}

    /// The smallest failing run that was found.
    ///
    /// @param choice gives this result again, with the same code
    /// @param runs   tried
    public record Shrunk(FaultChoice choice, Result result, int runs) {}

    private Shrinker(Trial trial, Result first, String invariant, int runsMax, Consumer<String> progress) {
        this.trial = trial;
        this.invariant = invariant;
        this.runsMax = runsMax;
        this.progress = progress;
        this.best = new Shrunk(FaultChoice.ALL, first, 0);
    }

    /// @param first    the failing run with all its faults
    /// @param runsMax  to try at most
    /// @param progress hears a line whenever a smaller run fails
    /// @throws IllegalArgumentException when the first run found nothing
    public static Shrunk shrink(Trial trial, Result first, int runsMax, Consumer<String> progress) {
        String invariant = first.invariant()
                .orElseThrow(() -> new IllegalArgumentException("a run without a finding cannot be shrunk"));
        Shrinker shrinker = new Shrinker(trial, first, invariant, runsMax, progress);
        shrinker.cutTheEnd();
        shrinker.dropParts();
        return new Shrunk(shrinker.best.choice, shrinker.best.result, shrinker.runs);
    }

    /// Leaves out the last faults, as many as halving finds.
    private void cutTheEnd() {
        List<String> all = names();
        int failing = all.size();
        int passing = -1;
        while (failing - passing > 1) {
            int middle = (failing + passing) / 2;
            if (fails(all.subList(0, middle))) {
                failing = middle;
            } else {
                passing = middle;
            }
        }
    }

    private void dropParts() {
        int parts = 2;
        while (names().size() > 1 && runs < runsMax) {
            List<String> all = names();
            int size = (all.size() + parts - 1) / parts;
            boolean smaller = false;
            for (int from = 0; from < all.size() && !smaller; from += size) {
                List<String> rest = new ArrayList<>(all.subList(0, from));
                rest.addAll(all.subList(Math.min(all.size(), from + size), all.size()));
                smaller = fails(rest);
            }
            if (smaller) {
                parts = Math.max(2, parts - 1);
            } else if (size == 1) {
                return;
            } else {
                parts = Math.min(all.size(), 2 * parts);
            }
        }
    }

    private List<String> names() {
        return best.result.faults().stream().map(FaultGate.Happened::name).toList();
    }

    private boolean fails(List<String> kept) {
        if (runs >= runsMax) {
            return false;
        }
        runs++;
        FaultChoice choice = FaultChoice.only(kept);
        Result result = trial.run(choice);
        if (result.invariant().filter(invariant::equals).isEmpty()) {
            return false;
        }
        best = new Shrunk(choice, result, runs);
        progress.accept("%d faults after %d runs".formatted(result.faults().size(), runs));
        return true;
    }
}
