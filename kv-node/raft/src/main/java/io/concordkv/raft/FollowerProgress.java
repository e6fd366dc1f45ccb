package io.concordkv.raft;

import io.concordkv.base.ReplicaId;

/// What the leader of one term knows of one follower. Invariant: `match < next`.
final class FollowerProgress {
    final ReplicaId replica;
    final Inflight inflight;
    boolean voter;

    FollowerState state = FollowerState.PROBE;
    long match;
    long next;

    /// PROBE: one append is out and no sign of life came since.
    boolean waiting;

    /// Entries for it are being read from the log.
    boolean fetching;

    /// Last explicit record of this term; node frames do not count (SAFETY R9).
    long heardAt;

    /// Last heartbeat sent.
    long heartbeatAt;

    /// Last time its match moved, its window opened, or it was probed.
    long movedAt;

    /// No snapshot before this time.
    long snapshotFrom;

    long roundAcknowledged;

    /// When the newest heartbeat that it answered had left; [ReadRounds#NEVER] before.
    long confirmedAt = ReadRounds.NEVER;

    long commitTold;

    /// When it must be told the commit index if no append does so before.
    long commitDueAt = Long.MAX_VALUE;

    FollowerProgress(ReplicaId replica, boolean voter, long next, RaftOptions options, long now) {
        this.replica = replica;
        this.voter = voter;
        this.next = next;
        inflight = new Inflight(options.inflightMessagesMax(), options.inflightBytesMax());
        heardAt = now;
        heartbeatAt = now;
        movedAt = now;
    }

    /// It has everything up to `index`. Returns whether that is news.
    ///
    /// @param compacted where this log starts: with less, a follower goes on waiting for its snapshot
    boolean accepted(long index, long compacted, long now) {
        boolean news = index > match;
        if (news) {
            match = index;
            next = Math.max(next, index + 1);
            inflight.answeredTo(index);
            movedAt = now;
        }
        switch (state) {
            case PROBE -> {
                if (index == match) {
                    become(FollowerState.REPLICATE, match + 1);
                }
            }
            case SNAPSHOT -> {
                if (match >= compacted) {
                    become(FollowerState.REPLICATE, match + 1);
                }
            }
            case REPLICATE, LOST -> {}
        }
        return news;
    }

    /// It does not have `rejected`; `retry` is the best next guess. Stale answers change nothing.
    void rejected(long rejected, long retry) {
        switch (state) {
            case REPLICATE -> {
                if (rejected > match) {
                    become(FollowerState.PROBE, match + 1);
                }
            }
            case PROBE -> {
                if (rejected == next - 1) {
                    next = Math.max(match + 1, Math.min(rejected, retry));
                    waiting = false;
                }
            }
            case SNAPSHOT, LOST -> {}
        }
    }

    /// It has lost what it acknowledged; nothing it says counts any more in this term.
    void lose() {
        become(FollowerState.LOST, next);
        fetching = false;
    }

    boolean isLost() {
        return state == FollowerState.LOST;
    }

    boolean hasAllOf(long lastIndex) {
        return state == FollowerState.REPLICATE && match >= lastIndex;
    }

    void become(FollowerState newState, long newNext) {
        state = newState;
        next = newNext;
        waiting = false;
        inflight.clear();
    }

    Progress snapshot() {
        return new Progress(replica, state, match, next, heardAt);
    }
}
