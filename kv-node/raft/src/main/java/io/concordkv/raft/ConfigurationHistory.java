package io.concordkv.raft;

import io.concordkv.base.EntryKind;
import io.concordkv.base.Flaw;
import io.concordkv.base.LogEntry;
import io.concordkv.base.ReplicaId;
import java.util.ArrayList;
import java.util.List;

/// The configurations of a log: the one in force where it starts, then every one appended since. The
/// newest counts from its append on; truncation brings the one before back; compaction keeps the one in
/// force at its end (SAFETY L7).
final class ConfigurationHistory {
    private final List<ConfigurationAt> known = new ArrayList<>();
    private Voters voters;

    ConfigurationHistory(RecoveredState state) {
        known.add(new ConfigurationAt(state.configurationIndex(), state.configuration()));
        for (LogEntry entry : state.configurationEntries()) {
            known.add(new ConfigurationAt(entry.index(), ConfigurationCodec.decode(entry.payload())));
        }
        voters = new Voters(newest().configuration());
    }

    ConfigurationAt newest() {
        return known.getLast();
    }

    Voters voters() {
        return voters;
    }

    /// The configuration in force at `index`, which is not below the log's start.
    ConfigurationAt at(long index) {
        for (int i = known.size() - 1; i > 0; i--) {
            if (known.get(i).index() <= index) {
                return known.get(i);
            }
        }
        return known.getFirst();
    }

    /// A voter now, or until the changes behind `commit` are committed: one that is about to leave may hold the
    /// only log that can win (thesis §4.2.2).
    boolean maySeekVotes(ReplicaId replica, long commit) {
        for (int i = known.size() - 1; i >= 0; i--) {
            if (known.get(i).configuration().isVoter(replica)) {
                return true;
            }
            if (known.get(i).index() <= commit) {
                return false;
            }
        }
        return false;
    }

    /// Returns whether one of the entries carried a configuration.
    boolean append(List<LogEntry> entries) {
        int before = known.size();
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            if (entry.kind() == EntryKind.CONFIGURATION) {
                known.add(new ConfigurationAt(entry.index(), ConfigurationCodec.decode(entry.payload())));
            }
        }
        if (known.size() == before) {
            return false;
        }
        voters = new Voters(newest().configuration());
        return true;
    }

    void truncateAfter(long lastKept) {
        boolean changed = false;
        while (known.size() > 1 && newest().index() > lastKept && !Flaw.CONFIGURATION_NOT_ROLLED_BACK.isOn()) {
            known.removeLast();
            changed = true;
        }
        if (changed) {
            voters = new Voters(newest().configuration());
        }
    }

    void compactTo(long index) {
        if (Flaw.CONFIGURATION_LOST_IN_COMPACTION.isOn()) {
            forgetAppended(index);
            return;
        }
        while (known.size() > 1 && known.get(1).index() <= index) {
            known.removeFirst();
        }
    }

    void reset(ConfigurationAt start) {
        known.clear();
        known.add(start);
        voters = new Voters(start.configuration());
    }

    /// The known bug: what lies in the compacted part is dropped, the configuration before it remains.
    private void forgetAppended(long index) {
        while (known.size() > 1 && known.get(1).index() <= index) {
            known.remove(1);
        }
        voters = new Voters(newest().configuration());
    }
}
