package io.concordkv.local.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who may use the endpoint: whoever knows its token, as `Authorization: Bearer TOKEN` or as the
/// first step of the path. The latter is what the kubeconfig uses, because kubectl sends no
/// credentials over plain HTTP. Requests of web pages are refused in any case; WebSocket clients of
/// the Java library name this endpoint's own loopback address as their origin, which no page can.
record Access(String token) {
    private static final Pattern LOOPBACK = Pattern.compile("http://127\\.\\d+\\.\\d+\\.\\d+:\\d+");

    /// The path below the token, or null when the request may not be answered.
    @Nullable
    String authorize(String path, @Nullable String authorization, @Nullable String origin) {
        if (origin != null && !LOOPBACK.matcher(origin).matches()) {
            return null;
        }
        int end = path.indexOf('/', 1);
        String first = path.substring(1, end < 0 ? path.length() : end);
        if (same(first, token)) {
            return end < 0 ? "/" : path.substring(end);
        }
        boolean bearer =
                authorization != null && authorization.startsWith("Bearer ") && same(authorization.substring(7), token);
        return bearer || Discovery.isPublic(path) ? path : null;
    }

    private static boolean same(String given, String expected) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }
}
