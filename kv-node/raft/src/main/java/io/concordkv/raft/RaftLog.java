package io.concordkv.raft;

import io.concordkv.base.Flaw;
import io.concordkv.base.Invariant;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import java.util.List;

/// One replica's log as the core needs it: terms of all of it, entries of its newest part.
///
/// Invariant: `compacted <= commit <= last`, `applying <= min(commit, durable)`, and neither commit nor
/// applying ever goes back.
final class RaftLog {
    private final TermBoundaries boundaries;
    private final EntryCache cache;
    private final Durability durability;
    private final long cacheBytesMax;
    private LogPosition compacted;
    private LogPosition last;
    private long commit;
    private long applying;
    private long applied;

    RaftLog(RecoveredState state, long cacheBytesMax) {
        this.cacheBytesMax = cacheBytesMax;
        compacted = state.compacted();
        boundaries = new TermBoundaries(state.termStarts());
        long applied = Flaw.COMMIT_BEHIND_APPLIED_AFTER_RESTART.isOn() ? 0 : state.applied();
        commit = Math.max(Math.max(state.commit(), applied), compacted.index());
        applying = Math.max(state.applied(), compacted.index());
        this.applied = applying;
        Invariant.check(
                commit <= state.lastIndex(),
                "log ends at %d, but entries up to %d were committed",
                state.lastIndex(),
                commit);
        last = new LogPosition(termWithin(state.lastIndex(), state.lastIndex()), state.lastIndex());
        cache = new EntryCache(last.index() + 1);
        durability = new Durability(last.index());
    }

    LogPosition last() {
        return last;
    }

    long lastIndex() {
        return last.index();
    }

    LogPosition compacted() {
        return compacted;
    }

    long commit() {
        return commit;
    }

    long applied() {
        return applied;
    }

    long durableIndex() {
        return durability.durableIndex();
    }

    Durability durability() {
        return durability;
    }

    EntryCache cache() {
        return cache;
    }

    /// Term of the entry at `index`; −1 when the log does not reach there or has compacted it away.
    long termAt(long index) {
        return index > last.index() ? -1 : termWithin(index, last.index());
    }

    /// The position is in this log, or below what is compacted.
    boolean contains(LogPosition position) {
        return position.index() < compacted.index() || termAt(position.index()) == position.term();
    }

    /// The highest position up to `limit` that can be in a log which has `term` there: anything of a
    /// later term cannot. Skips a whole term at once (Raft paper §5.3).
    LogPosition lastPositionUpTo(long term, long limit) {
        long index = boundaries.lastIndexWithTermUpTo(term, Math.min(limit, last.index()));
        return index <= compacted.index() ? compacted : new LogPosition(boundaries.termAt(index), index);
    }

    void append(List<LogEntry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            Invariant.check(entry.index() == last.index() + 1 + i, "entries are not contiguous");
            boundaries.append(entry.term(), entry.index());
        }
        last = entries.getLast().position();
        cache.append(entries);
    }

    void truncateAfter(long lastKept) {
        Invariant.check(lastKept >= commit, "cut after %d, but %d is committed", lastKept, commit);
        long term = termAt(lastKept);
        boundaries.truncateAfter(lastKept);
        last = new LogPosition(term, lastKept);
        cache.truncateAfter(lastKept);
        durability.truncateAfter(lastKept);
    }

    /// Returns whether the commit index moved.
    boolean commitTo(long index) {
        if (index <= commit) {
            return false;
        }
        Invariant.check(index <= last.index(), "commit %d is beyond the log's end %d", index, last.index());
        commit = index;
        return true;
    }

    /// What can be applied now and was not handed out yet ends here; below [#applyingFrom] there is nothing.
    long appliableTo() {
        return Flaw.APPLIED_BEFORE_OWN_SYNC.isOn() ? commit : Math.min(commit, durability.durableIndex());
    }

    long applyingFrom() {
        return applying + 1;
    }

    void applying(long index) {
        applying = index;
    }

    void appliedTo(long index) {
        Invariant.check(index <= applying, "applied %d, but only %d was handed out", index, applying);
        applied = Math.max(applied, index);
        evict();
    }

    void evict() {
        if (cache.bytes() > cacheBytesMax) {
            cache.evict(Math.min(applied, durability.durableIndex()), cacheBytesMax);
        }
    }

    void compactTo(long index) {
        if (index <= compacted.index()) {
            return;
        }
        Invariant.check(
                index <= applied && index <= durability.durableIndex(),
                "compact to %d, but applied=%d durable=%d",
                index,
                applied,
                durability.durableIndex());
        compacted = new LogPosition(termAt(index), index);
        boundaries.compactTo(index, last.index());
        cache.evict(index, -1);
    }

    /// The state up to `position` is durable by a snapshot; entries behind it stay.
    void coveredTo(LogPosition position) {
        commitTo(position.index());
        applying = Math.max(applying, position.index());
        applied = Math.max(applied, position.index());
        durability.coveredTo(position.index());
    }

    /// Drops everything; the log goes on behind `position`.
    void resetTo(LogPosition position) {
        Invariant.check(position.index() > commit, "reset to %d below commit %d", position.index(), commit);
        boundaries.clear();
        durability.truncateAfter(Math.min(last.index(), position.index()));
        durability.coveredTo(position.index());
        cache.reset(position.index() + 1);
        compacted = position;
        last = position;
        commit = position.index();
        applying = commit;
        applied = commit;
    }

    private long termWithin(long index, long lastIndex) {
        if (index == compacted.index()) {
            return compacted.term();
        }
        return index < compacted.index() || index > lastIndex ? -1 : boundaries.termAt(index);
    }
}
