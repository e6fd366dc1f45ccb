package io.concordkv.simulation.world;

import io.concordkv.shard.command.StoredValue;
import io.concordkv.simulation.history.LinearizabilityChecker;
import io.concordkv.simulation.history.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What all clients were told, and the checks that need no search: revisions name one value each, and a
/// keyed write has one revision for ever.
final class History {
    private final SortedMap<String, List<Operation>> byKey = new TreeMap<>();
    private final Map<String, Long> revisionOf = new HashMap<>();
    private final Map<String, String> valueOf = new HashMap<>();
    private int operations;

    int operations() {
        return operations;
    }

    SortedMap<String, List<Operation>> byKey() {
        return byKey;
    }

    private void add(String key, long invoked, long returned, Operation.Kind kind) {
        operations++;
        byKey.computeIfAbsent(key, it -> new ArrayList<>()).add(new Operation(invoked, returned, kind));
    }

    void put(String key, long invoked, long returned, String value) {
        add(key, invoked, returned, new Operation.Put(value));
    }

    void putIfAbsent(String key, long invoked, long returned, String value, Optional<Boolean> stored) {
        add(key, invoked, returned, new Operation.PutIfAbsent(value, stored));
    }

    void delete(String key, long invoked, long returned, Optional<Boolean> deleted) {
        add(key, invoked, returned, new Operation.Delete(deleted));
    }

    void read(String key, long invoked, long returned, Optional<StoredValue> found) {
        Optional<String> value = found.map(it -> new String(it.value(), StandardCharsets.UTF_8));
        add(key, invoked, returned, new Operation.Get(value));
        found.ifPresent(it -> stored(key, value.orElseThrow(), it.revision(), true));
    }

    /// A value was seen under a revision: by the answer of its write, or by a read.
    void stored(String key, String value, long revision, boolean mayRepeat) {
        Long known = revisionOf.putIfAbsent(value, revision);
        if (known != null && known != revision) {
            throw new Finding(
                    "OneRevisionAWrite", value + " of " + key + " has revisions " + known + " and " + revision);
        }
        String other = valueOf.putIfAbsent(key + "@" + revision, value);
        if (other != null && !other.equals(value)) {
            throw new Finding(
                    "RevisionsAreNotReused", "revision " + revision + " of " + key + ": " + other + " and " + value);
        }
    }

    /// @throws Finding when some key's operations have no explanation
    void check() {
        for (Map.Entry<String, List<Operation>> key : byKey.entrySet()) {
            LinearizabilityChecker.Verdict verdict = LinearizabilityChecker.check(key.getValue());
            if (verdict != LinearizabilityChecker.Verdict.LINEARIZABLE) {
                StringBuilder text = new StringBuilder(key.getKey() + " is " + verdict);
                for (Operation operation : key.getValue()) {
                    text.append("\n  ").append(operation);
                }
                throw new Finding("Linearizable", text.toString());
            }
        }
    }
}
