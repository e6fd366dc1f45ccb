package io.concordkv.it.load;

import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.Nodes;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Writers that put unique values and read them back, through any ready node, until they are
/// stopped. Each key has one writer, so a read has few right answers; a wrong one is a violation.
public final class CheckedLoad implements AutoCloseable {
    private static final int WRITERS = 4;
    private static final int KEYS_EACH = 8;
    private static final long PAUSE_MILLIS = 5;
    private static final Duration FINAL_READS_WITHIN = Duration.ofSeconds(30);

    private final Nodes nodes;
    private final Supplier<List<Pod>> pods;
    private final Predicate<Pod> usable;
    private final String prefix;
    private final List<Thread> threads = new ArrayList<>();
    private final List<OwnedKey> keys = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong lastAckNanos = new AtomicLong();
    private final AtomicLong longestPauseNanos = new AtomicLong();
    private volatile boolean stopped;

    private CheckedLoad(Nodes nodes, Supplier<List<Pod>> pods, Predicate<Pod> usable, String prefix) {
        this.nodes = nodes;
        this.pods = pods;
        this.usable = usable;
        this.prefix = prefix;
    }

    /// @param pods   all pods known now, ready or not; must answer at once
    /// @param prefix of the keys, unused so far
    public static CheckedLoad start(Nodes nodes, Supplier<List<Pod>> pods, String prefix) {
        return start(nodes, pods, Cluster::isReady, prefix);
    }

    /// The same through every pod, whatever Kubernetes thinks of it.
    public static CheckedLoad startThroughAll(Nodes nodes, Supplier<List<Pod>> pods, String prefix) {
        return start(nodes, pods, _ -> true, prefix);
    }

    private static CheckedLoad start(Nodes nodes, Supplier<List<Pod>> pods, Predicate<Pod> usable, String prefix) {
        var load = new CheckedLoad(nodes, pods, usable, prefix);
        load.lastAckNanos.set(System.nanoTime());
        for (int writer = 0; writer < WRITERS; writer++) {
            load.startWriter(writer);
        }
        return load;
    }

    private void startWriter(int writer) {
        var own = new ArrayList<OwnedKey>();
        for (int i = 0; i < KEYS_EACH; i++) {
            own.add(new OwnedKey(prefix + "-" + writer + "-" + i));
        }
        keys.addAll(own);
        threads.add(Thread.ofVirtual().start(() -> write(own, writer)));
    }

    private void write(List<OwnedKey> own, int writer) {
        try {
            for (int count = 0; !stopped; count++) {
                OwnedKey key = own.get(count % own.size());
                List<Pod> ready = pods.get().stream().filter(usable).toList();
                if (!ready.isEmpty()) {
                    put(ready.get((count + writer) % ready.size()), key, "v" + writer + "-" + count);
                    read(ready.get((count + writer + 1) % ready.size()), key);
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void put(Pod pod, OwnedKey key, String value) throws InterruptedException {
        try {
            var answer = nodes.put(pod, key.name(), value);
            if (answer.isSuccess()) {
                key.acknowledged(value);
                countAck();
            } else if (!answer.wasNotExecuted()) {
                key.inDoubt(value);
            }
        } catch (IOException away) {
            key.inDoubt(value); // it may have arrived
        }
    }

    private void countAck() {
        acknowledged.incrementAndGet();
        long now = System.nanoTime();
        long pause = now - lastAckNanos.getAndSet(now);
        longestPauseNanos.accumulateAndGet(pause, Math::max);
    }

    /// @return whether an answer came
    private boolean read(Pod pod, OwnedKey key) throws InterruptedException {
        try {
            var answer = nodes.get(pod, key.name());
            if (answer.status() == 200 || answer.status() == 404) {
                key.read(answer.status() == 404 ? OwnedKey.ABSENT : answer.body())
                        .ifPresent(violations::add);
                return true;
            }
            return false;
        } catch (IOException away) {
            return false;
        }
    }

    /// What a stopped load saw.
    ///
    /// @param violations   answers that contradict an acknowledgement; must be none
    /// @param longestPause between two acknowledgements, of all writers together; also before the first
    ///                     and since the last one
    public record Outcome(long acknowledged, List<String> violations, Duration longestPause) {}

    /// Stops the writers, reads every key once more, and tells.
    public Outcome finish() throws InterruptedException {
        longestPauseNanos.accumulateAndGet(System.nanoTime() - lastAckNanos.get(), Math::max);
        close();
        for (OwnedKey key : keys) {
            long began = System.nanoTime();
            boolean answered = false;
            while (!answered && System.nanoTime() - began < FINAL_READS_WITHIN.toNanos()) {
                for (Pod pod : pods.get()) {
                    answered = answered || (usable.test(pod) && read(pod, key));
                }
                if (!answered) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            }
            if (!answered) {
                violations.add(key.name() + " could not be read at the end");
            }
        }
        return new Outcome(acknowledged.get(), List.copyOf(violations), Duration.ofNanos(longestPauseNanos.get()));
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
