package io.concordkv.bench;

import io.concordkv.tools.console.CommandFailure;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `concord bench jmh`: the module's JMH benchmarks, time and allocation in one table.
@Command(
        name = "jmh",
        description = "Time and allocate: the steps of the write path alone, each benchmark in a JVM of its own (JMH).",
        mixinStandardHelpOptions = true)
final class JmhCommand implements Callable<Integer> {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    @Parameters(
            arity = "0..1",
            defaultValue = "io.concordkv",
            paramLabel = "PATTERN",
            description = "regular expression within the names of those to run, default all")
    private String pattern = "io.concordkv";

    @Option(names = "--quick", description = "one short round: shows that they work, not how fast")
    private boolean quick;

    @Override
    public Integer call() throws CommandFailure {
        OptionsBuilder options = new OptionsBuilder();
        options.include(pattern)
                .addProfiler(GCProfiler.class)
                .forks(1)
                .warmupIterations(quick ? 1 : 4)
                .warmupTime(quick ? TimeValue.milliseconds(200) : TimeValue.seconds(1))
                .measurementIterations(quick ? 1 : 5)
                .measurementTime(quick ? TimeValue.milliseconds(200) : TimeValue.seconds(1))
                .timeUnit(TimeUnit.NANOSECONDS)
                .shouldDoGC(true)
                .verbosity(VerboseMode.SILENT);
        Collection<RunResult> results;
        try {
            results = new Runner(options.build()).run();
        } catch (RunnerException e) {
            throw new CommandFailure(1, "the benchmarks could not be run: " + e.getMessage());
        }
        System.out.println("| benchmark | parameters | ns an operation | ± | bytes allocated |");
        System.out.println("|---|---|--:|--:|--:|");
        results.forEach(result -> System.out.println(line(result)));
        return 0;
    }

    private static String line(RunResult result) {
        Result<?> time = result.getPrimaryResult();
        Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
        String name = result.getParams().getBenchmark();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.0f | %.0f | %s |",
                name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                result.getParams().getParamsKeys().stream()
                        .map(key -> key + "=" + result.getParams().getParam(key))
                        .collect(Collectors.joining(", ")),
                time.getScore(),
                time.getScoreError(),
                allocated == null ? "?" : String.format(Locale.ROOT, "%.0f", allocated.getScore()));
    }
}
