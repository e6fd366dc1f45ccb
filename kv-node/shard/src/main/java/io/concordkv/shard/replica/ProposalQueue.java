package io.concordkv.shard.replica;

import io.concordkv.shard.command.ApplyResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Proposals on their way: first waiting for the turn's batch, then for their entry to be applied.
final class ProposalQueue {
    /// One proposal.
    ///
    /// @param deadlineNanos after it nothing is proposed any more (SAFETY S5)
    private record Waiting(byte[] payload, long deadlineNanos, ProposalListener listener) {}

    private record Pending(long index, long term, long deadlineNanos, ProposalListener listener) {}

    private final int countMax;
    private final long bytesMax;
    private final Deque<Waiting> waiting = new ArrayDeque<>(1);
    private final Deque<Pending> pending = new ArrayDeque<>(1);
    /// Proposed in an earlier term at an index this replica has used again since.
    private final List<Pending> overtaken = new ArrayList<>(0);

    private final ReplicaFigures figures;

    private long waitingBytes;

    ProposalQueue(int countMax, long bytesMax, ReplicaFigures figures) {
        this.countMax = countMax;
        this.bytesMax = bytesMax;
        this.figures = figures;
    }

    private void applied(ProposalListener listener, ApplyResult result) {
        figures.applied();
        listener.applied(result);
    }

    private void refuse(ProposalListener listener, ShardRefusal refusal) {
        figures.refused(refusal);
        listener.refused(refusal);
    }

    boolean isFull() {
        return waiting.size() + pending.size() >= countMax || waitingBytes >= bytesMax;
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    int size() {
        return waiting.size() + pending.size() + overtaken.size();
    }

    void add(byte[] payload, long deadlineNanos, ProposalListener listener) {
        waiting.addLast(new Waiting(payload, deadlineNanos, listener));
        waitingBytes += payload.length;
    }

    /// Drops what is too late and returns the payloads of the rest, which stay first in the queue.
    List<byte[]> batch(long now, int countMax, long bytesMax) {
        List<byte[]> payloads = new ArrayList<>();
        long bytes = 0;
        Iterator<Waiting> each = waiting.iterator();
        while (each.hasNext() && payloads.size() < countMax && bytes < bytesMax) {
            Waiting one = each.next();
            if (one.deadlineNanos - now <= 0) {
                each.remove();
                waitingBytes -= one.payload.length;
                refuse(one.listener, new ShardRefusal.TimedOut());
                continue;
            }
            payloads.add(one.payload);
            bytes += one.payload.length;
        }
        return payloads;
    }

    /// The first `count` waiting proposals are now entries from `firstIndex` on.
    void proposed(long firstIndex, int count, long term) {
        while (!pending.isEmpty() && pending.peekLast().index >= firstIndex) {
            overtaken.add(pending.removeLast());
        }
        for (int i = 0; i < count; i++) {
            Waiting one = waiting.removeFirst();
            waitingBytes -= one.payload.length;
            pending.addLast(new Pending(firstIndex + i, term, one.deadlineNanos, one.listener));
        }
    }

    void refuseWaiting(ShardRefusal refusal) {
        while (!waiting.isEmpty()) {
            Waiting one = waiting.removeFirst();
            waitingBytes -= one.payload.length;
            refuse(one.listener, refusal);
        }
    }

    /// The entry at `index` of `term` has been applied with this result.
    void applied(long index, long term, @Nullable ApplyResult result) {
        while (!pending.isEmpty() && pending.peekFirst().index <= index) {
            settle(pending.removeFirst(), index, term, result);
        }
        if (!overtaken.isEmpty()) {
            List<Pending> reached =
                    overtaken.stream().filter(it -> it.index <= index).toList();
            overtaken.removeAll(reached);
            reached.forEach(it -> settle(it, index, term, result));
        }
    }

    /// Another entry committed in its place means that it can never be; its own means that it is done.
    private void settle(Pending one, long index, long term, @Nullable ApplyResult result) {
        if (one.index == index && one.term == term && result != null) {
            applied(one.listener, result);
        } else if (one.index == index) {
            refuse(one.listener, new ShardRefusal.NoLeader());
        } else {
            refuse(one.listener, new ShardRefusal.OutcomeUnknown());
        }
    }

    /// Everything up to `index` came by snapshot: what was proposed there may or may not be inside.
    void skippedTo(long index) {
        while (!pending.isEmpty() && pending.peekFirst().index <= index) {
            refuse(pending.removeFirst().listener, new ShardRefusal.OutcomeUnknown());
        }
        overtaken.removeIf(it -> {
            boolean skipped = it.index <= index;
            if (skipped) {
                refuse(it.listener, new ShardRefusal.OutcomeUnknown());
            }
            return skipped;
        });
    }

    /// Answers whose time is over: not executed while waiting, unknown once proposed.
    void expire(long now) {
        if (size() == 0) {
            return;
        }
        waiting.removeIf(it -> {
            boolean late = it.deadlineNanos - now <= 0;
            if (late) {
                waitingBytes -= it.payload.length;
                refuse(it.listener, new ShardRefusal.TimedOut());
            }
            return late;
        });
        pending.removeIf(it -> expired(it, now));
        overtaken.removeIf(it -> expired(it, now));
    }

    private boolean expired(Pending one, long now) {
        boolean late = one.deadlineNanos - now <= 0;
        if (late) {
            refuse(one.listener, new ShardRefusal.OutcomeUnknown());
        }
        return late;
    }

    /// The replica ends: nothing will be answered any more.
    void close() {
        refuseWaiting(new ShardRefusal.Stopping());
        pending.forEach(it -> refuse(it.listener, new ShardRefusal.OutcomeUnknown()));
        overtaken.forEach(it -> refuse(it.listener, new ShardRefusal.OutcomeUnknown()));
        pending.clear();
        overtaken.clear();
    }
}
