package io.concordkv.simulation.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.base.Flaw;
import io.concordkv.simulation.KnownBugs;
import io.concordkv.simulation.core.CoreSimulation;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// A failing seed is made small, and stays the same failure.
class ShrinkerTest {
    private static final int FAULTS = 40;

    @Test
    void onlyTheFaultsThatMatterAreLeft() {
        Shrinker.Trial trial = choice -> play(choice, Set.of("crash-7", "crash-23"));

        Shrinker.Shrunk shrunk = Shrinker.shrink(trial, trial.run(FaultChoice.ALL), 400, line -> {});

        assertThat(names(shrunk.result())).containsExactly("crash-7", "crash-23");
        assertThat(trial.run(shrunk.choice())).isEqualTo(shrunk.result());
    }

    @Test
    void aFailureWithoutAnyFaultNeedsNone() {
        Shrinker.Trial trial = choice -> play(choice, Set.of());

        Shrinker.Shrunk shrunk = Shrinker.shrink(trial, trial.run(FaultChoice.ALL), 400, line -> {});

        assertThat(shrunk.result().faults()).isEmpty();
    }

    @Test
    void anotherFailureIsNotTakenForIt() {
        Shrinker.Trial trial = choice -> {
            Shrinker.Result result = play(choice, Set.of("crash-7"));
            boolean whole = result.faults().size() > FAULTS / 2;
            return whole ? result : new Shrinker.Result(Optional.of("Another"), "another", result.faults());
        };

        Shrinker.Shrunk shrunk = Shrinker.shrink(trial, trial.run(FaultChoice.ALL), 400, line -> {});

        assertThat(shrunk.result().invariant()).contains("Wanted");
        assertThat(names(shrunk.result())).hasSize(FAULTS / 2 + 1).contains("crash-7");
    }

    @Test
    void itEndsAfterAsManyRunsAsItMay() {
        Shrinker.Trial trial = choice -> play(choice, Set.of("crash-7", "crash-23", "crash-31"));

        Shrinker.Shrunk shrunk = Shrinker.shrink(trial, trial.run(FaultChoice.ALL), 5, line -> {});

        assertThat(shrunk.runs()).isEqualTo(5);
        assertThat(names(shrunk.result())).contains("crash-7", "crash-23", "crash-31");
    }

    @Test
    void aRunWithoutAFindingIsRefused() {
        Shrinker.Result clean = new Shrinker.Result(Optional.empty(), "", List.of());

        assertThatThrownBy(() -> Shrinker.shrink(choice -> clean, clean, 1, line -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aKnownBugOfTheCoreIsShownByFewFaults() {
        Flaw flaw = Flaw.LEADER_COUNTS_ITSELF_BEFORE_SYNC;
        long seed = KnownBugs.hunt(flaw).seed();
        flaw.runWith(() -> {
            Shrinker.Trial trial = choice -> core(seed, choice);
            Shrinker.Result first = trial.run(FaultChoice.ALL);

            Shrinker.Shrunk shrunk = Shrinker.shrink(trial, first, 200, line -> {});

            assertThat(shrunk.result().invariant()).isEqualTo(first.invariant());
            assertThat(shrunk.result().faults().size())
                    .isLessThan(Math.max(1, first.faults().size()));
            assertThat(trial.run(shrunk.choice())).isEqualTo(shrunk.result());
        });
    }

    private static Shrinker.Result core(long seed, FaultChoice choice) {
        CoreSimulation.Outcome outcome = CoreSimulation.runTraced(seed, choice);
        return new Shrinker.Result(
                Optional.ofNullable(outcome.finding()).map(it -> it.invariant()),
                String.valueOf(outcome.finding()),
                outcome.faults());
    }

    /// A run of forty faults that fails when all these happen.
    private static Shrinker.Result play(FaultChoice choice, Set<String> needed) {
        FaultGate gate = new FaultGate(choice);
        for (int i = 0; i < FAULTS; i++) {
            gate.lets("crash", i);
        }
        Set<String> happened = new TreeSet<>();
        gate.happened().forEach(it -> happened.add(it.name()));
        boolean fails = happened.containsAll(needed);
        return new Shrinker.Result(
                fails ? Optional.of("Wanted") : Optional.empty(), fails ? "wanted" : "", gate.happened());
    }

    private static List<String> names(Shrinker.Result result) {
        return result.faults().stream().map(FaultGate.Happened::name).toList();
    }
}
