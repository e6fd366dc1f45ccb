package io.concordkv.shard.replica;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Linearizable reads on their way: waiting for the turn, then for their round, then for apply.
final class ReadQueue {
    private record Waiting(long deadlineNanos, ReadListener listener) {}

    private record Batch(long number, List<Waiting> reads) {}

    private final int countMax;
    private List<Waiting> waiting = new ArrayList<>();
    private final Deque<Batch> rounds = new ArrayDeque<>(1);
    private final Deque<Batch> confirmed = new ArrayDeque<>(1);
    private int count;

    ReadQueue(int countMax) {
        this.countMax = countMax;
    }

    boolean isFull() {
        return count >= countMax;
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    int size() {
        return count;
    }

    void add(long deadlineNanos, ReadListener listener) {
        waiting.add(new Waiting(deadlineNanos, listener));
        count++;
    }

    /// All waiting reads joined this round.
    void opened(long round) {
        rounds.addLast(new Batch(round, waiting));
        waiting = new ArrayList<>();
    }

    /// Rounds up to `round` may be served once `readIndex` is applied; whoever asked for no more has that now.
    void confirmed(long round, long readIndex) {
        while (!rounds.isEmpty() && rounds.peekFirst().number <= round) {
            List<Waiting> reads = rounds.removeFirst().reads;
            int before = reads.size();
            reads.removeIf(it -> it.listener.confirmed(readIndex));
            count -= before - reads.size();
            confirmed.addLast(new Batch(readIndex, reads));
        }
    }

    /// A read that needs no round: served once everything up to `index` is applied, after those before it.
    void addConfirmed(long index, long deadlineNanos, ReadListener listener) {
        Batch last = confirmed.peekLast();
        if (last == null || last.number != index) {
            last = new Batch(index, new ArrayList<>());
            confirmed.addLast(last);
        }
        last.reads.add(new Waiting(deadlineNanos, listener));
        count++;
    }

    /// Serves every confirmed read whose index is applied.
    void serve(long applied) {
        while (!confirmed.isEmpty()
                && (confirmed.peekFirst().number <= applied
                        || confirmed.peekFirst().reads.isEmpty())) {
            List<Waiting> reads = confirmed.removeFirst().reads;
            count -= reads.size();
            reads.forEach(it -> it.listener.ready());
        }
    }

    /// Refuses reads that no round has confirmed.
    void abort(ShardRefusal refusal) {
        List<Waiting> aborted = new ArrayList<>(waiting);
        waiting = new ArrayList<>();
        rounds.forEach(it -> aborted.addAll(it.reads));
        rounds.clear();
        count -= aborted.size();
        aborted.forEach(it -> it.listener.refused(refusal));
    }

    void expire(long now) {
        if (count == 0) {
            return;
        }
        expire(waiting, now);
        rounds.forEach(it -> expire(it.reads, now));
        confirmed.forEach(it -> expire(it.reads, now));
    }

    private void expire(List<Waiting> reads, long now) {
        reads.removeIf(it -> {
            boolean late = it.deadlineNanos - now <= 0;
            if (late) {
                count--;
                it.listener.refused(new ShardRefusal.TimedOut());
            }
            return late;
        });
    }

    void close() {
        abort(new ShardRefusal.Stopping());
        confirmed.forEach(it -> it.reads.forEach(read -> read.listener.refused(new ShardRefusal.Stopping())));
        confirmed.clear();
        count = 0;
    }
}
