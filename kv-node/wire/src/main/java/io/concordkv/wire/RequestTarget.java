package io.concordkv.wire;

import io.concordkv.base.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// From method and request target to an [ApiCall]. Works on the raw target: the path is never
/// normalised, `%2F` and `/` are the same inside a key, and `+` is a plus.
///
/// ```
/// /v1/keys                       /v1/keyspaces/{ks}/keys            list, range delete
/// /v1/keys/{key}   /key/{key}    /v1/keyspaces/{ks}/keys/{key}      put, get, delete
/// /v1/keyspaces/{ks}:batch       /v1/keyspaces/{ks}:txn             batch, transaction
/// /v1/topology                                                      shard map
/// ```
public final class RequestTarget {
    public static final String DEFAULT_KEYSPACE = "default";
    private static final String KEYS = "/v1/keys";
    private static final String KEYSPACES = "/v1/keyspaces/";
    private static final String TOPOLOGY = "/v1/topology";
    private static final String ALIAS = "/key/";
    private static final Set<String> PUT_NAMES = Set.of("ttl", "timeout");
    private static final Set<String> GET_NAMES = Set.of("consistency", "timeout");
    private static final Set<String> TIMEOUT_ONLY = Set.of("timeout");
    private static final Set<String> CURSOR_NAMES = Set.of("cursor", "timeout");
    private static final Set<String> RANGE_NAMES = Set.of("prefix", "start", "end", "all", "timeout");
    private static final Set<String> TOPOLOGY_NAMES = Set.of("after", "wait", "timeout");

    private RequestTarget() {}

    /// @param method `GET`, `PUT`, …
    /// @param uri    as on the request line, one char a byte; an absolute target is cut to its path
    /// @throws ProblemException `no-such-path`, `method-not-allowed`, `key-too-large`,
    ///     `invalid-argument`, `invalid-cursor`
    public static ApiCall parse(String method, String uri, Limits limits) {
        int pathAt = pathStart(uri);
        int mark = uri.indexOf('?', pathAt);
        int pathEnd = mark < 0 ? uri.length() : mark;
        if (uri.startsWith(KEYS, pathAt)) {
            int rest = pathAt + KEYS.length();
            if (rest == pathEnd || uri.charAt(rest) == '/') {
                return keys(method, DEFAULT_KEYSPACE, uri, rest, pathEnd, limits);
            }
        }
        if (uri.startsWith(KEYSPACES, pathAt)) {
            return inKeyspace(method, uri, pathAt + KEYSPACES.length(), pathEnd, limits);
        }
        if (uri.startsWith(ALIAS, pathAt) && !method.equals("DELETE")) {
            return keys(method, DEFAULT_KEYSPACE, uri, pathAt + ALIAS.length() - 1, pathEnd, limits);
        }
        if (uri.startsWith(ALIAS, pathAt)) {
            throw notAllowed(method, "PUT, GET, HEAD");
        }
        if (pathEnd - pathAt == TOPOLOGY.length() && uri.startsWith(TOPOLOGY, pathAt)) {
            return topology(method, query(uri, pathEnd), limits);
        }
        throw noSuchPath(uri, pathAt, pathEnd);
    }

    private static int pathStart(String uri) {
        if (uri.startsWith("http://") || uri.startsWith("https://")) {
            int slash = uri.indexOf('/', uri.indexOf("//") + 2);
            return slash < 0 ? uri.length() : slash;
        }
        return 0;
    }

    private static ApiCall inKeyspace(String method, String uri, int at, int pathEnd, Limits limits) {
        int end = at;
        while (end < pathEnd && uri.charAt(end) != '/' && uri.charAt(end) != ':') {
            end++;
        }
        String keyspace = keyspace(uri, at, end);
        String rest = uri.substring(end, Math.min(pathEnd, end + 6));
        if (rest.equals("/keys") || rest.equals("/keys/")) {
            return keys(method, keyspace, uri, end + 5, pathEnd, limits);
        }
        if (rest.equals(":batch") && pathEnd == end + 6) {
            postOnly(method);
            Query query = query(uri, pathEnd).allowing(GET_NAMES);
            return new ApiCall.Batch(keyspace, query.consistency(), query.timeoutMillis(limits), query);
        }
        if (rest.equals(":txn") && pathEnd == end + 4) {
            postOnly(method);
            Query query = query(uri, pathEnd).allowing(TIMEOUT_ONLY);
            return new ApiCall.Transaction(keyspace, query.timeoutMillis(limits), query);
        }
        throw noSuchPath(uri, 0, pathEnd);
    }

    /// `rest` is where the path goes on behind `keys`: at its end, or at a slash before the key.
    private static ApiCall keys(String method, String keyspace, String uri, int rest, int pathEnd, Limits limits) {
        if (rest == pathEnd) {
            return range(method, keyspace, query(uri, pathEnd), limits);
        }
        byte[] key = Percent.decode(uri, rest + 1, pathEnd, "key");
        limits.checkKey(key);
        return switch (method) {
            case "GET", "HEAD" -> {
                Query query = query(uri, pathEnd).allowing(GET_NAMES);
                yield new ApiCall.GetKey(
                        keyspace, key, method.equals("HEAD"), query.consistency(), query.timeoutMillis(limits));
            }
            case "PUT" -> {
                Query query = query(uri, pathEnd).allowing(PUT_NAMES);
                yield new ApiCall.PutKey(
                        keyspace,
                        key,
                        query.millis("ttl", Limits.TTL_MILLIS_MIN, Limits.TTL_MILLIS_MAX, 0),
                        query.timeoutMillis(limits),
                        query);
            }
            case "DELETE" -> {
                Query query = query(uri, pathEnd).allowing(TIMEOUT_ONLY);
                yield new ApiCall.DeleteKey(keyspace, key, query.timeoutMillis(limits), query);
            }
            default -> throw notAllowed(method, "PUT, GET, HEAD, DELETE");
        };
    }

    private static ApiCall range(String method, String keyspace, Query query, Limits limits) {
        return switch (method) {
            case "GET" -> list(keyspace, query, limits);
            case "DELETE" -> deleteRange(keyspace, query.allowing(RANGE_NAMES), limits);
            default -> throw notAllowed(method, "GET, DELETE");
        };
    }

    private static ApiCall list(String keyspace, Query query, Limits limits) {
        String cursor = query.text("cursor");
        if (cursor == null) {
            query.allowing(ListParameters.NAMES);
            return new ApiCall.ListKeys(keyspace, ListParameters.of(query, limits), null, query.timeoutMillis(limits));
        }
        for (String name : ListParameters.NAMES) {
            if (!CURSOR_NAMES.contains(name) && query.has(name)) {
                throw Problem.of(
                                ProblemCode.INVALID_CURSOR,
                                "a cursor holds its parameters; beside it only timeout is allowed, not " + name)
                        .asException();
            }
        }
        query.allowing(CURSOR_NAMES);
        return new ApiCall.ListKeys(keyspace, ListParameters.ALL, cursor, query.timeoutMillis(limits));
    }

    private static ApiCall deleteRange(String keyspace, Query query, Limits limits) {
        long timeoutMillis = query.timeoutMillis(limits);
        Bytes prefix = ListParameters.bound(query, "prefix", limits);
        Bytes start = ListParameters.bound(query, "start", limits);
        Bytes end = ListParameters.upperBound(query, limits);
        boolean byPrefix = query.has("prefix");
        boolean byBounds = query.has("start") || query.has("end");
        if (query.flag("all") && !byPrefix && !byBounds) {
            return new ApiCall.DeleteRange(keyspace, Bytes.EMPTY, null, timeoutMillis, query);
        }
        if (!query.has("all") && byPrefix && !byBounds && prefix.length() > 0) {
            return new ApiCall.DeleteRange(keyspace, prefix, KeyBounds.afterPrefix(prefix), timeoutMillis, query);
        }
        if (!query.has("all") && byBounds && !byPrefix && (start.length() > 0 || end != null)) {
            return new ApiCall.DeleteRange(keyspace, start, end, timeoutMillis, query);
        }
        throw Problem.invalidArgument("a range delete wants exactly one of: a prefix that is not empty,"
                        + " start and/or end, or all=true alone")
                .asException();
    }

    private static ApiCall topology(String method, Query query, Limits limits) {
        if (!method.equals("GET")) {
            throw notAllowed(method, "GET");
        }
        query.allowing(TOPOLOGY_NAMES);
        long after = query.number("after", 0, Long.MAX_VALUE, -1);
        if (after < 0 && query.has("wait")) {
            throw Problem.invalidArgument("wait is only allowed together with after")
                    .asException();
        }
        return new ApiCall.Topology(
                after, query.millis("wait", 0, limits.timeoutMillisMax(), 0), query.timeoutMillis(limits));
    }

    private static Query query(String uri, int pathEnd) {
        return pathEnd == uri.length() ? Query.NONE : Query.parse(uri, pathEnd + 1);
    }

    private static String keyspace(String uri, int from, int to) {
        String name = new String(Percent.decode(uri, from, to, "keyspace"), StandardCharsets.ISO_8859_1);
        if (!isKeyspaceName(name)) {
            throw Problem.invalidArgument("keyspace name '" + name
                            + "': want a lower-case letter, then at most 39 lower-case letters, digits or '-'")
                    .asException();
        }
        return name;
    }

    public static boolean isKeyspaceName(String name) {
        if (name.isEmpty() || name.length() > 40 || name.charAt(0) < 'a' || name.charAt(0) > 'z') {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static void postOnly(String method) {
        if (!method.equals("POST")) {
            throw notAllowed(method, "POST");
        }
    }

    private static ProblemException notAllowed(String method, String allowed) {
        return Problem.of(ProblemCode.METHOD_NOT_ALLOWED, method + " is not allowed here, only " + allowed)
                .with(ProblemField.ALLOW, allowed)
                .asException();
    }

    private static ProblemException noSuchPath(String uri, int from, int to) {
        return Problem.of(ProblemCode.NO_SUCH_PATH, "nothing is served at " + uri.substring(from, to))
                .asException();
    }
}
