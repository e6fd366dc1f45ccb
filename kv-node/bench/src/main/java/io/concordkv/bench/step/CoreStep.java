package io.concordkv.bench.step;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What Raft itself costs: one proposal of so many entries, until three replicas hold it durable and the leader
/// has committed and applied it. All steps of all three, with the inputs they take.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CoreStep {
    private static final int COMPACT_EVERY = 1024;
    private static final byte[] PAYLOAD = new byte[256];

    @Param({"1", "16", "128"})
    int entries = 1;

    private final ThreeCores cores = new ThreeCores();
    private List<byte[]> payloads = List.of();
    private long proposals;

    @Benchmark
    public long proposal() {
        if (payloads.size() != entries) {
            payloads = Collections.nCopies(entries, PAYLOAD);
        }
        if (++proposals % COMPACT_EVERY == 0) {
            cores.compact();
        }
        return cores.propose(payloads);
    }
}
