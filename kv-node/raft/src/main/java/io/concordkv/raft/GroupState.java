package io.concordkv.raft;

import io.concordkv.base.Flaw;
import io.concordkv.base.LogEntry;
import io.concordkv.base.ReplicaId;
import java.util.List;
import java.util.SplittableRandom;

/// What all roles of a replica share: who it is, term and vote, log, configurations, the effects of the
/// current step. Changes of durable things pass through here, so that none misses its persist.
final class GroupState {
    final RaftOptions options;
    final ReplicaId self;
    final RaftLog log;
    final ConfigurationHistory configurations;
    final Outbox outbox = new Outbox();
    final SplittableRandom random;

    /// Never goes back.
    long term;

    /// At most one a term; durable before anybody hears of it.
    ReplicaId votedFor;

    Role role = Role.FOLLOWER;
    ReplicaId leader = ReplicaId.NONE;

    /// The time of the current step.
    long now;

    private long commitSaved;

    GroupState(RaftOptions options, ReplicaId self, RecoveredState state, long seed, long now) {
        this.options = options;
        this.self = self;
        this.now = now;
        log = new RaftLog(state, options.cacheBytesMax());
        configurations = new ConfigurationHistory(state);
        random = new SplittableRandom(seed);
        term = state.term();
        votedFor = state.votedFor();
        commitSaved = state.commit();
    }

    Voters voters() {
        return configurations.voters();
    }

    void enterTerm(long higher) {
        term = higher;
        votedFor = ReplicaId.NONE;
        if (!Flaw.TERM_NOT_WRITTEN.isOn()) {
            outbox.hardStateChanged();
        }
    }

    void vote(ReplicaId candidate) {
        votedFor = candidate;
        outbox.hardStateChanged();
    }

    /// Returns whether the configuration changed.
    boolean append(List<LogEntry> entries) {
        log.append(entries);
        outbox.appended(entries);
        return configurations.append(entries);
    }

    void truncateAfter(long lastKept) {
        log.truncateAfter(lastKept);
        configurations.truncateAfter(lastKept);
        outbox.truncated(lastKept);
    }

    void sendWhenDurable(ReplicaId to, PeerMessage message) {
        outbox.sendWhenDurable(to, message, log.durability().durableId());
    }

    /// Ends a step: emits what can be applied and what must be persisted. The commit index is saved with
    /// entries or term, never alone.
    void finish() {
        long to = log.appliableTo();
        if (to >= log.applyingFrom()) {
            outbox.add(new Effect.Apply(log.applyingFrom(), to));
            log.applying(to);
        }
        if (outbox.needsPersist()) {
            boolean save = outbox.isHardStateChanged() || log.commit() > commitSaved;
            commitSaved = log.commit();
            long id = outbox.persist(save ? new HardState(term, votedFor, log.commit()) : null);
            if (outbox.hasEntries()) {
                log.durability().issued(id, log.lastIndex());
            }
        }
    }
}
