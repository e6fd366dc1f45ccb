package io.concordkv.local.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.ObjectKey;
import io.concordkv.local.object.ObjectKey.GroupResource;
import io.concordkv.local.object.Trees;
import io.concordkv.local.store.ObjectStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Events live an hour from their last change.
class EventExpiryTest {
    private static final GroupResource EVENTS = new GroupResource("", "events");

    @TempDir
    Path directory;

    private static ObjectNode event(String name, String created) {
        ObjectNode event = Trees.object();
        event.putObject("metadata")
                .put("name", name)
                .put("namespace", "default")
                .put("creationTimestamp", created);
        return event;
    }

    @Test
    void anEventGoesAnHourAfterItsLastChange() {
        ObjectStore store = new ObjectStore(directory, 10);
        store.put(new ObjectKey(EVENTS, "default", "old"), event("old", "2026-01-01T10:00:00Z"));
        store.put(new ObjectKey(EVENTS, "default", "young"), event("young", "2026-01-01T11:30:00Z"));
        ObjectNode repeated = event("repeated", "2026-01-01T10:00:00Z");
        Trees.ensureArray(repeated.withObject("/metadata"), "managedFields")
                .addObject()
                .put("time", "2026-01-01T11:30:00Z");
        store.put(new ObjectKey(EVENTS, "default", "repeated"), repeated);
        Clock noon = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
        assertThat(new EventExpiry(store, noon).removeOld()).isEqualTo(1);
        assertThat(store.list(EVENTS, "").items()).hasSize(2);
    }
}
