package io.concordkv.raft;

import io.concordkv.base.Invariant;
import io.concordkv.base.LogEntry;
import io.concordkv.base.ReplicaId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects the effects of one step: everything to persist becomes one [Effect.Persist] at their head.
final class Outbox {
    private final List<Effect> effects = new ArrayList<>();
    private final List<Effect> view = Collections.unmodifiableList(effects);
    private long persistIdLast;
    private boolean hardStateChanged;
    private long truncateAfter;
    private List<LogEntry> entries = List.of();

    void begin() {
        effects.clear();
        hardStateChanged = false;
        truncateAfter = -1;
        entries = List.of();
    }

    void add(Effect effect) {
        effects.add(effect);
    }

    void send(ReplicaId to, PeerMessage message) {
        effects.add(new Effect.Send(to, message, 0));
    }

    /// The message says something that is true only once everything so far is durable.
    void sendWhenDurable(ReplicaId to, PeerMessage message, long durableId) {
        long after = persistIdSoFar();
        effects.add(new Effect.Send(to, message, after > durableId ? after : 0));
    }

    /// The persist that covers everything changed so far, this step included.
    long persistIdSoFar() {
        return needsPersist() ? persistIdLast + 1 : persistIdLast;
    }

    void hardStateChanged() {
        hardStateChanged = true;
    }

    void truncated(long lastKept) {
        Invariant.check(entries.isEmpty() && truncateAfter < 0, "one truncation a step, before its entries");
        truncateAfter = lastKept;
    }

    void appended(List<LogEntry> more) {
        if (entries.isEmpty()) {
            entries = more;
        } else {
            var both = new ArrayList<LogEntry>(entries.size() + more.size());
            both.addAll(entries);
            both.addAll(more);
            entries = Collections.unmodifiableList(both);
        }
    }

    boolean needsPersist() {
        return hardStateChanged || truncateAfter >= 0 || !entries.isEmpty();
    }

    boolean hasEntries() {
        return !entries.isEmpty();
    }

    boolean isHardStateChanged() {
        return hardStateChanged;
    }

    /// Puts the persist of this step first and returns its id.
    long persist(@Nullable HardState hardState) {
        persistIdLast++;
        effects.addFirst(new Effect.Persist(persistIdLast, hardState, truncateAfter, entries));
        return persistIdLast;
    }

    List<Effect> effects() {
        return view;
    }
}
