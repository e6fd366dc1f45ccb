package io.concordkv.wire;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A refusal as callers see it (API §3), `application/problem+json` on the wire.
///
/// @param code      what kind of refusal
/// @param detail    for a person: what was wrong and what is allowed
/// @param retryable whether the same request may succeed later or elsewhere
/// @param executed  whether something may have happened
/// @param fields    what else is known; values are Long, String or List of String
public record Problem(
        ProblemCode code, String detail, boolean retryable, Executed executed, Map<ProblemField, Object> fields) {
    public static final String MEDIA_TYPE = "application/problem+json";

    public static Problem of(ProblemCode code, String detail) {
        return new Problem(code, detail, code.retryable(), code.executed(), Map.of());
    }

    public static Problem invalidArgument(String detail) {
        return of(ProblemCode.INVALID_ARGUMENT, detail);
    }

    /// A size or count over its limit; the detail says both numbers.
    public static Problem overLimit(ProblemCode code, String what, long limit, long actual) {
        return of(code, what + ": at most " + limit + " allowed, got " + actual)
                .with(ProblemField.LIMIT, limit)
                .with(ProblemField.ACTUAL, actual);
    }

    public int status() {
        return code.status();
    }

    public Problem with(ProblemField field, long value) {
        return withField(field, value);
    }

    public Problem with(ProblemField field, String value) {
        return withField(field, value);
    }

    public Problem with(ProblemField field, List<String> values) {
        return withField(field, List.copyOf(values));
    }

    public Problem executed(Executed changed) {
        return new Problem(code, detail, retryable, changed, fields);
    }

    public Problem retryable(boolean changed) {
        return new Problem(code, detail, changed, executed, fields);
    }

    public Problem retryAfter(long millis) {
        return withField(ProblemField.RETRY_AFTER_MS, millis);
    }

    /// Whether the request can be sent again as it is, without an idempotency key.
    public boolean isSafeToRepeat() {
        return retryable && executed == Executed.NO;
    }

    public OptionalLong number(ProblemField field) {
        return fields.get(field) instanceof Long value ? OptionalLong.of(value) : OptionalLong.empty();
    }

    public @Nullable String text(ProblemField field) {
        return fields.get(field) instanceof String value ? value : null;
    }

    /// Value of the `Retry-After` header: whole seconds, rounded up.
    public OptionalLong retryAfterSeconds() {
        OptionalLong millis = number(ProblemField.RETRY_AFTER_MS);
        return millis.isPresent() ? OptionalLong.of((millis.getAsLong() + 999) / 1000) : millis;
    }

    public ProblemException asException() {
        return new ProblemException(this);
    }

    /// UTF-8 JSON.
    public byte[] toJson() {
        return ProblemJson.encode(this);
    }

    private Problem withField(ProblemField field, Object value) {
        Map<ProblemField, Object> more = new EnumMap<>(ProblemField.class);
        more.putAll(fields);
        more.put(field, value);
        return new Problem(code, detail, retryable, executed, Collections.unmodifiableMap(more));
    }
}
