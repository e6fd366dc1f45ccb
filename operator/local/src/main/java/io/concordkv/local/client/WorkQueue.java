package io.concordkv.local.client;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Objects that somebody should look at, each at most once, looked at one after the other by one
/// thread. A look that fails is repeated after 50 ms, doubled each time up to 10 s; for ever.
///
/// Bounded by the number of objects of one kind, since a key is held only once.
///
/// @param <K> names one object, with `equals` and a readable `toString`
public final class WorkQueue<K> implements AutoCloseable {
    private static final Logger LOG = System.getLogger(WorkQueue.class.getName());
    private static final Duration RETRY_FIRST = Duration.ofMillis(50);
    private static final Duration RETRY_MAX = Duration.ofSeconds(10);
    private static final int CONFLICT = 409;

    /// Compares one object with the world and changes the world.
    @FunctionalInterface
    public interface Reconciler<K> {
        /// @return when to look again even if nothing happens; empty means only after an event
        Optional<Duration> reconcile(K key);
    }

    private final String name;
    private final Reconciler<K> reconciler;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /// Due time in nanoseconds of each waiting key.
    private final Map<K, Long> due = new LinkedHashMap<>();
    private final Map<K, Integer> failures = new LinkedHashMap<>();
    private final Thread worker;
    private boolean closed;

    public WorkQueue(String name, Reconciler<K> reconciler) {
        this.name = name;
        this.reconciler = reconciler;
        this.worker = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    public void start() {
        worker.start();
    }

    public void add(K key) {
        addAfter(key, Duration.ZERO);
    }

    /// The earlier time counts when the key is waiting already.
    public void addAfter(K key, Duration delay) {
        lock.lock();
        try {
            due.merge(key, System.nanoTime() + delay.toNanos(), (a, b) -> a - b < 0 ? a : b);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        for (K key = take(); key != null; key = take()) {
            look(key);
        }
    }

    private void look(K key) {
        try {
            Optional<Duration> again = reconciler.reconcile(key);
            failures.remove(key);
            again.ifPresent(delay -> addAfter(key, delay));
        } catch (RuntimeException failure) {
            if (isClosed()) {
                return;
            }
            int count = failures.merge(key, 1, Integer::sum);
            Duration delay = RETRY_FIRST.multipliedBy(1L << Math.min(count - 1, 10));
            boolean usual = failure instanceof KubernetesClientException api && api.getCode() == CONFLICT;
            LOG.log(usual ? Level.DEBUG : Level.WARNING, () -> name + " " + key + ": " + failure, failure);
            addAfter(key, delay.compareTo(RETRY_MAX) < 0 ? delay : RETRY_MAX);
        }
    }

    private @Nullable K take() {
        lock.lock();
        try {
            while (!closed) {
                var first = due.entrySet().stream()
                        .min((a, b) -> Long.compare(a.getValue() - b.getValue(), 0))
                        .orElse(null);
                if (first == null) {
                    changed.await();
                    continue;
                }
                long wait = first.getValue() - System.nanoTime();
                if (wait <= 0) {
                    due.remove(first.getKey());
                    return first.getKey();
                }
                changed.awaitNanos(wait);
            }
            return null;
        } catch (InterruptedException stop) {
            return null;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the look that is going on, at most 5 s.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (worker.isAlive() && !worker.join(Duration.ofSeconds(5))) {
                worker.interrupt();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
