package io.concordkv.shard.replica;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Whether a replica may take part: not before the node's volume is known to be the latest (SAFETY I4), not
/// while an installed snapshot is being recorded, and never again once it is damaged (R3) or closed.
final class Standing {
    private boolean cleared;
    private boolean frozen;
    private boolean closed;
    private @Nullable String damage;
    private @Nullable String disagreement;

    /// It answers nobody and takes nothing.
    boolean isSilent() {
        return !cleared || frozen || hasEnded();
    }

    /// For good.
    boolean hasEnded() {
        return closed || damage != null;
    }

    /// @return false when it was cleared before
    boolean clear() {
        boolean first = !cleared;
        cleared = true;
        return first;
    }

    boolean isCleared() {
        return cleared;
    }

    void freeze(boolean value) {
        frozen = value;
    }

    boolean isFrozen() {
        return frozen;
    }

    /// @return false when it had ended before
    boolean damage(String reason) {
        if (hasEnded()) {
            return false;
        }
        damage = reason;
        return true;
    }

    boolean isDamaged() {
        return damage != null;
    }

    Optional<String> damage() {
        return Optional.ofNullable(damage);
    }

    /// @param reason why there are no writes; null when there are again
    void disagrees(@Nullable String reason) {
        disagreement = reason;
    }

    Optional<String> disagreement() {
        return Optional.ofNullable(disagreement);
    }

    /// @return false when it was closed before
    boolean close() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    boolean isClosed() {
        return closed;
    }

    /// Why nobody is served, whoever leads; null when there is no such reason.
    @Nullable
    ShardRefusal refusal() {
        if (closed) {
            return new ShardRefusal.Stopping();
        }
        String reason = damage;
        return reason == null ? null : new ShardRefusal.Damaged(reason);
    }
}
