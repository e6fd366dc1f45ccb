package io.concordkv.it.conformance;

import io.concordkv.it.conformance.StepResult.Verdict;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.finding.NotRun;
import io.concordkv.it.finding.Unserved;
import io.concordkv.tools.console.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Runs steps one after the other; one that fails does not keep the next from being tried, unless it
/// finds that no operator is at work.
public final class Suite {
    private final Surroundings surroundings;
    private final Progress progress;
    private final long auditFrom;
    private final BooleanSupplier ending;
    private boolean unserved;

    /// @param progress hears of what goes on inside a step
    /// @param ending   says when to end at once
    public Suite(Surroundings surroundings, Progress progress, BooleanSupplier ending) throws IOException {
        this.surroundings = surroundings;
        this.auditFrom = surroundings.machine().isPresent()
                ? surroundings.machine().get().audit().end()
                : 0;
        this.progress = progress;
        this.ending = ending;
    }

    /// @param listener hears of each step once, when it is over
    public List<StepResult> run(List<Step> steps, Consumer<StepResult> listener) throws InterruptedException {
        var results = new ArrayList<StepResult>();
        for (Step step : steps) {
            StepResult result = run(step);
            listener.accept(result);
            results.add(result);
        }
        return results;
    }

    /// @throws InterruptedException when asked to end; the step has put right then what it changed
    public StepResult run(Step step) throws InterruptedException {
        if (ending.getAsBoolean()) {
            throw new InterruptedException("asked to end");
        }
        if (unserved) {
            return new StepResult(step, Verdict.SKIPPED, "no operator serves the namespace", Duration.ZERO, List.of());
        }
        progress.step(step.name() + ": " + step.title());
        long began = System.nanoTime();
        var stage = new Stage(surroundings, auditFrom, ending, what -> progress.step(step.name() + ": " + what));
        Verdict verdict = Verdict.PASS;
        String reason = "";
        try {
            step.body().run(stage);
        } catch (NotRun absent) {
            verdict = Verdict.SKIPPED;
            reason = String.valueOf(absent.getMessage());
        } catch (Unserved nobody) {
            unserved = true;
            verdict = Verdict.FAIL;
            reason = String.valueOf(nobody.getMessage());
        } catch (Difference difference) {
            verdict = Verdict.FAIL;
            reason = String.valueOf(difference.getMessage());
        } catch (InterruptedException stop) {
            throw stop;
        } catch (IOException | RuntimeException failure) {
            verdict = Verdict.FAIL;
            reason = failure.toString();
        } catch (Exception failure) {
            throw new IllegalStateException(step.name() + " failed in a way no step should", failure);
        }
        return new StepResult(step, verdict, reason, Duration.ofNanos(System.nanoTime() - began), stage.notes());
    }
}
