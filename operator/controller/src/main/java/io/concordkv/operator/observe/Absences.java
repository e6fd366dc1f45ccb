package io.concordkv.operator.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// Since when nodes have not served, as far as this operator saw. A node counts as caught up with its cluster for two
/// seconds after it was last heard; whoever is away for longer is known there, and what may stop is the cluster's to
/// say. Thread-safe; lost on restart, when everybody who is away counts as just gone.
final class Absences {
    private static final Duration NOTICED_AFTER = Duration.ofSeconds(10);

    /// By uid of the cluster resource, then by pod: the last time it served, or was looked for first.
    private final Map<String, Map<String, Instant>> served = new ConcurrentHashMap<>();

    /// @param serving pods that serve now
    /// @param wanted  all that should
    /// @return those that have not served for ten seconds
    Set<String> look(String cluster, Set<String> wanted, Set<String> serving, Instant now) {
        Map<String, Instant> last = served.computeIfAbsent(cluster, uid -> new ConcurrentHashMap<>());
        last.keySet().retainAll(wanted);
        var away = new TreeSet<String>();
        for (String pod : wanted) {
            if (serving.contains(pod)) {
                last.put(pod, now);
            } else if (!last.computeIfAbsent(pod, name -> now)
                    .plus(NOTICED_AFTER)
                    .isAfter(now)) {
                away.add(pod);
            }
        }
        return away;
    }

    void forget(String cluster) {
        served.remove(cluster);
    }
}
