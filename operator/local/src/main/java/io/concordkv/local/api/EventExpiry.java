package io.concordkv.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.ObjectKey;
import io.concordkv.local.object.ObjectKey.GroupResource;
import io.concordkv.local.object.Trees;
import io.concordkv.local.store.ObjectStore;
import java.time.Clock;
import java.time.Duration;

/// Removes events an hour after their last change, as a real API server does.
final class EventExpiry {
    static final Duration LIFETIME = Duration.ofHours(1);
    private static final GroupResource EVENTS = new GroupResource("", "events");

    private final ObjectStore store;
    private final Clock clock;

    EventExpiry(ObjectStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /// @return how many were removed
    int removeOld() {
        // Times of one form compare as texts.
        String oldest = Meta.time(clock.instant().minus(LIFETIME));
        int removed = 0;
        for (ObjectNode event : store.list(EVENTS, "").items()) {
            if (lastChange(event).compareTo(oldest) < 0) {
                store.remove(new ObjectKey(EVENTS, Meta.namespace(event), Meta.name(event)));
                removed++;
            }
        }
        return removed;
    }

    private static String lastChange(ObjectNode event) {
        String latest = Trees.text(event, "metadata", "creationTimestamp");
        for (var entry : Trees.at(event, "metadata", "managedFields")) {
            String time = Trees.text(entry, "time");
            latest = time.compareTo(latest) > 0 ? time : latest;
        }
        return latest;
    }
}
