package io.concordkv.wire;

import io.concordkv.base.Bytes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a list shows (API §2). Prefix and bounds all hold at once.
///
/// @param prefix      empty = all keys
/// @param start       inclusive; empty = from the first key
/// @param end         exclusive; null = to the last key
/// @param limit       items of one page
/// @param reverse     from the highest key down
/// @param keysOnly    items without values
/// @param countOnly   only the number of keys
/// @param base64      every key and value as base64
/// @param consistency of each page
public record ListParameters(
        Bytes prefix,
        Bytes start,
        @Nullable Bytes end,
        int limit,
        boolean reverse,
        boolean keysOnly,
        boolean countOnly,
        boolean base64,
        Consistency consistency) {
    public static final ListParameters ALL = new ListParameters(
            Bytes.EMPTY, Bytes.EMPTY, null, Limits.PAGE_ITEMS_DEFAULT, false, false, false, false, Consistency.DEFAULT);
    static final Set<String> NAMES = Set.of(
            "prefix",
            "start",
            "end",
            "limit",
            "reverse",
            "keys-only",
            "count-only",
            "cursor",
            "encoding",
            "consistency",
            "timeout");

    static ListParameters of(Query query, Limits limits) {
        return new ListParameters(
                bound(query, "prefix", limits),
                bound(query, "start", limits),
                upperBound(query, limits),
                (int) query.number("limit", 1, limits.pageItemsMax(), Limits.PAGE_ITEMS_DEFAULT),
                query.flag("reverse"),
                query.flag("keys-only"),
                query.flag("count-only"),
                base64(query),
                query.consistency());
    }

    static Bytes bound(Query query, String name, Limits limits) {
        byte[] value = query.bytes(name);
        if (value == null) {
            return Bytes.EMPTY;
        }
        if (value.length > limits.keyBytesMax()) {
            throw Problem.overLimit(
                            ProblemCode.KEY_TOO_LARGE, "bytes of '" + name + "'", limits.keyBytesMax(), value.length)
                    .asException();
        }
        return Bytes.wrap(value);
    }

    static @Nullable Bytes upperBound(Query query, Limits limits) {
        Bytes end = bound(query, "end", limits);
        return end.length() == 0 ? null : end;
    }

    private static boolean base64(Query query) {
        String encoding = query.text("encoding");
        if (encoding == null) {
            return false;
        }
        if (encoding.equals("base64")) {
            return true;
        }
        throw Problem.invalidArgument("encoding=" + encoding + ": only base64 is known")
                .asException();
    }

    /// Lowest key that can match, inclusive.
    public Bytes lowest() {
        return start.compareTo(prefix) > 0 ? start : prefix;
    }

    /// First key beyond those that can match; null = none.
    public @Nullable Bytes beyond() {
        Bytes afterPrefix = KeyBounds.afterPrefix(prefix);
        if (end == null || afterPrefix == null) {
            return end == null ? afterPrefix : end;
        }
        return end.compareTo(afterPrefix) < 0 ? end : afterPrefix;
    }

    /// As a query string without `?`, empty for [#ALL].
    public String toQuery() {
        StringBuilder out = new StringBuilder();
        text(out, "prefix", Percent.encode(prefix.array()));
        text(out, "start", Percent.encode(start.array()));
        text(out, "end", end == null ? "" : Percent.encode(end.array()));
        text(out, "limit", limit == Limits.PAGE_ITEMS_DEFAULT ? "" : Integer.toString(limit));
        text(out, "reverse", reverse ? "true" : "");
        text(out, "keys-only", keysOnly ? "true" : "");
        text(out, "count-only", countOnly ? "true" : "");
        text(out, "encoding", base64 ? "base64" : "");
        text(out, "consistency", consistency.equals(Consistency.DEFAULT) ? "" : consistency.text());
        return out.toString();
    }

    private static void text(StringBuilder out, String name, String value) {
        if (!value.isEmpty()) {
            out.append(out.isEmpty() ? "" : "&").append(name).append('=').append(value);
        }
    }

    public ListParameters withPrefix(Bytes changed) {
        return new ListParameters(changed, start, end, limit, reverse, keysOnly, countOnly, base64, consistency);
    }

    public ListParameters withLimit(int changed) {
        return new ListParameters(prefix, start, end, changed, reverse, keysOnly, countOnly, base64, consistency);
    }

    public ListParameters withBounds(Bytes changedStart, @Nullable Bytes changedEnd) {
        return new ListParameters(
                prefix, changedStart, changedEnd, limit, reverse, keysOnly, countOnly, base64, consistency);
    }

    public ListParameters withKeysOnly(boolean changed) {
        return new ListParameters(prefix, start, end, limit, reverse, changed, countOnly, base64, consistency);
    }

    public ListParameters withCountOnly(boolean changed) {
        return new ListParameters(prefix, start, end, limit, reverse, keysOnly, changed, base64, consistency);
    }

    public ListParameters withReverse(boolean changed) {
        return new ListParameters(prefix, start, end, limit, changed, keysOnly, countOnly, base64, consistency);
    }
}
