package io.concordkv.it.fault;

import java.util.ArrayList;
import java.util.List;

/// Times that were measured, in milliseconds.
final class Figures {
    private final List<Long> sorted = new ArrayList<>();

    void add(long millis) {
        sorted.add(millis);
        sorted.sort(Long::compare);
    }

    int count() {
        return sorted.size();
    }

    /// The smallest of them that is not below this share of all; 0 when there are none.
    long quantile(double share) {
        if (sorted.isEmpty()) {
            return 0;
        }
        int rank = (int) Math.ceil(share * sorted.size());
        return sorted.get(Math.clamp(rank - 1, 0, sorted.size() - 1));
    }

    @Override
    public String toString() {
        return "%d times, median %d ms, p99 %d ms, most %d ms"
                .formatted(count(), quantile(0.5), quantile(0.99), quantile(1));
    }
}
