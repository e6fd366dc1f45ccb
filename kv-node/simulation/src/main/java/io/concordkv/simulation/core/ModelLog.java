package io.concordkv.simulation.core;

import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.ConfigurationAt;
import io.concordkv.raft.ConfigurationCodec;
import java.util.ArrayList;
import java.util.List;

/// The obvious log: a list behind a compacted position, written without looking at the core's.
final class ModelLog {
    private final ArrayList<LogEntry> entries = new ArrayList<>();
    private LogPosition compacted = LogPosition.BEFORE_FIRST;
    private final ArrayList<Long> configurations = new ArrayList<>();
    private ConfigurationAt base;

    ModelLog(Configuration created) {
        base = new ConfigurationAt(0, created);
    }

    ModelLog(ModelLog other) {
        compacted = other.compacted;
        base = other.base;
        append(other.entries);
    }

    LogPosition compacted() {
        return compacted;
    }

    ConfigurationAt base() {
        return base;
    }

    long lastIndex() {
        return compacted.index() + entries.size();
    }

    LogEntry get(long index) {
        return entries.get((int) (index - compacted.index() - 1));
    }

    boolean holds(long index) {
        return index > compacted.index() && index <= lastIndex();
    }

    long termAt(long index) {
        return index == compacted.index() ? compacted.term() : get(index).term();
    }

    void append(List<LogEntry> more) {
        if (!more.isEmpty() && more.getFirst().index() != lastIndex() + 1) {
            throw new IllegalStateException("gap: " + more.getFirst() + " after " + lastIndex());
        }
        entries.addAll(more);
        for (LogEntry entry : more) {
            if (entry.kind() == EntryKind.CONFIGURATION) {
                configurations.add(entry.index());
            }
        }
    }

    void truncateAfter(long lastKept) {
        while (lastIndex() > lastKept) {
            entries.removeLast();
        }
        configurations.removeIf(index -> index > lastKept);
    }

    void compactTo(long index) {
        var position = new LogPosition(termAt(index), index);
        base = configurationAt(index);
        entries.subList(0, (int) (index - compacted.index())).clear();
        compacted = position;
        configurations.removeIf(i -> i <= index);
    }

    void resetTo(LogPosition position, ConfigurationAt configuration) {
        entries.clear();
        configurations.clear();
        compacted = position;
        base = configuration;
    }

    long newestConfigurationIndex() {
        return configurations.isEmpty() ? base.index() : configurations.getLast();
    }

    /// The newest configuration at or below `index`.
    ConfigurationAt configurationAt(long index) {
        for (long i : configurations.reversed()) {
            if (i <= index) {
                return new ConfigurationAt(i, ConfigurationCodec.decode(get(i).payload()));
            }
        }
        return base;
    }

    List<LogPosition> termStarts() {
        var starts = new ArrayList<LogPosition>();
        for (LogEntry entry : entries) {
            if (starts.isEmpty() || starts.getLast().term() != entry.term()) {
                starts.add(entry.position());
            }
        }
        return starts;
    }

    List<LogEntry> configurationEntries() {
        return entries.stream().filter(e -> e.kind() == EntryKind.CONFIGURATION).toList();
    }
}
