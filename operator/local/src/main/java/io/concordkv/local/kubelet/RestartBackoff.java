package io.concordkv.local.kubelet;

import java.time.Duration;
import java.time.Instant;

/// How long a container that ended waits before it runs again: not at all the first time, then
/// `first`, doubled each time up to `longest`. A run of twice the longest wait clears the slate.
final class RestartBackoff {
    private final Duration first;
    private final Duration longest;
    private Duration next = Duration.ZERO;

    RestartBackoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    /// @return the wait before the next run
    Duration ended(Instant startedAt, Instant endedAt) {
        if (Duration.between(startedAt, endedAt).compareTo(longest.multipliedBy(2)) >= 0) {
            next = Duration.ZERO;
        }
        Duration wait = next;
        Duration doubled = wait.isZero() ? first : wait.multipliedBy(2);
        next = doubled.compareTo(longest) < 0 ? doubled : longest;
        return wait;
    }
}
