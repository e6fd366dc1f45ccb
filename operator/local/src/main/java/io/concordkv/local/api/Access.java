package io.concordkv.local.api;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who may use the endpoint: whoever knows its token, as `Authorization: Bearer TOKEN` or as the
/// first step of the path. The latter is what the kubeconfig uses, because kubectl sends no
/// credentials over plain HTTP. Requests of web pages are refused in any case; WebSocket clients of
/// the Java library name this endpoint's own loopback address as their origin, which no page can.
///
/// One exception: `kubectl get --raw` leaves out the path of the kubeconfig's address, and so the
/// token. Such a read is answered when it comes from a program of the user who runs this endpoint;
/// that user can read the token anyway.
record Access(String token, LoopbackPeer peer) {
    private static final Pattern LOOPBACK = Pattern.compile("http://127\\.\\d+\\.\\d+\\.\\d+:\\d+");
    private static final Pattern LOOPBACK_HOST = Pattern.compile("127\\.\\d+\\.\\d+\\.\\d+");

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

    /// Whether a request without token may be answered if [#isFromThisUser] says so too: a read that no
    /// browser sends. Browsers say where a request comes from, and a page of another site that was
    /// led here by its name sends that name as host.
    boolean mayDoWithoutToken(HttpServerRequest http) {
        boolean read = http.method() == HttpMethod.GET || http.method() == HttpMethod.HEAD;
        HostAndPort host = http.authority();
        return read
                && host != null
                && LOOPBACK_HOST.matcher(host.host()).matches()
                && http.getHeader("Origin") == null
                && http.getHeader("Authorization") == null
                && http.headers().names().stream()
                        .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("sec-fetch-"));
    }

    /// Reads a file: not for an event loop.
    boolean isFromThisUser(SocketAddress client, SocketAddress server) {
        return peer.isOurs(
                new InetSocketAddress(client.hostAddress(), client.port()),
                new InetSocketAddress(server.hostAddress(), server.port()));
    }

    private static boolean same(String given, String expected) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }
}
