package io.concordkv.simulation.core;

import io.concordkv.base.InvariantViolation;
import io.concordkv.simulation.fault.FaultChoice;
import io.concordkv.simulation.fault.FaultGate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs one seed: some seconds of faults, then a quiet end in which the group must agree again.
public final class CoreSimulation {
    private static final long SECOND = 1_000_000_000;
    private static final int FAULTY_SECONDS = 12;
    private static final int QUIET_SECONDS = 20;

    private final CoreWorld world;
    private final Nemesis nemesis;
    private final Workload workload;
    private final Reshaping reshaping;

    private CoreSimulation(long seed, FaultChoice choice) {
        world = new CoreWorld(seed, new FaultGate(choice));
        nemesis = new Nemesis(world);
        workload = new Workload(world);
        reshaping = new Reshaping(world);
    }

    /// What one run came to.
    ///
    /// @param traceHash equal for equal seeds
    /// @param steps     events that happened
    /// @param committed entries that were committed
    /// @param millis    simulated time
    /// @param situations which rare turns it took
    /// @param faults     that happened
    public record Outcome(
            @Nullable Finding finding,
            long traceHash,
            long steps,
            long committed,
            long millis,
            Situations situations,
            List<FaultGate.Happened> faults) {}

    /// The first thing found wrong with this seed, or null.
    public static @Nullable Finding run(long seed) {
        return runTraced(seed).finding();
    }

    public static Outcome runTraced(long seed) {
        return runTraced(seed, FaultChoice.ALL);
    }

    /// @param choice the faults that may happen
    public static Outcome runTraced(long seed, FaultChoice choice) {
        var simulation = new CoreSimulation(seed, choice);
        Finding finding = null;
        try {
            simulation.run();
        } catch (Violation violation) {
            finding = simulation.finding(seed, violation.invariant(), violation.getMessage());
        } catch (InvariantViolation violation) {
            finding = simulation.finding(seed, "Core", violation.getMessage());
        }
        var world = simulation.world;
        return new Outcome(
                finding,
                world.traceHash(),
                world.schedule.happened(),
                world.ledger.lastIndex(),
                world.schedule.now() / 1_000_000,
                world.situations,
                world.faults.happened());
    }

    private void run() {
        world.schedule.runUntil(FAULTY_SECONDS * SECOND);
        nemesis.stop();
        reshaping.stop();
        var progress = new Progress(world);
        for (int second = 1; second <= QUIET_SECONDS; second++) {
            world.schedule.runUntil((FAULTY_SECONDS + second) * SECOND);
            if (progress.wasMade()) {
                workload.stop();
                if (progress.hasConverged()) {
                    return;
                }
            }
        }
        progress.mustHaveConverged();
    }

    private Finding finding(long seed, String invariant, @Nullable String message) {
        long millis = world.schedule.now() / 1_000_000;
        return new Finding(seed, invariant, String.valueOf(message), millis, world.options.toString());
    }
}
