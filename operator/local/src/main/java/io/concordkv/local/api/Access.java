package io.concordkv.local.api;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who may use the endpoint: whoever knows its token, as `Authorization: Bearer TOKEN` or as the
/// first step of the path. The latter is what the kubeconfig uses, because kubectl sends no
/// credentials over plain HTTP. Requests of web pages are refused in any case; WebSocket clients of
/// the Java library name this endpoint's own loopback address as their origin, which no page can.
///
/// One exception: `kubectl get --raw` leaves out the path of the kubeconfig's address, and so the
/// token. Such a read is answered when it says that it is kubectl and its connection belongs to the
/// user who runs this endpoint; that user can read the token anyway.
record Access(String token, LoopbackPeer peer) {
    private static final Pattern LOOPBACK = Pattern.compile("http://127\\.\\d+\\.\\d+\\.\\d+:\\d+");
    private static final Pattern LOOPBACK_HOST = Pattern.compile("127\\.\\d+\\.\\d+\\.\\d+");

    private static final Set<String> NOT_OF_KUBECTL =
            Set.of("origin", "referer", "cookie", "authorization", "upgrade", "x-forwarded-for", "forwarded", "via");

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

    /// Whether a request without token may be answered if [#isFromThisUser] says so too: a read by kubectl.
    ///
    /// The user of a connection is no proof alone, because browsers and servers of that user fetch what
    /// others tell them to. So it must call itself kubectl, which a page cannot make a browser say without
    /// asking first (a CORS preflight, which is refused), carry no header that only browsers send, and name
    /// this host by its address: a page that was led here by its own name sends that name.
    boolean mayDoWithoutToken(HttpServerRequest http) {
        boolean read = http.method() == HttpMethod.GET || http.method() == HttpMethod.HEAD;
        HostAndPort host = http.authority();
        String agent = http.getHeader("User-Agent");
        return read
                && host != null
                && LOOPBACK_HOST.matcher(host.host()).matches()
                && agent != null
                && agent.startsWith("kubectl")
                && http.headers().names().stream().noneMatch(Access::isOfBrowsersOrCredentials);
    }

    private static boolean isOfBrowsersOrCredentials(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return NOT_OF_KUBECTL.contains(name) || name.startsWith("sec-");
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
