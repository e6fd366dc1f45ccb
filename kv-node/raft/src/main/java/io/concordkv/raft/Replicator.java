package io.concordkv.raft;

import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import java.util.List;

/// Sends the log to one follower: probes until it matches, then ahead of the answers within a window, a
/// snapshot when its place is compacted away. With a full window only empty probes go out.
final class Replicator {
    private final GroupState group;

    Replicator(GroupState group) {
        this.group = group;
    }

    /// Sends what may be sent now.
    void replicate(FollowerProgress follower) {
        while (maySend(follower) && follower.next <= group.log.lastIndex() && hasPlace(follower)) {
            var entries = group.log.cache().slice(follower.next, group.log.lastIndex(), group.options.appendBytesMax());
            if (entries.isEmpty()) {
                follower.fetching = true;
                group.outbox.add(new Effect.Fetch(follower.replica, follower.next, group.options.appendBytesMax()));
                return;
            }
            send(follower, entries);
        }
    }

    /// An empty append: shows whether the follower's log reaches where the next entry goes.
    void probe(FollowerProgress follower) {
        if (follower.state != FollowerState.SNAPSHOT
                && !follower.isLost()
                && !follower.fetching
                && hasPlace(follower)) {
            follower.movedAt = group.now;
            send(follower, List.of());
        }
    }

    /// Entries that were read from the log for this follower.
    void fetched(FollowerProgress follower, List<LogEntry> entries) {
        if (!follower.fetching) {
            return;
        }
        follower.fetching = false;
        if (maySend(follower) && isNext(follower, entries) && hasPlace(follower)) {
            send(follower, entries);
        }
        replicate(follower);
    }

    private boolean maySend(FollowerProgress follower) {
        return !follower.fetching
                && switch (follower.state) {
                    case PROBE -> !follower.waiting;
                    case REPLICATE -> !follower.inflight.isFull();
                    case SNAPSHOT, LOST -> false;
                };
    }

    private boolean isNext(FollowerProgress follower, List<LogEntry> entries) {
        return !entries.isEmpty()
                && entries.getFirst().index() == follower.next
                && group.log.termAt(entries.getFirst().index())
                        == entries.getFirst().term()
                && group.log.termAt(entries.getLast().index())
                        == entries.getLast().term();
    }

    /// Whether the entry before the next one is known; else the follower needs a snapshot.
    private boolean hasPlace(FollowerProgress follower) {
        if (follower.next - 1 >= group.log.compacted().index()) {
            return true;
        }
        boolean alive = group.now - follower.heardAt < group.options.electionTimeoutNanos();
        if (alive && group.now >= follower.snapshotFrom) {
            follower.become(FollowerState.SNAPSHOT, follower.next);
            group.outbox.add(new Effect.SendSnapshot(follower.replica));
        }
        return false;
    }

    private void send(FollowerProgress follower, List<LogEntry> entries) {
        long prev = follower.next - 1;
        long commit = group.log.commit();
        group.outbox.send(
                follower.replica,
                new PeerMessage.Append(group.term, new LogPosition(group.log.termAt(prev), prev), entries, commit));
        long last = prev + entries.size();
        follower.commitTold = Math.max(follower.commitTold, Math.min(commit, last));
        if (follower.state == FollowerState.PROBE) {
            follower.waiting = true;
        } else if (!entries.isEmpty()) {
            if (follower.inflight.isEmpty()) {
                follower.movedAt = group.now;
            }
            follower.inflight.add(last, bytesOf(entries));
            follower.next = last + 1;
        }
    }

    private static long bytesOf(List<LogEntry> entries) {
        long bytes = 0;
        for (int i = 0; i < entries.size(); i++) {
            bytes += entries.get(i).bytes();
        }
        return bytes;
    }
}
