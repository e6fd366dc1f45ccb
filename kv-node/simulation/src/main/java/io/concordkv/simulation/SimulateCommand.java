package io.concordkv.simulation;

import io.concordkv.simulation.core.CoreSimulation;
import io.concordkv.simulation.fault.FaultChoice;
import io.concordkv.simulation.fault.FaultGate;
import io.concordkv.simulation.fault.Shrinker;
import io.concordkv.simulation.world.WorldOptions;
import io.concordkv.simulation.world.WorldSimulation;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `concord simulate`: runs seeds, prints what was found, exits with 1 when something was.
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = "Runs whole clusters in a simulated world, a seed a run, and looks for what must never happen.")
public final class SimulateCommand implements Callable<Integer> {
    private static final int FINDINGS_SHOWN = 5;
    private static final int SHRINK_RUNS_MAX = 400;
    private static final String NO_FAULT = "none";
    private static final long PROGRESS_MILLIS = 2_000;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--seeds",
            defaultValue = "1..100",
            description = "First and last seed, as A..B (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String seeds;

    @Option(names = "--core", description = "Only Raft cores on a model of disk and network: fast.")
    private boolean core;

    @Option(
            names = "--known-bugs",
            description = "Puts known bugs back, one after the other, and shows which are caught.")
    private boolean knownBugs;

    @Option(names = "--threads", description = "Seeds at a time (one a core).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--shrink", description = "Looks for the few faults that make a failing seed fail.")
    private boolean shrink;

    @Option(
            names = "--faults",
            paramLabel = "NAME",
            split = ",",
            description = "Only these of the seeds' faults happen, as --shrink names them; none: no fault at all.")
    private @Nullable List<String> faults;

    @Option(names = "--trace", description = "Prints what happened in every seed.")
    private boolean trace;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SimulateCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (knownBugs) {
            return KnownBugs.run(out);
        }
        String[] bounds = seeds.split("\\.\\.", -1);
        if (bounds.length != 2 || !bounds[0].matches("[0-9]{1,15}") || !bounds[1].matches("[0-9]{1,15}")) {
            spec.commandLine().getErr().println("--seeds: want A..B, two whole numbers, got " + seeds);
            return CommandLine.ExitCode.USAGE;
        }
        long findings = runSeeds(Long.parseLong(bounds[0]), Long.parseLong(bounds[1]), out);
        return findings == 0 ? CommandLine.ExitCode.OK : 1;
    }

    /// What one seed came to.
    record Result(
            long seed,
            String invariant,
            String finding,
            long traceHash,
            long events,
            double simulatedSeconds,
            List<FaultGate.Happened> faults,
            List<String> notes) {
        Shrinker.Result forShrinker() {
            return new Shrinker.Result(Optional.of(invariant).filter(it -> !it.isEmpty()), finding, faults);
        }
    }

    private long runSeeds(long from, long to, PrintWriter out) throws InterruptedException {
        long started = System.nanoTime();
        AtomicLong next = new AtomicLong(from);
        AtomicInteger done = new AtomicInteger();
        List<Future<List<Result>>> workers = new ArrayList<>();
        List<Result> found = new ArrayList<>();
        double[] simulated = {0};
        long[] events = {0};
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                workers.add(pool.submit(() -> {
                    List<Result> mine = new ArrayList<>();
                    for (long seed = next.getAndIncrement(); seed <= to; seed = next.getAndIncrement()) {
                        Result result = one(seed, choice());
                        done.incrementAndGet();
                        synchronized (simulated) {
                            simulated[0] += result.simulatedSeconds;
                            events[0] += result.events;
                        }
                        if (!result.finding.isEmpty() || trace) {
                            mine.add(result);
                        }
                    }
                    return mine;
                }));
            }
            progress(workers, done, to - from + 1, out);
            for (Future<List<Result>> worker : workers) {
                found.addAll(worker.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the simulator itself failed", e);
        }
        report(found, out);
        long findings = found.stream().filter(it -> !it.finding.isEmpty()).count();
        out.printf(
                "seeds %d..%d: %d findings, %d events, %.0f simulated seconds in %.1f s%n",
                from, to, findings, events[0], simulated[0], (System.nanoTime() - started) / 1e9);
        out.flush();
        return findings;
    }

    private static void progress(List<Future<List<Result>>> workers, AtomicInteger done, long all, PrintWriter out)
            throws InterruptedException {
        long said = System.currentTimeMillis();
        while (workers.stream().anyMatch(it -> !it.isDone())) {
            java.util.concurrent.TimeUnit.MILLISECONDS.sleep(50);
            if (System.currentTimeMillis() - said >= PROGRESS_MILLIS * 5) {
                said = System.currentTimeMillis();
                out.printf("%d of %d seeds%n", done.get(), all);
                out.flush();
            }
        }
    }

    private FaultChoice choice() {
        if (faults == null) {
            return FaultChoice.ALL;
        }
        return FaultChoice.only(faults.equals(List.of(NO_FAULT)) ? List.of() : faults);
    }

    private Result one(long seed, FaultChoice choice) {
        if (core) {
            CoreSimulation.Outcome outcome = CoreSimulation.runTraced(seed, choice);
            return new Result(
                    seed,
                    outcome.finding() == null ? "" : outcome.finding().invariant(),
                    outcome.finding() == null ? "" : String.valueOf(outcome.finding()),
                    outcome.traceHash(),
                    outcome.steps(),
                    outcome.millis() / 1e3,
                    outcome.faults(),
                    List.of());
        }
        WorldSimulation.Outcome outcome = WorldSimulation.run(seed, WorldOptions.of(seed), choice);
        String finding = outcome.finding() == null
                ? ""
                : String.valueOf(outcome.finding().getMessage());
        if (outcome.finding() != null && outcome.finding().getCause() != null) {
            java.io.StringWriter text = new java.io.StringWriter();
            outcome.finding().getCause().printStackTrace(new PrintWriter(text));
            finding += "\n" + text;
        }
        return new Result(
                seed,
                outcome.finding() == null ? "" : outcome.finding().invariant(),
                finding,
                outcome.traceHash(),
                outcome.events(),
                outcome.simulated() / 1e9,
                outcome.faults(),
                outcome.notes());
    }

    private void report(List<Result> found, PrintWriter out) {
        int shown = 0;
        for (Result result : found) {
            if (trace) {
                result.notes.forEach(out::println);
            }
            if (!result.finding.isEmpty() && shown++ < FINDINGS_SHOWN) {
                out.printf(
                        "FINDING seed %d (trace %016x): %s%n  again: %s --trace%n",
                        result.seed, result.traceHash, result.finding, again(result.seed));
                if (shrink) {
                    shrink(result, out);
                }
            }
        }
    }

    private void shrink(Result failing, PrintWriter out) {
        out.printf("  shrinking %d faults%n", failing.faults.size());
        out.flush();
        Shrinker.Shrunk small = Shrinker.shrink(
                choice -> one(failing.seed, choice).forShrinker(), failing.forShrinker(), SHRINK_RUNS_MAX, line -> {
                    out.println("  " + line);
                    out.flush();
                });
        List<FaultGate.Happened> left = small.result().faults();
        String names = left.isEmpty()
                ? NO_FAULT
                : left.stream().map(FaultGate.Happened::name).collect(Collectors.joining(","));
        out.printf("  %d of %d faults are left: %s%n", left.size(), failing.faults.size(), left);
        out.printf("  %s%n", small.result().finding());
        out.printf("  again: %s --faults %s --trace%n", again(failing.seed), names);
    }

    private String again(long seed) {
        return "concord simulate%s --seeds %d..%d".formatted(core ? " --core" : "", seed, seed);
    }
}
