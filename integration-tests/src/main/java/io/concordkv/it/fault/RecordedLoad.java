package io.concordkv.it.fault;

import io.concordkv.it.finding.Difference;
import io.concordkv.it.process.CheckedWriter;
import io.concordkv.it.process.ProcessCluster;
import io.concordkv.simulation.history.LinearizabilityChecker;
import io.concordkv.simulation.history.Operation;
import io.concordkv.tools.nodes.NodeEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Writers and readers on a few shared keys through every node, whose history is checked key by key when
/// they are stopped. Owns their threads until then.
final class RecordedLoad implements AutoCloseable {
    private static final int WRITERS = 8;
    private static final int PAUSE_MILLIS = 3;
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final Duration FINAL_READ_WITHIN = Duration.ofSeconds(30);

    private final ProcessCluster cluster;
    private final Map<String, List<Operation>> history = CheckedWriter.emptyHistory();
    private final List<CheckedWriter> writers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /// What a checked history held.
    ///
    /// @param acknowledged puts that were answered with success
    /// @param inDoubt      puts that may have happened
    record Outcome(int keys, int operations, int acknowledged, int inDoubt) {}

    private RecordedLoad(ProcessCluster cluster) {
        this.cluster = cluster;
    }

    /// @param prefix of the keys, unused so far
    static RecordedLoad start(ProcessCluster cluster, String prefix) {
        RecordedLoad load = new RecordedLoad(cluster);
        AtomicInteger operations = new AtomicInteger();
        var manner = new CheckedWriter.Manner(prefix, TIMEOUT, PAUSE_MILLIS);
        for (int i = 0; i < WRITERS; i++) {
            CheckedWriter writer = new CheckedWriter(cluster, load.history, operations, manner, i);
            load.writers.add(writer);
            load.threads.add(Thread.ofVirtual().start(writer));
        }
        return load;
    }

    /// Reads keys that are in use now through one node, at once and together: what a node that has slept
    /// says when it wakes.
    void readNow(NodeEntry node) throws InterruptedException {
        List<Thread> readers = new ArrayList<>();
        for (String key : history.keySet().stream().sorted().toList().reversed().stream()
                .limit(16)
                .toList()) {
            readers.add(Thread.ofVirtual().start(() -> {
                try {
                    writers.getFirst().read(node, key);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread reader : readers) {
            reader.join();
        }
    }

    /// Asks nothing while on.
    void setQuiet(boolean on) {
        writers.forEach(it -> it.setQuiet(on));
    }

    /// Stops the callers, reads every key once more and checks every history.
    ///
    /// @throws Difference when a key cannot be read, or its history has no linear order
    Outcome finish() throws InterruptedException {
        close();
        for (String key : List.copyOf(history.keySet())) {
            readAtLast(key);
        }
        int operations = 0;
        int acknowledged = 0;
        int inDoubt = 0;
        for (Map.Entry<String, List<Operation>> key : new TreeMap<>(history).entrySet()) {
            List<Operation> all = key.getValue();
            LinearizabilityChecker.Verdict verdict = LinearizabilityChecker.check(all);
            Difference.unless(
                    verdict == LinearizabilityChecker.Verdict.LINEARIZABLE,
                    "the history of %s is %s: %s",
                    key.getKey(),
                    verdict,
                    all);
            operations += all.size();
            for (Operation operation : all) {
                boolean put = operation.kind() instanceof Operation.Put;
                acknowledged += put && operation.returned() != Long.MAX_VALUE ? 1 : 0;
                inDoubt += put && operation.returned() == Long.MAX_VALUE ? 1 : 0;
            }
        }
        return new Outcome(history.size(), operations, acknowledged, inDoubt);
    }

    private void readAtLast(String key) throws InterruptedException {
        long end = System.nanoTime() + FINAL_READ_WITHIN.toNanos();
        for (int i = Math.floorMod(key.hashCode(), cluster.nodes().size()); System.nanoTime() < end; i++) {
            NodeEntry node = cluster.nodes().get(i % cluster.nodes().size());
            if (writers.getFirst().read(node, key)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        throw new Difference(key + " could not be read within " + FINAL_READ_WITHIN.toSeconds() + " s of the end");
    }

    @Override
    public void close() throws InterruptedException {
        writers.forEach(CheckedWriter::stop);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
