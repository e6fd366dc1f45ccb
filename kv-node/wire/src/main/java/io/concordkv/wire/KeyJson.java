package io.concordkv.wire;

import java.nio.charset.StandardCharsets;

/// The short answers of single keys, written by hand: they are on the hot path.
public final class KeyJson {
    private KeyJson() {}

    /// `{"revision":"7","created":true}`
    public static byte[] stored(long revision, boolean created) {
        return ascii("{\"revision\":\"" + revision + "\",\"created\":" + created + "}");
    }

    /// `{"deleted":true,"revision":"8"}`, or only `{"deleted":false}`.
    ///
    /// @param revision 0 when the key was not there
    public static byte[] deleted(long revision) {
        return revision == 0
                ? ascii("{\"deleted\":false}")
                : ascii("{\"deleted\":true,\"revision\":\"" + revision + "\"}");
    }

    /// `{"deleted":3}` of a range delete.
    public static byte[] deletedCount(long count) {
        return ascii("{\"deleted\":" + count + "}");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
