package io.concordkv.client;

import io.concordkv.wire.EntityTag;
import io.concordkv.wire.IdempotencyKey;
import org.jspecify.annotations.Nullable;

/// What a write asks for beside its value.
///
/// @param ttlMillis      0 = stays until removed
/// @param ifMatch        condition on the present revision
/// @param mustBeAbsent   only when the key is not there
/// @param idempotencyKey makes the write safe to send again; remembered for 10 minutes
public record WriteOptions(
        long ttlMillis,
        EntityTag ifMatch,
        boolean mustBeAbsent,
        @Nullable String idempotencyKey) {
    public static final WriteOptions NONE = new WriteOptions(0, EntityTag.ABSENT, false, null);

    public WriteOptions withTtlMillis(long changed) {
        return new WriteOptions(changed, ifMatch, mustBeAbsent, idempotencyKey);
    }

    /// Only when the key is at exactly this revision.
    public WriteOptions ifRevision(long revision) {
        return new WriteOptions(ttlMillis, new EntityTag.Revision(revision), mustBeAbsent, idempotencyKey);
    }

    public WriteOptions ifPresent() {
        return new WriteOptions(ttlMillis, new EntityTag.Any(), mustBeAbsent, idempotencyKey);
    }

    public WriteOptions ifAbsent() {
        return new WriteOptions(ttlMillis, ifMatch, true, idempotencyKey);
    }

    public WriteOptions withIdempotencyKey(String key) {
        return new WriteOptions(ttlMillis, ifMatch, mustBeAbsent, IdempotencyKey.check(key));
    }
}
