package io.concordkv.shard.host;

import io.concordkv.shard.port.Loop;
import io.concordkv.shard.replica.Replica;
import org.jspecify.annotations.Nullable;

/// One timer for the ticks of all replicas of a node: set to the earliest deadline. On the loop.
final class Deadlines {
    private final ShardHost host;
    private long earliest = Long.MAX_VALUE;
    private Loop.@Nullable Timer timer;
    private long timerAt = Long.MAX_VALUE;
    private boolean closed;

    Deadlines(ShardHost host) {
        this.host = host;
    }

    /// The replica's deadline may have become an earlier one; counts from the next [#rearm].
    void note(Replica replica) {
        earliest = Math.min(earliest, replica.nextDeadline());
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
        earliest = Long.MAX_VALUE;
        if (closed) {
            return;
        }
        long now = host.clock().nanos();
        for (Replica replica : host.replicas()) {
            if (replica.nextDeadline() - now <= 0) {
                replica.tick();
            }
            note(replica);
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
