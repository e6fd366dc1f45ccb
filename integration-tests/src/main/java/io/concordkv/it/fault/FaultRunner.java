package io.concordkv.it.fault;

import io.concordkv.it.finding.Difference;
import io.concordkv.it.finding.NotRun;
import io.concordkv.it.process.ProcessCluster;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts one fault after the other on clusters of node processes. A cluster that a fault has spoilt, or on
/// which one was not healed, is thrown away; its folder stays when something failed.
public final class FaultRunner implements AutoCloseable {
    private static final long RESUME_MILLIS_MAX = 10_000;
    private static final long VOLUME_BYTES = 2L << 30;
    private static final long WARM_UP_MILLIS = 300;

    private final Path folder;
    private final Arena.Extent extent;
    private final SplittableRandom random;
    private final PrintStream progress;
    private int clusters;
    private int runs;
    private @Nullable ProcessCluster shared;

    /// @param folder   for the clusters; exists
    /// @param seed     of everything that is drawn
    /// @param progress where a slow start is told
    public FaultRunner(Path folder, Arena.Extent extent, long seed, PrintStream progress) {
        this.folder = folder;
        this.extent = extent;
        this.random = new SplittableRandom(seed);
        this.progress = progress;
    }

    /// Runs one fault once.
    public FaultResult run(Fault fault, int round) throws InterruptedException {
        long began = System.nanoTime();
        List<String> notes = new ArrayList<>();
        Optional<String> failure = Optional.empty();
        boolean skipped = false;
        try {
            on(fault, notes);
        } catch (NotRun missing) {
            skipped = true;
            failure = Optional.of(String.valueOf(missing.getMessage()));
        } catch (InterruptedException ended) {
            throw ended;
        } catch (Difference difference) {
            failure = Optional.of(String.valueOf(difference.getMessage()));
        } catch (Exception | AssertionError broken) {
            failure = Optional.of(broken.toString());
        }
        if (failure.isPresent()) {
            closeShared(); // whatever state it is in
        }
        return new FaultResult(
                fault,
                round,
                failure.isEmpty()
                        ? FaultResult.Verdict.PASS
                        : skipped ? FaultResult.Verdict.SKIPPED : FaultResult.Verdict.FAIL,
                failure.orElse(""),
                Duration.ofNanos(System.nanoTime() - began),
                notes);
    }

    private void on(Fault fault, List<String> notes) throws Exception {
        if (!fault.field().own()) {
            ProcessCluster cluster = shared;
            if (cluster == null) {
                cluster = newCluster(newFolder(), fault.field());
                shared = cluster;
            }
            on(cluster, Map.of(), fault, notes);
            return;
        }
        closeShared(); // two clusters at once would only slow each other down
        Path directory = newFolder();
        Map<String, Volume> volumes = new TreeMap<>();
        try {
            for (int i = 1; fault.field().volume() && i <= fault.field().nodes(); i++) {
                volumes.put("n" + i, Volume.mount(directory.resolve("n" + i), VOLUME_BYTES));
            }
            try (ProcessCluster cluster = newCluster(directory, fault.field())) {
                on(cluster, volumes, fault, notes);
            }
        } finally {
            for (Volume volume : volumes.values()) {
                volume.close();
            }
        }
    }

    private Path newFolder() throws IOException {
        return Files.createDirectories(folder.resolve("cluster-" + ++clusters));
    }

    private ProcessCluster newCluster(Path directory, Fault.Field field) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-Dconcord.faults.enabled=true"));
        if (OwnNetwork.isInside()) {
            arguments.addAll(OwnNetwork.arguments());
            OwnNetwork.writeHosts(directory, field.nodes());
        }
        arguments.addAll(field.arguments());
        return new ProcessCluster(directory, field.nodes(), field.shards(), arguments, progress);
    }

    private void on(ProcessCluster cluster, Map<String, Volume> volumes, Fault fault, List<String> notes)
            throws Exception {
        Path own = Files.createDirectories(folder.resolve("fault-" + ++runs));
        try (RecordedLoad load = RecordedLoad.start(cluster, fault.name() + "-" + runs)) {
            Arena arena = new Arena(cluster, volumes, load, extent, own, random.split());
            try {
                arena.sleep(WARM_UP_MILLIS);
                fault.body().run(arena);
                arena.writesResume(arena.other(), System.nanoTime(), RESUME_MILLIS_MAX, "healed");
                RecordedLoad.Outcome outcome = load.finish();
                arena.note(
                        "linearizable: %d operations on %d keys, %d puts acknowledged, %d in doubt",
                        outcome.operations(), outcome.keys(), outcome.acknowledged(), outcome.inDoubt());
            } finally {
                notes.addAll(arena.notes());
            }
        } finally {
            VolumeFaults.deleteTree(own);
        }
    }

    private void closeShared() {
        ProcessCluster cluster = shared;
        shared = null;
        if (cluster != null) {
            cluster.close();
        }
    }

    @Override
    public void close() {
        closeShared();
    }
}
