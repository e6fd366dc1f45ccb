package io.concordkv.shard.host;

import io.concordkv.shard.port.Loop;
import io.concordkv.shard.replica.Replica;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One timer for the ticks of all replicas of a node, set to the earliest deadline. The deadlines lie side by side,
/// so that looking for those that are due reads some kilobytes in order and touches no replica that is not. On the
/// loop.
final class Deadlines {
    private final ShardHost host;
    private @Nullable Replica[] replicas = new Replica[8];
    private long[] due = new long[8];
    private int end;
    private long earliest = Long.MAX_VALUE;
    private Loop.@Nullable Timer timer;
    private long timerAt = Long.MAX_VALUE;
    private boolean closed;

    Deadlines(ShardHost host) {
        this.host = host;
    }

    /// Gives the replica a place; its deadline counts from the first [#note].
    void add(Replica replica) {
        int place = 0;
        while (place < end && replicas[place] != null) {
            place++;
        }
        if (place == due.length) {
            replicas = Arrays.copyOf(replicas, place * 2);
            due = Arrays.copyOf(due, place * 2);
        }
        end = Math.max(end, place + 1);
        replicas[place] = replica;
        due[place] = Long.MAX_VALUE;
        replica.attention().setPlace(place);
    }

    void remove(Replica replica) {
        int place = replica.attention().place();
        if (isKnown(replica)) {
            replicas[place] = null;
            due[place] = Long.MAX_VALUE;
        }
    }

    private boolean isKnown(Replica replica) {
        int place = replica.attention().place();
        return place >= 0 && place < end && replicas[place] == replica;
    }

    /// The replica's deadline may be another one; an earlier one counts from the next [#rearm].
    void note(Replica replica) {
        if (isKnown(replica)) {
            long deadline = replica.nextDeadline();
            due[replica.attention().place()] = deadline;
            earliest = Math.min(earliest, deadline);
        }
    }

    void rearm() {
        if (closed || earliest == Long.MAX_VALUE || earliest >= timerAt) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        timerAt = earliest;
        timer = host.loop().after(Math.max(0, earliest - host.clock().nanos()), this::tick);
    }

    private void tick() {
        timer = null;
        timerAt = Long.MAX_VALUE;
        if (closed) {
            return;
        }
        long now = host.clock().nanos();
        for (int i = 0; i < end; i++) {
            Replica replica = replicas[i];
            if (replica != null && due[i] <= now) {
                replica.tick();
                note(replica);
            }
        }
        earliest = Long.MAX_VALUE;
        for (int i = 0; i < end; i++) {
            earliest = Math.min(earliest, due[i]);
        }
        rearm();
    }

    void close() {
        closed = true;
        if (timer != null) {
            timer.cancel();
        }
    }
}
