package io.concordkv.wire;

import org.jspecify.annotations.Nullable;

/// The conditional headers of one request.
public record Preconditions(EntityTag ifMatch, EntityTag ifNoneMatch) {
    public static final Preconditions NONE = new Preconditions(EntityTag.ABSENT, EntityTag.ABSENT);

    /// For GET and HEAD.
    ///
    /// @throws ProblemException `invalid-argument`
    public static Preconditions forRead(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
        return ifMatch == null && ifNoneMatch == null
                ? NONE
                : new Preconditions(
                        EntityTag.parse("If-Match", ifMatch), EntityTag.parse("If-None-Match", ifNoneMatch));
    }

    /// For PUT and DELETE: one of both, and `If-None-Match` only as `*`.
    ///
    /// @throws ProblemException `invalid-argument`
    public static Preconditions forWrite(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
        Preconditions found = forRead(ifMatch, ifNoneMatch);
        if (found.ifNoneMatch instanceof EntityTag.Revision) {
            throw Problem.invalidArgument("If-None-Match: a write takes only *").asException();
        }
        if (ifMatch != null && ifNoneMatch != null) {
            throw Problem.invalidArgument("If-Match and If-None-Match together can never hold")
                    .asException();
        }
        return found;
    }

    public boolean isNone() {
        return this == NONE;
    }

    /// Whether `If-Match` lets the request go on.
    ///
    /// @param present revision of the key now; 0 = there is none
    public boolean ifMatchHolds(long present) {
        return ifMatch instanceof EntityTag.Absent || ifMatch.matches(present);
    }

    /// Whether `If-None-Match` lets the request go on; a read that it stops is 304, a write 412.
    public boolean ifNoneMatchHolds(long present) {
        return !ifNoneMatch.matches(present);
    }
}
