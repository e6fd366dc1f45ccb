package io.concordkv.server.data;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

/// The server's decoder, which also refuses heads that a proxy in front could read in another way
/// (RFC 9112 §3.2, §6.1, §6.3): what is thrown here becomes the request's decoder result, and the rest of the
/// connection is not read.
final class RequestDecoder extends VertxHttpRequestDecoder {
    /// As the server names its own.
    private static final String NAME = "httpDecoder";

    private RequestDecoder(HttpServerOptions options) {
        super(options);
    }

    /// To be called before the first byte of the connection has been read.
    static void install(HttpConnection connection, HttpServerOptions options) {
        ((HttpServerConnection) connection).channel().pipeline().replace(NAME, NAME, new RequestDecoder(options));
    }

    /// Asked once for every request, when its headers are complete and before its body is looked at.
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        checkVersion(message);
        checkHost(message);
        checkFraming(message.headers());
        return super.isContentAlwaysEmpty(message);
    }

    private static void checkVersion(HttpMessage message) {
        HttpVersion version = message.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            message.setProtocolVersion(HttpVersion.HTTP_1_1); // of the answer
            throw new IllegalArgumentException("want version HTTP/1.1 or HTTP/1.0, got " + version);
        }
    }

    private static void checkHost(HttpMessage message) {
        int hosts = message.headers().getAll(HttpHeaderNames.HOST).size();
        boolean optional = message.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (hosts > 1 || hosts == 0 && !optional) {
            throw new IllegalArgumentException("want one Host header, got " + (hosts == 0 ? "none" : hosts));
        }
    }

    private static void checkFraming(HttpHeaders headers) {
        if (!headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return;
        }
        if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            throw new IllegalArgumentException("Content-Length together with Transfer-Encoding: send one of them");
        }
        String encoding = String.join(", ", headers.getAll(HttpHeaderNames.TRANSFER_ENCODING));
        if (!HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(encoding.strip())) {
            throw new IllegalArgumentException("Transfer-Encoding: want chunked, got " + encoding);
        }
    }
}
