package io.concordkv.raft;

import io.concordkv.base.Flaw;

/// When a follower must get an explicit heartbeat: often while a read round, an entry or a commit index
/// is open towards it, else just often enough for CheckQuorum, and then for all groups of a node at once:
/// at multiples of one interval, so that they share a frame. Node frames do the rest (SAFETY R9).
final class Heartbeats {
    private final GroupState group;
    private final ReadRounds rounds;

    Heartbeats(GroupState group, ReadRounds rounds) {
        this.group = group;
        this.rounds = rounds;
    }

    long dueAt(FollowerProgress follower) {
        var options = group.options;
        long idle = Math.max(follower.heartbeatAt, Math.min(follower.heardAt, group.now));
        long due = isNeeded(follower)
                ? follower.heartbeatAt + options.heartbeatNanos()
                : nextMultiple(idle, options.electionTimeoutNanos() * 3 / 10);
        return Math.min(due, follower.commitDueAt);
    }

    private static long nextMultiple(long after, long interval) {
        return after - Math.floorMod(after, interval) + interval;
    }

    void send(FollowerProgress follower) {
        long commit = Flaw.HEARTBEAT_COMMITS_BEYOND_MATCH.isOn()
                ? group.log.commit()
                : Math.min(group.log.commit(), follower.match);
        follower.heartbeatAt = group.now;
        follower.commitTold = Math.max(follower.commitTold, commit);
        follower.commitDueAt = Long.MAX_VALUE;
        group.outbox.send(
                follower.replica, new PeerMessage.Heartbeat(group.term, commit, rounds.carried(), follower.match));
    }

    /// Commit index or match moved: an append that goes out soon tells it, else a heartbeat after a delay.
    void commitMoved(FollowerProgress follower) {
        if (follower.commitTold >= Math.min(group.log.commit(), follower.match)) {
            follower.commitDueAt = Long.MAX_VALUE;
        } else if (follower.commitDueAt == Long.MAX_VALUE) {
            follower.commitDueAt = group.now + group.options.commitDelayNanos();
        }
    }

    private boolean isNeeded(FollowerProgress follower) {
        if (group.now - follower.heardAt >= group.options.electionTimeoutNanos()) {
            return false;
        }
        if (follower.isLost()) {
            return false;
        }
        boolean readOpen = follower.voter && follower.roundAcknowledged < rounds.asked();
        return readOpen || follower.match < group.log.lastIndex();
    }
}
