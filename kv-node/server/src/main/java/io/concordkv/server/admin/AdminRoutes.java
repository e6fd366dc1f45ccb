package io.concordkv.server.admin;

import io.concordkv.server.NodeHost;
import io.concordkv.server.NodeProcess;
import io.concordkv.wire.Accept;
import io.concordkv.wire.Headers;
import io.concordkv.wire.JsonBody;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemException;
import io.concordkv.wire.ProblemField;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// The admin API's paths on Quarkus' HTTP server. Every handler runs its work on the node's loop.
@ApplicationScoped
public class AdminRoutes {
    private static final Logger LOG = Logger.getLogger(AdminRoutes.class);
    private static final String ROOT = "/admin/v1";
    private static final List<String> JSON = List.of("application/json");
    private static final long BODY_BYTES_MAX = 1 << 20;

    private final NodeProcess process;
    private final boolean faultsEnabled;
    private final Map<String, SortedSet<String>> methods = new LinkedHashMap<>();

    public AdminRoutes(
            NodeProcess process,
            @ConfigProperty(name = "concord.faults.enabled", defaultValue = "false") boolean faultsEnabled) {
        this.process = process;
        this.faultsEnabled = faultsEnabled;
    }

    public void register(@Observes Router router) {
        router.route(ROOT + "/*").handler(context -> {
            process.host()
                    .ifPresent(it -> context.response()
                            .putHeader(Headers.NODE, it.node().settings().name()));
            context.next();
        });
        router.route(ROOT + "/*").handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX));
        AdminCall.all(faultsEnabled).forEach(call -> route(router, call));
        router.route(ROOT + "/*").failureHandler(AdminRoutes::failed);
        otherMethods(router);
        router.route(ROOT + "/*")
                .handler(context -> problem(
                        context,
                        Problem.of(
                                ProblemCode.NO_SUCH_PATH,
                                "there is no " + context.request().path())));
    }

    /// What the body's reader refuses before a handler sees it.
    private static void failed(RoutingContext context) {
        if (context.statusCode() == 413) {
            problem(
                    context,
                    Problem.of(ProblemCode.BODY_TOO_LARGE, "the body is longer than " + BODY_BYTES_MAX + " bytes"));
        } else {
            context.next();
        }
    }

    /// Paths that exist, asked with a method they do not have.
    private void otherMethods(Router router) {
        methods.forEach((path, allowed) -> {
            String allow = String.join(", ", allowed);
            router.routeWithRegex(path).handler(context -> {
                context.response().putHeader(HttpHeaders.ALLOW, allow);
                problem(
                        context,
                        Problem.of(
                                ProblemCode.METHOD_NOT_ALLOWED,
                                context.request().method() + " is not allowed here, only " + allow));
            });
        });
    }

    private void route(Router router, AdminCall call) {
        String path = AdminPath.regex(ROOT + call.path());
        methods.computeIfAbsent(path, it -> new TreeSet<>()).add(call.method().name());
        router.routeWithRegex(call.method(), path).handler(context -> call(context, call));
    }

    private void call(RoutingContext context, AdminCall call) {
        context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        NodeHost host = process.host().orElse(null);
        if (host == null) {
            problem(
                    context,
                    Problem.of(ProblemCode.NOT_BOOTSTRAPPED, "the node is starting")
                            .retryAfter(500));
            return;
        }
        try {
            Accept.check(context.request().getHeader(HttpHeaders.ACCEPT), JSON);
            checkBrowser(context);
            JsonObject body = body(context);
            call.check(context, body);
            host.loop().execute(() -> guarded(context, () -> call.handler().handle(host, context, body)));
        } catch (ProblemException e) {
            problem(context, e.problem());
        }
    }

    private static void guarded(RoutingContext context, Runnable work) {
        try {
            work.run();
        } catch (ProblemException e) {
            problem(context, e.problem());
        } catch (RuntimeException e) {
            String id = UUID.randomUUID().toString();
            LOG.errorf(e, "internal error %s", id);
            problem(
                    context,
                    Problem.of(ProblemCode.INTERNAL, "internal error " + id).with(ProblemField.ID, id));
        }
    }

    /// A page of another site must not make a browser change anything here (API §3).
    private static void checkBrowser(RoutingContext context) {
        String origin = context.request().getHeader(HttpHeaders.ORIGIN);
        String host = context.request().getHeader(HttpHeaders.HOST);
        if (origin != null
                && (host == null || !origin.toLowerCase(Locale.ROOT).endsWith("//" + host.toLowerCase(Locale.ROOT)))) {
            throw Problem.of(ProblemCode.FORBIDDEN, "the Origin " + origin + " is not this host")
                    .asException();
        }
        boolean post = context.request().method() == HttpMethod.POST;
        boolean empty = context.body() == null || context.body().length() <= 0;
        if (post && empty && context.request().getHeader(Headers.REQUEST) == null) {
            throw Problem.invalidArgument("a POST without a body needs the header " + Headers.REQUEST + ": 1")
                    .asException();
        }
    }

    private static JsonObject body(RoutingContext context) {
        Buffer json = context.body() == null ? null : context.body().buffer();
        if (json == null || json.length() == 0) {
            return new JsonObject();
        }
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !type.startsWith("application/json")) {
            throw Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Content-Type: want application/json, got " + type)
                    .asException();
        }
        JsonBody.checkObject(json.getBytes());
        return new JsonObject(json);
    }

    /// Refuses fields nobody knows, so that a misspelt one is not silently ignored.
    static void onlyFields(JsonObject body, String where, String... names) {
        Set<String> known = Set.of(names);
        for (String field : body.fieldNames()) {
            if (!known.contains(field)) {
                throw Problem.invalidArgument(where + field + ": no such field; "
                                + (known.isEmpty() ? "this call has none" : "known are " + String.join(", ", names)))
                        .asException();
            }
        }
    }

    static void json(RoutingContext context, int status, JsonObject body) {
        if (!context.response().ended()) {
            context.response()
                    .setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(body.toBuffer());
        }
    }

    static void problem(RoutingContext context, Problem problem) {
        if (context.response().ended()) {
            return;
        }
        problem.retryAfterSeconds()
                .ifPresent(it -> context.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(it)));
        context.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .end(Buffer.buffer(problem.toJson()));
    }
}
