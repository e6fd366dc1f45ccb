package io.concordkv.it;

import io.concordkv.simulation.history.Operation;
import io.concordkv.tools.nodes.NodeEntry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// One caller with unique values, on keys shared with the others; writes down what it was told.
final class CheckedWriter implements Runnable {
    private static final int KEYS_AT_ONCE = 4;
    private static final int OPERATIONS_A_KEY = 60;
    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    private final ProcessCluster cluster;
    private final Map<String, List<Operation>> history;
    private final AtomicInteger operations;
    private final SplittableRandom random;
    private final int number;
    private volatile boolean stopped;

    CheckedWriter(ProcessCluster cluster, Map<String, List<Operation>> history, AtomicInteger operations, int number) {
        this.cluster = cluster;
        this.history = history;
        this.operations = operations;
        this.number = number;
        this.random = new SplittableRandom(number);
    }

    static Map<String, List<Operation>> emptyHistory() {
        return new ConcurrentHashMap<>();
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        for (int count = 0; !stopped; count++) {
            int epoch = operations.getAndIncrement() / (KEYS_AT_ONCE * OPERATIONS_A_KEY);
            String key = "key-" + (epoch * KEYS_AT_ONCE + random.nextInt(KEYS_AT_ONCE));
            List<NodeEntry> nodes = cluster.nodes();
            NodeEntry node = nodes.get(random.nextInt(nodes.size()));
            try {
                if (random.nextInt(3) == 0) {
                    put(node, key, "v" + number + "-" + count);
                } else {
                    read(node, key);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void put(NodeEntry node, String key, String value) throws InterruptedException {
        long invoked = System.nanoTime();
        try {
            HttpResponse<byte[]> answer =
                    cluster.send(node, "PUT", "/v1/keys/" + key, value.getBytes(StandardCharsets.UTF_8), TIMEOUT);
            if (answer.statusCode() < 300) {
                add(key, invoked, System.nanoTime(), new Operation.Put(value));
            } else if (!new String(answer.body(), StandardCharsets.UTF_8).contains("\"executed\":\"no\"")) {
                add(key, invoked, Long.MAX_VALUE, new Operation.Put(value));
            }
        } catch (IOException e) {
            add(key, invoked, Long.MAX_VALUE, new Operation.Put(value)); // it may have arrived
        }
    }

    /// Reads a key; nothing is written down when no answer came.
    void read(NodeEntry node, String key) throws InterruptedException {
        long invoked = System.nanoTime();
        try {
            HttpResponse<byte[]> answer = cluster.send(node, "GET", "/v1/keys/" + key, new byte[0], TIMEOUT);
            if (answer.statusCode() == 200) {
                String value = new String(answer.body(), StandardCharsets.UTF_8);
                add(key, invoked, System.nanoTime(), new Operation.Get(Optional.of(value)));
            } else if (answer.statusCode() == 404) {
                add(key, invoked, System.nanoTime(), new Operation.Get(Optional.empty()));
            }
        } catch (IOException e) {
            operations.decrementAndGet(); // a read without an answer says nothing
        }
    }

    private void add(String key, long invoked, long returned, Operation.Kind kind) {
        List<Operation> list = history.computeIfAbsent(key, it -> new ArrayList<>());
        synchronized (list) {
            list.add(new Operation(invoked, returned, kind));
        }
    }
}
