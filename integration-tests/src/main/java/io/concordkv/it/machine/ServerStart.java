package io.concordkv.it.machine;

import java.time.Instant;

/// One start of the API server.
///
/// @param began when its process was started
/// @param ready when it first said that it is ready
record ServerStart(Instant began, Instant ready) {
    /// @param line both times, a blank between them
    static ServerStart of(String line) {
        String[] times = line.split(" ");
        return new ServerStart(Instant.parse(times[0]), Instant.parse(times[1]));
    }

    boolean covers(Instant time) {
        return !time.isBefore(began) && !time.isAfter(ready);
    }
}
