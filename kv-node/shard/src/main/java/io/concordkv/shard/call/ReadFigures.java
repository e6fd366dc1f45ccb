package io.concordkv.shard.call;

import io.concordkv.base.Clock;

/// How often engines were read for calls, and how long that took. Of single gets, which take about as
/// long as reading the clock, only every 64th is timed and stands for the others. On the loop.
public final class ReadFigures {
    private static final int GETS_A_SAMPLE = 64;

    private final Clock clock;
    private long gets;
    private long sampledGets;
    private long sampledNanos;
    private long scans;
    private long scanNanos;
    private long startedNanos;

    ReadFigures(Clock clock) {
        this.clock = clock;
    }

    void beginGet() {
        if (gets++ % GETS_A_SAMPLE == 0) {
            startedNanos = clock.nanos();
        }
    }

    void endGet() {
        if ((gets - 1) % GETS_A_SAMPLE == 0) {
            sampledGets++;
            sampledNanos += clock.nanos() - startedNanos;
        }
    }

    void beginScan() {
        startedNanos = clock.nanos();
    }

    void endScan() {
        scans++;
        scanNanos += clock.nanos() - startedNanos;
    }

    /// Reads of one key.
    public long gets() {
        return gets;
    }

    public double getSeconds() {
        return sampledGets == 0 ? 0 : sampledNanos / 1e9 / sampledGets * gets;
    }

    /// Reads of many keys at once: pages, counts and the gets of a batch.
    public long scans() {
        return scans;
    }

    public double scanSeconds() {
        return scanNanos / 1e9;
    }
}
