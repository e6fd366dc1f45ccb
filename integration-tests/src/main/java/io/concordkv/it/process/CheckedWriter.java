package io.concordkv.it.process;

import io.concordkv.simulation.history.Operation;
import io.concordkv.tools.nodes.NodeEntry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// One caller with unique values, on keys shared with the others; writes down what it was told. Keys are
/// left behind after some operations, so that each has a short history, which can be checked exactly.
public final class CheckedWriter implements Runnable {
    private static final int KEYS_AT_ONCE = 4;
    private static final int OPERATIONS_A_KEY = 60;
    private static final long QUIET_NANOS = 50_000_000;

    private final ProcessCluster cluster;
    private final Map<String, List<Operation>> history;
    private final AtomicInteger operations;
    private final SplittableRandom random;
    private final Manner manner;
    private final int number;
    private volatile boolean quiet;
    private volatile boolean stopped;

    /// @param prefix      of the keys, unused so far
    /// @param timeout     for an answer
    /// @param pauseMillis after each operation
    public record Manner(String prefix, Duration timeout, int pauseMillis) {
        /// As fast as answers come.
        public static final Manner HASTY = new Manner("key", Duration.ofSeconds(8), 0);
    }

    /// @param history    by key, shared by all writers
    /// @param operations counts those of all writers
    public CheckedWriter(
            ProcessCluster cluster,
            Map<String, List<Operation>> history,
            AtomicInteger operations,
            Manner manner,
            int number) {
        this.cluster = cluster;
        this.history = history;
        this.operations = operations;
        this.manner = manner;
        this.number = number;
        this.random = new SplittableRandom(number);
    }

    public static Map<String, List<Operation>> emptyHistory() {
        return new ConcurrentHashMap<>();
    }

    /// Asks nothing while on; a call in flight still ends.
    public void setQuiet(boolean on) {
        quiet = on;
    }

    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        for (int count = 0; !stopped; count++) {
            while (quiet && !stopped) {
                LockSupport.parkNanos(QUIET_NANOS);
            }
            int epoch = operations.getAndIncrement() / (KEYS_AT_ONCE * OPERATIONS_A_KEY);
            String key = manner.prefix() + "-" + (epoch * KEYS_AT_ONCE + random.nextInt(KEYS_AT_ONCE));
            List<NodeEntry> nodes = cluster.nodes();
            // Half of the callers stay with one node, so that one that does not answer cannot hold all of them.
            NodeEntry node = nodes.get(number % 2 == 0 ? number / 2 % nodes.size() : random.nextInt(nodes.size()));
            try {
                if (random.nextInt(3) == 0) {
                    put(node, key, "v" + number + "-" + count);
                } else {
                    read(node, key);
                }
                TimeUnit.MILLISECONDS.sleep(manner.pauseMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void put(NodeEntry node, String key, String value) throws InterruptedException {
        long invoked = System.nanoTime();
        try {
            HttpResponse<byte[]> answer = cluster.send(
                    node, "PUT", "/v1/keys/" + key, value.getBytes(StandardCharsets.UTF_8), manner.timeout());
            if (answer.statusCode() < 300) {
                add(key, invoked, System.nanoTime(), new Operation.Put(value));
            } else if (!new String(answer.body(), StandardCharsets.UTF_8).contains("\"executed\":\"no\"")) {
                add(key, invoked, Long.MAX_VALUE, new Operation.Put(value));
            }
        } catch (ConnectException | HttpConnectTimeoutException nobodyThere) {
            operations.decrementAndGet();
        } catch (IOException e) {
            add(key, invoked, Long.MAX_VALUE, new Operation.Put(value)); // it may have arrived
        }
    }

    /// Reads a key; nothing is written down when no answer came.
    ///
    /// @return whether an answer came
    public boolean read(NodeEntry node, String key) throws InterruptedException {
        long invoked = System.nanoTime();
        try {
            HttpResponse<byte[]> answer = cluster.send(node, "GET", "/v1/keys/" + key, new byte[0], manner.timeout());
            if (answer.statusCode() == 200) {
                String value = new String(answer.body(), StandardCharsets.UTF_8);
                add(key, invoked, System.nanoTime(), new Operation.Get(Optional.of(value)));
                return true;
            }
            if (answer.statusCode() == 404) {
                add(key, invoked, System.nanoTime(), new Operation.Get(Optional.empty()));
                return true;
            }
        } catch (IOException e) {
            operations.decrementAndGet(); // a read without an answer says nothing
        }
        return false;
    }

    private void add(String key, long invoked, long returned, Operation.Kind kind) {
        List<Operation> list = history.computeIfAbsent(key, it -> new ArrayList<>());
        synchronized (list) {
            list.add(new Operation(invoked, returned, kind));
        }
    }
}
