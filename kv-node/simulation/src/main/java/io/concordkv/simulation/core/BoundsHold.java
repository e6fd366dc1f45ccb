package io.concordkv.simulation.core;

import io.concordkv.base.LogEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.function.LongSupplier;

/// A leader that says up to when it knows of every commit does know of them, whoever leads meanwhile.
final class BoundsHold extends CoreInvariant {
    private final ArrayList<Long> knownAt = new ArrayList<>();
    private final LongSupplier now;

    /// @param now simulated time, nanoseconds
    BoundsHold(LongSupplier now) {
        this.now = now;
    }

    @Override
    void applied(SimulatedReplica replica, LogEntry entry) {
        if (entry.index() == knownAt.size() + 1) {
            knownAt.add(now.getAsLong());
        }
    }

    @Override
    void stepped(SimulatedReplica replica) {
        var confirmedAt = replica.confirmedAt();
        if (confirmedAt.isPresent()) {
            long before = committedBefore(confirmedAt.getAsLong());
            require(
                    replica.commit() >= before,
                    "%s says that it knew all of %d, but %d was committed then and it has %d",
                    replica.id(),
                    confirmedAt.getAsLong(),
                    before,
                    replica.commit());
        }
    }

    private long committedBefore(long time) {
        int found = Collections.binarySearch(knownAt, time);
        int first = found < 0 ? -found - 1 : found;
        while (first > 0 && knownAt.get(first - 1) == time) {
            first--;
        }
        return first;
    }
}
