package io.concordkv.wal;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.EntryKind;
import io.concordkv.base.Flaw;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the records so far say about one group; also what a checkpoint holds of it.
///
/// | field             | bytes  | meaning                                                       |
/// |-------------------|--------|---------------------------------------------------------------|
/// | group, replica    | v, v   |                                                               |
/// | term, vote, commit| v, v, v| hard state                                                    |
/// | compacted         | v, v   | term, index of the last position that is gone                 |
/// | configuration     | blob, v| in force at `compacted`, index of the entry that brought it   |
/// | last              | v      | last index: the live range is `compacted.index + 1 .. last`   |
/// | term starts       | v, …   | count, then per term above `compacted` v term, v first index  |
/// | snapshot          | u8, text | 1 and the id of the last installed one, or 0                |
/// | damage            | u8, text | 1 and the reason, or 0                                      |
///
/// Methods that take a record return what was wrong with it, or null. Guarded by [LogState].
final class GroupState {
    /// Beside [FrameHeader.Touched]'s bits: the entries are in doubt.
    static final int ENTRIES = 4;

    final ShardId group;
    final ReplicaId replica;
    private Runs runs = new Runs();
    private final List<LogPosition> termStarts = new ArrayList<>();
    private final List<LogEntry> configurationEntries = new ArrayList<>();
    private long term;
    private long votedFor;
    private long commit;
    /// compacted.index ≤ last
    private LogPosition compacted = LogPosition.BEFORE_FIRST;
    private byte[] configuration;
    private long configurationIndex;
    private long last;
    private @Nullable String snapshotId;
    private @Nullable String damage;
    /// What a broken frame may have changed, until something later says how it is.
    private int doubt;
    private String doubtReason = "";

    GroupState(ShardId group, ReplicaId replica, byte[] configuration) {
        this.group = group;
        this.replica = replica;
        this.configuration = configuration;
    }

    Runs runs() {
        return runs;
    }

    long last() {
        return last;
    }

    LogPosition compacted() {
        return compacted;
    }

    @Nullable
    String damage() {
        return damage;
    }

    /// Term of the last entry, or of `compacted`.
    long lastTerm() {
        return termStarts.isEmpty() ? compacted.term() : termStarts.getLast().term();
    }

    /// Term of an index in `compacted.index..last`.
    long termAt(long index) {
        for (int i = termStarts.size() - 1; i >= 0; i--) {
            if (termStarts.get(i).index() <= index) {
                return termStarts.get(i).term();
            }
        }
        return compacted.term();
    }

    void hardState(WalRecord.HardState record) {
        term = record.term();
        votedFor = record.votedFor();
        commit = record.commit();
        doubt &= ~FrameHeader.Touched.HARD_STATE;
    }

    @Nullable
    String append(List<LogEntry> entries, long previousTerm, Runs.Run run, boolean replay) {
        long next = entries.getFirst().index();
        if (replay && next <= last && Flaw.TRUNCATION_LOST_IN_REPLAY.isOn()) {
            return appendWhatIsNew(entries, run);
        }
        if (next != last + 1) {
            return "entries begin at " + next + ", the log ends at " + last;
        }
        if (previousTerm != RecordCodec.UNKNOWN_TERM && previousTerm != lastTerm()) {
            return "entries follow term " + previousTerm + ", the log ends in term " + lastTerm();
        }
        long termNow = lastTerm();
        for (int i = 0; i < entries.size(); i++) {
            LogEntry entry = entries.get(i);
            if (entry.term() < termNow) {
                return "term " + entry.term() + " of entry " + entry.index() + " is below " + termNow;
            }
            if (termStarts.isEmpty() || entry.term() != termNow) {
                termStarts.add(entry.position());
                termNow = entry.term();
            }
            if (entry.kind() == EntryKind.CONFIGURATION) {
                configurationEntries.add(entry);
            }
            last = entry.index();
        }
        runs.add(run);
        doubt &= ~ENTRIES;
        return null;
    }

    private @Nullable String appendWhatIsNew(List<LogEntry> entries, Runs.Run run) {
        List<LogEntry> more =
                entries.stream().filter(entry -> entry.index() > last).toList();
        if (more.isEmpty()) {
            return null;
        }
        Runs.Run rest = new Runs.Run(last + 1, more.size(), run.segment(), run.position(), run.bytes());
        return append(more, RecordCodec.UNKNOWN_TERM, rest, false);
    }

    @Nullable
    String truncate(long lastKept) {
        if (lastKept < compacted.index()) {
            return "truncation to " + lastKept + " below the compacted index " + compacted.index();
        }
        runs.truncate(lastKept);
        termStarts.removeIf(start -> start.index() > lastKept);
        configurationEntries.removeIf(entry -> entry.index() > lastKept);
        last = Math.min(last, lastKept);
        return null;
    }

    @Nullable
    String compact(LogPosition upTo, byte[] newConfiguration, long newConfigurationIndex) {
        if (upTo.index() < compacted.index()) {
            return null;
        }
        if (upTo.index() > last) {
            return "compaction to " + upTo.index() + " behind the last index " + last;
        }
        long above = upTo.index() + 1;
        if (above <= last) {
            LogPosition firstAbove = new LogPosition(termAt(above), above);
            termStarts.removeIf(start -> start.index() <= above);
            termStarts.addFirst(firstAbove);
        } else {
            termStarts.clear();
        }
        configurationEntries.removeIf(entry -> entry.index() <= upTo.index());
        runs.compact(upTo.index());
        compacted = upTo;
        if (!Flaw.CONFIGURATION_LOST_IN_COMPACTION.isOn()) {
            configuration = newConfiguration;
            configurationIndex = newConfigurationIndex;
        }
        return null;
    }

    /// A snapshot that ends below what is compacted is outdated and changes nothing: the file of the newer one
    /// is what the log begins behind.
    @Nullable
    String install(WalRecord.SnapshotInstalled record) {
        if (record.position().index() < compacted.index()) {
            return null;
        }
        snapshotId = record.snapshotId();
        if (!record.logReset() && record.position().index() <= last) {
            return compact(record.position(), record.configuration(), record.configurationIndex());
        }
        runs.clear();
        termStarts.clear();
        configurationEntries.clear();
        compacted = record.position();
        last = compacted.index();
        configuration = record.configuration();
        configurationIndex = record.configurationIndex();
        return null;
    }

    /// A broken frame may have held records of this group.
    void doubt(int bits, String reason) {
        if (doubt == 0) {
            doubtReason = reason;
        }
        doubt |= bits;
    }

    void damage(String reason) {
        if (damage == null) {
            damage = reason;
        }
    }

    /// Takes over where entries lie, as far as both agree on the terms (Raft's log matching: equal term
    /// at an index means an equal log up to it). `this` comes from a checkpoint, `before` from the
    /// records in front of it.
    ///
    /// @return what differs although nothing was in doubt, or null
    @Nullable
    String adoptEntries(GroupState before) {
        long agreed = Math.min(last, before.last);
        long floor = Math.max(compacted.index(), before.compacted.index());
        while (agreed > floor && termAt(agreed) != before.termAt(agreed)) {
            agreed--;
        }
        runs = before.runs; // which nobody asks any more
        runs.truncate(agreed);
        runs.compact(compacted.index());
        for (LogEntry entry : before.configurationEntries) {
            if (entry.index() <= agreed && entry.index() > compacted.index()) {
                configurationEntries.add(entry);
            }
        }
        boolean equal = last == before.last
                && term == before.term
                && votedFor == before.votedFor
                && commit == before.commit
                && compacted.equals(before.compacted)
                && termStarts.equals(before.termStarts);
        return equal || before.doubt != 0 || before.damage != null
                ? null
                : "a checkpoint says " + this + ", the records before it say " + before;
    }

    /// Damaged, or in doubt that nothing has settled so far.
    boolean isBroken() {
        return damage != null || doubt != 0;
    }

    /// What broke first, as far as is known; empty when nothing did.
    String brokenBecause() {
        return damage == null ? doubtReason : damage;
    }

    /// Why entries may be missing, should some be.
    void because(@Nullable String reason) {
        if (reason != null && doubtReason.isEmpty()) {
            doubtReason = reason;
        }
    }

    /// Doubts that nothing settled become damage.
    void settleDoubt() {
        if (doubt != 0) {
            damage(doubtReason);
        }
    }

    /// A missing entry of the live range is damage.
    void settleHoles() {
        long missing = runs.firstMissing(compacted.index() + 1, last);
        if (missing >= 0) {
            damage("entry " + missing + " of " + (compacted.index() + 1) + ".." + last + " is nowhere in the log"
                    + (doubtReason.isEmpty() ? "" : "; " + doubtReason));
        }
    }

    RecoveredGroup recovered() {
        return new RecoveredGroup(
                replica,
                term,
                votedFor,
                commit,
                compacted,
                configuration,
                configurationIndex,
                List.copyOf(termStarts),
                last,
                List.copyOf(configurationEntries),
                Optional.ofNullable(snapshotId));
    }

    byte[] encode() {
        ByteWriter out = new ByteWriter(64 + configuration.length);
        out.varint(group.value()).varint(replica.value());
        out.varint(term).varint(votedFor).varint(commit);
        RecordCodec.position(out, compacted);
        out.blob(configuration).varint(configurationIndex).varint(last);
        out.varint(termStarts.size());
        for (LogPosition start : termStarts) {
            RecordCodec.position(out, start);
        }
        optional(out, snapshotId);
        optional(out, damage);
        return out.toByteArray();
    }

    static GroupState decode(ByteReader in) {
        ShardId group = new ShardId(in.varint());
        ReplicaId replica = new ReplicaId(in.varint());
        GroupState state = new GroupState(group, replica, new byte[0]);
        state.term = in.varint();
        state.votedFor = in.varint();
        state.commit = in.varint();
        state.compacted = RecordCodec.position(in);
        state.configuration = in.blob();
        state.configurationIndex = in.varint();
        state.last = in.varint();
        int starts = in.length(in.remaining());
        for (int i = 0; i < starts; i++) {
            state.termStarts.add(RecordCodec.position(in));
        }
        state.snapshotId = optional(in);
        state.damage = optional(in);
        return state;
    }

    private static void optional(ByteWriter out, @Nullable String text) {
        if (text == null) {
            out.u8(0);
        } else {
            out.u8(1).text(text);
        }
    }

    private static @Nullable String optional(ByteReader in) {
        return in.u8() == 0 ? null : in.text();
    }

    @Override
    public String toString() {
        return "replica " + replica + " term " + term + " vote " + votedFor + " commit " + commit + " compacted "
                + compacted.index() + "@" + compacted.term() + " last " + last + " terms " + termStarts;
    }
}
