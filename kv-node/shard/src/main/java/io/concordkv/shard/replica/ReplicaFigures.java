package io.concordkv.shard.replica;

/// What a replica has done since it was opened. Plain counters of the loop: counting costs an addition,
/// time is taken once a slice and not once an entry.
public final class ReplicaFigures {
    private long applied;
    private long refused;
    private long unknown;
    private long elections;
    private long readRounds;
    private long slices;
    private long applyNanos;
    private long writeNanos;

    void applied() {
        applied++;
    }

    void refused(ShardRefusal refusal) {
        if (refusal instanceof ShardRefusal.OutcomeUnknown) {
            unknown++;
        } else {
            refused++;
        }
    }

    void campaigned() {
        elections++;
    }

    void readRoundConfirmed() {
        readRounds++;
    }

    /// One slice of committed entries was applied.
    ///
    /// @param nanos      all of it
    /// @param writeNanos of that, handing what it changed to the engine
    void slice(long nanos, long writeNanos) {
        slices++;
        applyNanos += nanos;
        this.writeNanos += writeNanos;
    }

    /// Proposals whose entry was applied.
    public long proposalsApplied() {
        return applied;
    }

    /// Proposals of which it is certain that they were not executed.
    public long proposalsRefused() {
        return refused;
    }

    /// Proposals that may have been executed.
    public long proposalsUnknown() {
        return unknown;
    }

    /// Times this replica asked for votes.
    public long elections() {
        return elections;
    }

    /// Rounds in which a quorum confirmed that this replica leads, so that reads could be answered.
    public long readRounds() {
        return readRounds;
    }

    /// Slices of committed entries applied.
    public long slices() {
        return slices;
    }

    public double applySeconds() {
        return applyNanos / 1e9;
    }

    /// Of [#applySeconds], the part in the engine.
    public double writeSeconds() {
        return writeNanos / 1e9;
    }
}
