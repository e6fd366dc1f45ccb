package io.concordkv.simulation.core;

import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import java.util.HashMap;
import java.util.Map;

/// Two entries with equal term and index are equal and follow equal logs (Raft paper, log matching).
final class LogMatching extends CoreInvariant {
    private record Known(LogEntry entry, long previousTerm) {}

    private final Map<LogPosition, Known> entries = new HashMap<>();

    @Override
    void appended(SimulatedReplica replica, LogEntry entry, long previousTerm) {
        var known = entries.putIfAbsent(entry.position(), new Known(entry, previousTerm));
        if (known != null) {
            require(
                    known.previousTerm == previousTerm && known.entry.payload() == entry.payload(),
                    "%s holds another %s",
                    replica.id(),
                    entry);
        }
    }
}
