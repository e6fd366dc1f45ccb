package io.concordkv.bench.engine;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/// The phases every subject goes through, first small for warming up, then at full size.
final class Plan {
    private static final int BATCH = 100;
    private static final int SCAN = 100;

    private final Supplier<Subject> opener;
    private final Keys keys;
    private final Keys ascending;
    private final byte[] value;
    private final Map<String, Measured> results = new LinkedHashMap<>();
    private long sink;

    /// @param nanos          CPU time of one operation on the calling thread
    /// @param allocatedBytes heap allocated by one operation
    record Measured(double nanos, double allocatedBytes) {}

    Plan(Supplier<Subject> opener, byte[] prefix, int valueBytes) {
        this.opener = opener;
        this.keys = new Keys(prefix, false);
        this.ascending = new Keys(prefix, true);
        this.value = new byte[valueBytes];
        new SplittableRandom(1).nextBytes(value);
    }

    /// Runs all phases over `entries` entries.
    ///
    /// @return time and allocation by phase; "bytes per entry" holds bytes instead of nanoseconds
    Map<String, Measured> run(int entries) {
        results.clear();
        byte[] key = new byte[keys.length()];
        long heapBefore = heapBytes();
        try (Subject subject = opener.get()) {
            measure("put, new keys", entries, i -> {
                keys.write(key, i);
                subject.put(key, value);
            });
            long held = subject.bytesHeld();
            long bytes = held >= 0 ? held : heapBytes() - heapBefore;
            results.put("bytes per entry", new Measured((double) bytes / entries, 0));
            SplittableRandom random = new SplittableRandom(7);
            measure("put, replacing", entries, i -> {
                keys.write(key, random.nextInt(entries));
                subject.put(key, value);
            });
            measure("get", entries, i -> {
                keys.write(key, random.nextInt(entries));
                sink += subject.get(key);
            });
            measure("get, absent", entries, i -> {
                keys.write(key, entries + (long) random.nextInt(entries));
                sink += subject.get(key);
            });
            measure("seek and scan 100", entries / 10, i -> {
                keys.write(key, random.nextInt(entries));
                sink += subject.scan(key, SCAN);
            });
            byte[] first = new byte[] {0};
            measure("full scan, an entry", entries, 1, i -> sink += subject.scan(first, entries));
            measure("delete", entries / 2, i -> {
                keys.write(key, i);
                subject.delete(key);
            });
        }
        batches(entries);
        ascending(entries);
        return results;
    }

    private void batches(int entries) {
        byte[][] batch = new byte[BATCH][keys.length()];
        try (Subject subject = opener.get()) {
            measure("put in batches of 100", entries, entries / BATCH, i -> {
                for (int j = 0; j < BATCH; j++) {
                    keys.write(batch[j], (long) i * BATCH + j);
                }
                subject.putAll(batch, value);
            });
        }
    }

    private void ascending(int entries) {
        byte[] key = new byte[ascending.length()];
        SplittableRandom random = new SplittableRandom(9);
        try (Subject subject = opener.get()) {
            measure("put, ascending keys", entries, i -> {
                ascending.write(key, i);
                subject.put(key, value);
            });
            measure("seek and scan 100, written ascending", entries / 10, i -> {
                ascending.write(key, random.nextInt(entries));
                sink += subject.scan(key, SCAN);
            });
        }
    }

    private void measure(String phase, int operations, IntConsumer operation) {
        measure(phase, operations, operations, operation);
    }

    private void measure(String phase, int operations, int calls, IntConsumer call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long start = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < calls; i++) {
            call.accept(i);
        }
        long nanos = threads.getCurrentThreadCpuTime() - start;
        double bytes = threads.getCurrentThreadAllocatedBytes() - allocated;
        results.put(phase, new Measured((double) nanos / operations, bytes / operations));
    }

    private static long heapBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    long sink() {
        return sink;
    }
}
