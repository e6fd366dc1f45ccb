package io.concordkv.shard.replica;

import io.concordkv.base.Flaw;
import io.concordkv.base.LogEntry;
import io.concordkv.base.NodeId;
import io.concordkv.raft.Input;
import io.concordkv.raft.RaftCore;
import io.concordkv.raft.Refusal;
import io.concordkv.raft.Role;
import io.concordkv.shard.command.ApplyResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Proposals and linearizable reads of one replica, from the call to its one answer. What comes within a turn
/// goes to the core in one batch each.
final class Calls {
    private static final int BATCH_ENTRIES_MAX = 2_000;
    private static final long BATCH_BYTES_MAX = 1 << 20;
    private static final long LOG_QUEUE_BYTES_MAX = BATCH_BYTES_MAX * 64;
    private static final long PROPOSAL_RETRY_MILLIS = 50;
    private static final long READ_RETRY_MILLIS = 20;

    private final Replica replica;
    private final ReplicaEnvironment environment;
    private final RaftCore core;
    private final Standing standing;
    private final ReplicaFigures figures;
    private final ProposalQueue proposals;
    private final ReadQueue reads;
    private boolean uncommittedFull;

    Calls(Replica replica, ReplicaEnvironment environment, Standing standing) {
        ReplicaOptions options = environment.options();
        this.replica = replica;
        this.environment = environment;
        this.core = replica.core();
        this.standing = standing;
        this.figures = replica.figures();
        this.proposals = new ProposalQueue(options.proposalsMax(), options.proposalBytesMax(), figures);
        this.reads = new ReadQueue(options.readsMax());
    }

    void propose(byte[] payload, long deadlineNanos, ProposalListener listener) {
        ShardRefusal refusal = refusal();
        if (refusal == null && standing.disagreement().isPresent()) {
            refusal = new ShardRefusal.Damaged(standing.disagreement().get());
        }
        if (refusal == null && (proposals.isFull() || environment.wal().queuedBytes() > LOG_QUEUE_BYTES_MAX)) {
            refusal = new ShardRefusal.Overloaded(PROPOSAL_RETRY_MILLIS);
        }
        if (refusal != null) {
            figures.refused(refusal);
            listener.refused(refusal);
            return;
        }
        proposals.add(payload, deadlineNanos, listener);
        environment.touch(replica);
    }

    void read(long deadlineNanos, ReadListener listener) {
        ShardRefusal refusal = refusal();
        if (refusal == null && reads.isFull()) {
            refusal = new ShardRefusal.Overloaded(READ_RETRY_MILLIS);
        }
        if (refusal != null) {
            listener.refused(refusal);
            return;
        }
        reads.add(deadlineNanos, listener);
        environment.touch(replica);
    }

    /// What replicas of other nodes must see applied before they serve the reads that they have now.
    void readIndex(long deadlineNanos, ReadListener listener) {
        if (Flaw.READ_INDEX_WITHOUT_ROUND.isOn() && refusal() == null) {
            listener.confirmed(core.commitIndex());
        } else {
            read(deadlineNanos, listener);
        }
    }

    /// Served as soon as everything up to `index` is applied, whoever leads.
    void readAt(long index, long deadlineNanos, ReadListener listener) {
        ShardRefusal refusal = standing.refusal();
        if (refusal == null && reads.isFull()) {
            refusal = new ShardRefusal.Overloaded(READ_RETRY_MILLIS);
        }
        if (refusal != null) {
            listener.refused(refusal);
            return;
        }
        reads.addConfirmed(index, deadlineNanos, listener);
        reads.serve(replica.applied());
        environment.touch(replica);
    }

    private @Nullable ShardRefusal refusal() {
        ShardRefusal ended = standing.refusal();
        if (ended != null) {
            return ended;
        }
        return core.role() == Role.LEADER ? null : notLeading();
    }

    private ShardRefusal notLeading() {
        NodeId leader = replica.leaderNode();
        boolean known = !leader.equals(NodeId.NONE) && !core.leader().equals(replica.id());
        return known ? new ShardRefusal.NotLeader(leader) : new ShardRefusal.NoLeader();
    }

    /// True while calls wait to be fed to the core and another turn would feed them.
    boolean hasWaiting() {
        return !uncommittedFull && (proposals.hasWaiting() || reads.hasWaiting());
    }

    void endOfTurn() {
        if (proposals.hasWaiting() && !uncommittedFull) {
            List<byte[]> payloads = proposals.batch(environment.clock().nanos(), BATCH_ENTRIES_MAX, BATCH_BYTES_MAX);
            if (!payloads.isEmpty()) {
                replica.step(new Input.Propose(payloads));
            }
        }
        if (reads.hasWaiting()) {
            replica.step(new Input.Read());
        }
    }

    void proposed(long firstIndex, int count) {
        proposals.proposed(firstIndex, count, core.term());
    }

    void proposalRefused(Refusal refusal) {
        if (refusal == Refusal.TOO_MUCH_UNCOMMITTED) {
            uncommittedFull = true; // they stay first in the queue until something was applied
            return;
        }
        notLeadingAnyMore();
    }

    /// What was not proposed yet will not be; what was may still commit.
    void notLeadingAnyMore() {
        proposals.refuseWaiting(notLeading());
    }

    void readOpened(long round) {
        reads.opened(round);
    }

    void readConfirmed(long round, long readIndex) {
        figures.readRoundConfirmed();
        reads.confirmed(round, Flaw.READ_BEFORE_APPLY.isOn() ? 0 : readIndex);
        reads.serve(replica.applied());
    }

    void readsAborted() {
        reads.abort(notLeading());
    }

    void applied(LogEntry entry, @Nullable ApplyResult result) {
        proposals.applied(entry.index(), entry.term(), result);
    }

    /// Everything up to here came by snapshot.
    void skippedTo(long applied) {
        proposals.skippedTo(applied);
    }

    /// Everything up to here is applied: reads that waited for it are answered.
    void servedUpTo(long applied) {
        uncommittedFull = false;
        reads.serve(applied);
        if (proposals.hasWaiting()) {
            environment.touch(replica);
        }
    }

    /// Answers whatever has waited longer than its deadline.
    void expire(long now) {
        proposals.expire(now);
        reads.expire(now);
    }

    /// The replica is damaged: what is not proposed and no read that is not confirmed will be served.
    void refuse(ShardRefusal refusal) {
        proposals.refuseWaiting(refusal);
        reads.abort(refusal);
    }

    void close() {
        proposals.close();
        reads.close();
    }

    /// Not answered yet.
    int pending() {
        return proposals.size() + reads.size();
    }
}
