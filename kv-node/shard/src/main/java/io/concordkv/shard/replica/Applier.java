package io.concordkv.shard.replica;

import io.concordkv.base.EntryKind;
import io.concordkv.base.Flaw;
import io.concordkv.base.Invariant;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.raft.Input;
import io.concordkv.raft.RaftCore;
import io.concordkv.shard.apply.StateMachine;
import io.concordkv.shard.check.StateHashes;
import io.concordkv.shard.command.ApplyResult;
import io.concordkv.shard.port.Background;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Applies committed entries in slices, from the core's memory or, after a restart, from the log.
/// `applied <= target`; one fetch at a time.
final class Applier {
    private final Replica replica;
    private final ReplicaEnvironment environment;
    private final GroupLog log;
    private StateMachine machine;
    private long target;
    private boolean fetching;
    private boolean scheduled;
    private boolean applying;
    private long generation;
    private boolean appliedAny;

    Applier(Replica replica, ReplicaEnvironment environment, GroupLog log, StateMachine machine) {
        this.replica = replica;
        this.environment = environment;
        this.log = log;
        this.machine = machine;
        this.target = machine.applied().index();
    }

    StateMachine machine() {
        return machine;
    }

    long applied() {
        return machine.applied().index();
    }

    long lag() {
        return target - applied();
    }

    /// An installed snapshot replaces everything; the old machine is closed.
    void replace(StateMachine installed) {
        machine.close();
        machine = installed;
        target = Math.max(target, applied());
        generation++;
        fetching = false;
    }

    void extend(long last) {
        target = Math.max(target, last);
    }

    /// Applies one slice now and asks for another turn when more is due.
    void pump(RaftCore core) {
        if (fetching || applied() >= target) {
            return;
        }
        if (applying) {
            again();
            return;
        }
        ReplicaOptions options = environment.options();
        long from = applied() + 1;
        long to = Math.min(target, applied() + options.applyEntriesMax());
        List<LogEntry> entries = core.cached(from, to, options.applyBytesMax());
        if (entries.isEmpty()) {
            fetch(from, to, options.applyBytesMax());
            return;
        }
        applySlice(upToHash(entries));
        if (applied() < target) {
            again();
        }
    }

    private void again() {
        if (!scheduled) {
            scheduled = true;
            environment.loop().execute(() -> {
                scheduled = false;
                replica.pumpApply();
            });
        }
    }

    /// A slice ends with the entry that asks for a hash: only then is the state as of that entry to be seen.
    private static List<LogEntry> upToHash(List<LogEntry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).kind() == EntryKind.STATE_HASH) {
                return entries.subList(0, Flaw.HASH_OF_LATER_STATE.isOn() ? entries.size() : i + 1);
            }
        }
        return entries;
    }

    /// Whoever hears of a slice may step the core, which then has more to apply: never nested, or what
    /// is left to do of this slice would see the state of a later one.
    private void applySlice(List<LogEntry> entries) {
        applying = true;
        List<@Nullable ApplyResult> results = new ArrayList<>(entries.size());
        long expected = applied() + 1;
        long started = environment.clock().nanos();
        for (LogEntry entry : entries) {
            Invariant.check(entry.index() == expected, "entry %s where %d is next", entry, expected);
            if (!appliedAny && entry.kind() == EntryKind.COMMAND && Flaw.DOUBLE_APPLY_AFTER_RESTART.isOn()) {
                machine.apply(entry);
            }
            results.add(entry.kind() == EntryKind.COMMAND ? machine.apply(entry) : null);
            expected++;
        }
        LogEntry last = entries.getLast();
        appliedAny = true;
        long writing = environment.clock().nanos();
        machine.endSlice(last.position());
        for (LogEntry entry : entries) {
            if (entry.kind() == EntryKind.STATE_HASH) {
                hash(entry.position());
            }
        }
        long ended = environment.clock().nanos();
        replica.figures().slice(ended - started, ended - writing);
        for (int i = 0; i < entries.size(); i++) {
            ApplyResult result = results.get(i);
            LogEntry entry = entries.get(i);
            replica.entryApplied(entry, result);
        }
        replica.step(new Input.Applied(last.index()));
        applying = false;
        replica.servedUpTo(last.index());
    }

    private void hash(LogPosition position) {
        StateHashes hashes = replica.hashes();
        if (hashes.isBusy() || !environment.mayHash()) {
            hashes.skip(position);
        } else {
            hashes.begin(position, machine.openRows());
        }
    }

    private void fetch(long from, long to, long bytesMax) {
        fetching = true;
        long asked = generation;
        environment.background().submit(() -> log.read(from, to, bytesMax), new Background.Done<List<LogEntry>>() {
            @Override
            public void succeeded(List<LogEntry> entries) {
                if (asked == generation && !replica.isClosed()) {
                    fetching = false;
                    if (replica.isFrozen()) {
                        return; // a snapshot that holds these entries is being recorded and takes their place
                    }
                    if (entries.isEmpty()) {
                        replica.damage("log entry " + from + " is committed but not in the log");
                        return;
                    }
                    applySlice(upToHash(entries));
                    again();
                }
            }

            @Override
            public void failed(Exception cause) {
                if (asked == generation && !replica.isClosed() && replica.isFrozen()) {
                    fetching = false;
                } else if (asked == generation && !replica.isClosed()) {
                    replica.damage("cannot read log entry " + from + ": " + cause.getMessage());
                }
            }
        });
    }
}
